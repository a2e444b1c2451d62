"""Who reaches what in Compose: networks, ports, users of the database, files and rights."""

import re

import pytest

from tests.deploy.compose import (
    COMPOSE,
    SERVICES,
    binds,
    demo_environment,
    filled_in,
)


def test_each_process_has_its_own_user_of_the_database() -> None:
    """A process sees the address with its own password, and only one-shot services the owner's."""
    urls = {
        name: [secret for secret in service.get("secrets", []) if secret.endswith("database-url")]
        for name, service in SERVICES.items()
    }
    assert {name: mine for name, mine in urls.items() if mine} == {
        "api": ["api-database-url"],
        "portal": ["api-database-url"],
        "worker": ["worker-database-url"],
        "admin": ["worker-database-url"],
        "migrate": ["owner-database-url"],
        "database": ["owner-database-url", "worker-database-url", "api-database-url"],
    }
    for name, mine in urls.items():
        file = SERVICES[name].get("environment", {}).get("DATABASE_URL_FILE")
        assert file in {None, *(f"/run/secrets/{secret}" for secret in mine)}


def test_only_what_makes_the_tables_has_the_databases_socket() -> None:
    """The socket, over which alone the owner signs in, is mounted into three services."""
    socket = "postgresql-socket:/var/run/postgresql"
    assert {name for name, service in SERVICES.items() if socket in service.get("volumes", [])} == {
        "postgresql",
        "database",
        "migrate",
    }
    assert SERVICES["database"]["network_mode"] == SERVICES["migrate"]["network_mode"] == "none"


def test_networks_keep_apart_what_needs_no_other() -> None:
    """The edge reaches the API alone, and Temporal's UI and PostgreSQL aren't on its network."""
    members: dict[str, set[str]] = {name: set() for name in COMPOSE["networks"]}
    for name, service in SERVICES.items():
        for network in service.get("networks", []):
            members[network].add(name)
    assert members == {
        "edge": {"edge", "api", "simulated-tenant"},
        "outside": {"worker", "portal", "admin", "simulated-tenant"},
        "ui": {"temporal-ui", "grafana"},
        "temporal": {
            *("api", "portal", "worker", "admin"),
            *("temporal", "temporal-namespace", "temporal-ui"),
        },
        "temporal-database": {"postgresql", "temporal", "temporal-schema"},
        "database": {"postgresql", "api", "portal", "worker", "admin"},
        "metrics": {"api", "portal", "worker", "prometheus", "grafana"},
    }
    closed = {
        name for name, network in COMPOSE["networks"].items() if (network or {}).get("internal")
    }
    assert closed == {"temporal", "temporal-database", "database", "metrics"}


@pytest.mark.parametrize(("name", "serves"), [("api", "links"), ("portal", "portal")])
def test_the_api_gets_nothing_that_opens_the_tenant(name: str, serves: str) -> None:
    """Neither of its processes has the worker's secret, and each serves one part alone."""
    service = SERVICES[name]
    assert not [one for one in service["environment"] if one.startswith("CLIENT_")]
    assert "./deploy/secrets/worker" not in binds(service)
    assert service["environment"]["SERVE"] == serves


def test_no_secret_is_written_into_the_file() -> None:
    """A secret is a file, or handed through from ``.env``."""
    written = {
        (name, value)
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if re.search("PASSWORD|PWD|SECRET|_KEY|DATABASE_URL", name) and value is not None
    }
    assert {value.rpartition("/")[0] for _, value in written} == {"/run/secrets"}


def test_only_the_edge_is_published() -> None:
    """Every port but the edge's is bound to this machine, where ``.env`` says nothing else."""
    open_to_all = {
        name: service["ports"]
        for name, service in SERVICES.items()
        if not all(
            filled_in(port, {}).startswith("127.0.0.1:") for port in service.get("ports", [])
        )
    }
    port = filled_in(SERVICES["portal"]["ports"][0], {}).split(":")[1]
    url = filled_in(SERVICES["portal"]["environment"]["PORTAL_BASE_URL"], {})
    assert url == f"http://localhost:{port}"
    assert open_to_all == {"edge": ["${EDGE_HTTP:-80:8080}", "${EDGE_HTTPS:-443:8443}"]}
    demo = demo_environment()
    assert demo["EDGE_HTTP"].startswith("127.0.0.1:")
    assert demo["EDGE_HTTPS"].startswith("127.0.0.1:")


@pytest.mark.parametrize("name", SERVICES)
def test_containers_can_do_little(name: str) -> None:
    """They write only to volumes, have no capability, gain no privilege and fill no disk."""
    service = SERVICES[name]
    # Temporal's UI writes its configuration when it starts.
    assert service["read_only"] is (name != "temporal-ui")
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["deploy"]["resources"]["limits"].keys() == {"memory", "pids"}
    assert service["restart"] in {"unless-stopped", "on-failure:5", "no"}

"""Compose's demo has the simulated tenant's ids, and links that lead to the edge."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from settings import (
    DatabaseSettings,
    PolicySettings,
    settings_from,
)
from settings.base import Settings
from settings.reader.unknown_names import is_known
from simulated_tenant import population
from simulated_tenant.__main__ import parser
from tests.deploy.compose import (
    KINDS,
    ROOT,
    SERVICES,
    demo_environment,
    environment_of,
    settings_of,
)


def test_the_simulated_tenant_knows_its_options() -> None:
    """What the container of the simulated tenant is started with is understood by its program."""
    options = parser().parse_args(SERVICES["simulated-tenant"]["command"])
    assert Path(options.data) == Path("/tenant")


@pytest.mark.parametrize("name", [*KINDS, "migrate"])
def test_the_demos_settings_are_accepted(name: str, tmp_path: Path) -> None:
    """With the demo's ``.env`` and secrets each process's settings are complete and right."""
    # The tenant writes it when it starts.
    (tmp_path / "ca.pem").touch()
    outside = {"/run/secrets": str(ROOT / "deploy/demo-secrets"), "/tenant": str(tmp_path)}
    given = environment_of(SERVICES[name], demo_environment())
    for folder, place in outside.items():
        given = {setting: value.replace(folder, place) for setting, value in given.items()}
    kinds: list[type[Settings]] = [*KINDS.get(name, []), DatabaseSettings]
    for kind in kinds:
        settings_from(kind, given)


def test_the_demos_ids_are_the_simulated_tenants() -> None:
    """The ids and the secret are those of the population."""
    demo = demo_environment()
    expected = {
        "TENANT_ID": population.TENANT_ID,
        "CLIENT_ID": population.WORKER_CLIENT_ID,
        "CLIENT_SECRET": population.WORKER_SECRET,
        "PROVISION_CLIENT_ID": population.PROVISION_CLIENT_ID,
        "PROVISION_CLIENT_SECRET": population.PROVISION_SECRET,
        "ENFORCEMENT_GROUP_ID": population.GROUP_ID,
        "EXCLUDED_GROUP_ID": population.EXCLUDED_GROUP_ID,
        "SITE_ID": population.SITE_ID,
        "LIST_ID": population.LIST_ID,
        "SENDER_MAILBOXES": population.SENDER,
    }
    assert {name: demo[name] for name in expected} == expected
    assert [
        name for name in demo if not is_known(name, settings_of(*KINDS["api"], *KINDS["admin"]))
    ] == []


def test_the_demo_has_one_day_length() -> None:
    """Enrolments and simulated people live in days of the same length."""
    settings = PolicySettings.model_validate(
        {"day_length": demo_environment()["DAY_LENGTH"], "simulated_tenant": True}
    )
    seconds = settings.day_length.total_seconds()
    assert f"--day={seconds:.0f}" in SERVICES["simulated-tenant"]["command"]


def test_the_demos_links_lead_to_the_edge_inside_and_outside() -> None:
    """The host in the links is the edge's name between containers, and loopback for a browser."""
    url = urlsplit(demo_environment()["PUBLIC_BASE_URL"])
    host = url.hostname or ""
    assert host in SERVICES["edge"]["networks"]["edge"]["aliases"]
    assert host.endswith(".localhost")
    assert demo_environment()["EDGE_HTTP"] == f"127.0.0.1:{url.port}:8080"
    assert "--name=simulated-tenant" in SERVICES["simulated-tenant"]["command"]

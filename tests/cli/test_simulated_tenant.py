"""``mfa-rollout simulated-tenant``: the settings with which the product uses it, and its reach."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from graph.directory import Directory
from graph.http.retries import ONE_TRY
from graph.sign_in.open_graph import open_graph
from settings import ApiSettings, PolicySettings, ProvisionSettings, WorkerSettings, load_settings
from simulated_tenant.population import SENDER
from simulated_tenant.server import exposure, serving
from simulated_tenant.settings import TenantSettings


async def test_its_env_file_is_all_that_the_product_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ``--env`` prints is a complete ``.env``; with it the worker's sign-in works."""
    tenant = TenantSettings(data_dir=tmp_path / "tenant", https_port=0, http_port=0)
    async with serving(tenant) as served:
        port = served.https_url.rpartition(":")[2]
        words = ["simulated-tenant", "--env", "--data", str(tenant.data_dir), "--https-port", port]
        printed = CliRunner().invoke(app, words, prog_name="mfa-rollout")
        (tmp_path / "env").write_text(printed.stdout)
        monkeypatch.setenv("MFA_ROLLOUT_ENV_FILE", str(tmp_path / "env"))

        for kind in (ApiSettings, PolicySettings, ProvisionSettings):
            load_settings(kind)
        settings = load_settings(WorkerSettings)
        async with open_graph(settings.connection, patience=ONE_TRY) as graph:
            sender = await Directory(graph).user(settings.sender_mailboxes[0])

    assert sender.user_principal_name == SENDER
    assert settings.simulation is not None
    assert settings.simulation.startswith("SIMULATED_TENANT is on")


def test_two_env_files_have_two_keys(tmp_path: Path) -> None:
    """The key that makes links is never one that everybody knows."""
    words = ["simulated-tenant", "--env", "--data", str(tmp_path)]
    keys = {
        line
        for _ in range(2)
        for line in CliRunner().invoke(app, words).stdout.splitlines()
        if line.startswith("TRACKING_TOKEN_KEY=")
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("host", "is_exposed"),
    [
        ("127.0.0.1", False),
        ("::1", False),
        ("localhost", False),
        ("0.0.0.0", True),  # noqa: S104 - what is warned of
        ("::", True),
        ("192.0.2.7", True),
        ("tenant.contoso.example", True),
    ],
)
def test_whoever_opens_it_to_others_is_warned(host: str, is_exposed: bool) -> None:
    """Every address but loopback's is told of when it starts."""
    warning = exposure(host)
    assert (warning is not None) is is_exposed
    assert warning is None or host in warning

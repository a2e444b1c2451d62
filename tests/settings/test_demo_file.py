"""Verbs find a demo that runs in the folder, where nothing else says which rollout is meant."""

import logging
from pathlib import Path

import pytest

from demo.env_file import settings_file
from settings import (
    DEMO_ENV_FILE,
    DatabaseSettings,
    SettingsError,
    load_settings,
    looks_for_demo,
    temporal_environment,
)

DEMO = {"TEMPORAL_ADDRESS": "127.0.0.1:27233", "DATA_DIR": "/tmp/the demo's data"}  # noqa: S108


def test_a_running_demo_is_found_and_named_once(caplog: pytest.LogCaptureFixture) -> None:
    """Settings are those of its file, and one line says where they come from."""
    with settings_file(Path(DEMO_ENV_FILE), DEMO), caplog.at_level(logging.WARNING):
        assert load_settings(DatabaseSettings).data_dir == Path(DEMO["DATA_DIR"])
        assert temporal_environment()["TEMPORAL_ADDRESS"] == DEMO["TEMPORAL_ADDRESS"]
    assert caplog.messages == ["Using the demo that runs here (.demo.env)."]


@pytest.mark.parametrize(
    "name",
    [
        *("TEMPORAL_ADDRESS", "TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE", "TENANT_ID"),
        *("CLIENT_ID", "API_CLIENT_ID", "PROVISION_CLIENT_ID", "DATABASE_URL", "DATA_DIR"),
        "MFA_ROLLOUT_ENV_FILE",
    ],
)
def test_a_named_rollout_is_never_mixed_with_a_demo(env: pytest.MonkeyPatch, name: str) -> None:
    """A variable that says which rollout is meant leaves the demo alone."""
    assert looks_for_demo()
    env.setenv(name, "x")
    assert not looks_for_demo()


def test_a_file_of_settings_comes_before_a_demo() -> None:
    """With a ``.env`` in the folder, a demo that runs there is not taken for it."""
    Path(".env").write_text("DATA_DIR=/tmp/ours\n")
    with settings_file(Path(DEMO_ENV_FILE), DEMO):
        assert load_settings(DatabaseSettings).data_dir == Path("/tmp/ours")  # noqa: S108


def test_a_demo_that_has_ended_is_told() -> None:
    """A file that a killed demo left behind is no settings, and the message says what to do."""
    Path(DEMO_ENV_FILE).write_text("DATA_DIR=/nowhere\n")
    with pytest.raises(SettingsError, match=r"has ended\. Start it again .* or delete \.demo\.env"):
        load_settings(DatabaseSettings)

"""``TEMPORAL_*`` is read from ``.env`` as from the environment, and reaches Temporal's SDK."""

from pathlib import Path

import pytest
from temporalio.client import Client

from cli.temporal import connect_to_temporal
from settings import SettingsError, TemporalSettings, temporal_environment
from temporal.connect import connect
from tests.settings.complete import faults, put

API_KEY = "a-key-of-temporal-cloud-0123456789-0123456789"


def write(text: str) -> None:
    """Write ``.env``."""
    Path(".env").write_text(text)


async def test_the_file_names_the_server_that_is_connected_to(client: Client) -> None:
    """With nothing but ``.env``, the server and namespace that it names answer."""
    address = client.service_client.config.target_host
    write(f"TEMPORAL_ADDRESS={address}\nTEMPORAL_NAMESPACE=default\n")

    connected = await connect_to_temporal()

    assert connected.service_client.config.target_host == address
    assert await connected.service_client.check_health()


async def test_the_environment_wins(env: pytest.MonkeyPatch) -> None:
    """A variable of the process counts more than the file's; what is empty does not count."""
    write("TEMPORAL_ADDRESS=file.example:7233\nTEMPORAL_NAMESPACE=of-the-file\n")
    put(env, {"TEMPORAL_ADDRESS": "process.example:7233", "TEMPORAL_NAMESPACE": ""})

    client = await connect_to_temporal(lazy=True)

    assert client.service_client.config.target_host == "process.example:7233"
    assert client.namespace == "of-the-file"


async def test_the_api_key_comes_from_a_file(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``TEMPORAL_API_KEY_FILE`` is ours: Temporal's tools get the key, which turns TLS on."""
    (tmp_path / "key").write_text(f"{API_KEY}\n")
    write(f"TEMPORAL_API_KEY_FILE={tmp_path / 'key'}\n")

    client = await connect_to_temporal(lazy=True)

    assert client.service_client.config.api_key == API_KEY
    assert client.service_client.config.tls is True


async def test_a_server_of_our_own_gets_nothing_that_is_configured(env: pytest.MonkeyPatch) -> None:
    """The demo's server is neither sent a key nor asked for another's namespace."""
    put(env, {"TEMPORAL_API_KEY": API_KEY, "TEMPORAL_NAMESPACE": "real"})

    client = await connect("127.0.0.1:7233", lazy=True)

    assert client.namespace == "default"
    assert client.service_client.config.api_key is None


async def test_the_default_is_this_machine() -> None:
    """With nothing set, the server is at localhost:7233."""
    client = await connect_to_temporal(lazy=True)

    assert client.service_client.config.target_host == "localhost:7233"
    assert client.namespace == "default"


def test_a_misspelt_name_of_temporals_is_told() -> None:
    """It would lead to the wrong server, silently."""
    write("TEMPORAL_ADRESS=temporal.example:7233\n")

    assert faults(TemporalSettings) == [
        "TEMPORAL_ADRESS in .env is not a setting. Did you mean TEMPORAL_ADDRESS?"
    ]


def test_what_only_other_processes_read_stops_no_emergency_stop(env: pytest.MonkeyPatch) -> None:
    """A verb that asks only Temporal does not complain of a mail setting."""
    write("MAIL_PER_MINTUE=5\nTENANT_ID=contoso.com\n")
    env.setenv("TEMPORAL_ADDRESS", "temporal.example:7233")

    assert temporal_environment()["TEMPORAL_ADDRESS"] == "temporal.example:7233"


async def test_a_profile_that_is_not_there_is_one_sentence(env: pytest.MonkeyPatch) -> None:
    """The message of Temporal's own reader may quote the file, so it is not shown."""
    env.setenv("TEMPORAL_PROFILE", "nowhere")

    with pytest.raises(SettingsError, match="TEMPORAL_PROFILE"):
        await connect_to_temporal(lazy=True)

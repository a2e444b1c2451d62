"""The one place that connects to Temporal: data converter and connection, whoever asks."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig

from settings import SettingsError, temporal_environment

DATA_CONVERTER = pydantic_data_converter
DEFAULT_ADDRESS = "localhost:7233"


async def connect(address: str | None = None, *, lazy: bool = False) -> Client:
    """Return a client for the server that ``TEMPORAL_*`` names, default ``localhost:7233``.

    Address, namespace, TLS and API key are read as Temporal's own tools read them, from the
    environment and ``.env``.
    https://docs.temporal.io/develop/environment-configuration

    Args:
        address: a server of our own, such as the demo's, whatever is configured.
        lazy: connect at the first call, so that a web process starts while Temporal is down.

    Raises:
        SettingsError: a setting is wrong.
        RuntimeError: the server can't be reached, unless ``lazy``.
    """
    if address is not None:
        return await Client.connect(address, data_converter=DATA_CONVERTER, lazy=lazy)
    environment = temporal_environment()
    try:
        config = ClientConfig.load_client_connect_config(override_env_vars=environment)
    except (RuntimeError, OSError):
        # Its message may quote the file, which holds secrets.
        raise SettingsError(
            "Temporal's configuration file cannot be used: look at TEMPORAL_CONFIG_FILE, at the "
            "profile that TEMPORAL_PROFILE names, and at the files that it names."
        ) from None
    config.setdefault("target_host", DEFAULT_ADDRESS)
    return await Client.connect(**config, data_converter=DATA_CONVERTER, lazy=lazy)

"""The one place that connects to Temporal: data converter and connection, whoever asks."""

from collections.abc import Mapping

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig

from domain.failures import PermanentFailure

DATA_CONVERTER = pydantic_data_converter


async def connect(environment: Mapping[str, str], *, lazy: bool = False) -> Client:
    """Return a client for the server that ``TEMPORAL_*`` names, default ``localhost:7233``.

    Address, namespace, TLS and API key are read as Temporal's own tools read them.
    https://docs.temporal.io/develop/environment-configuration

    Args:
        environment: the variables; an entry point takes them from ``settings``, which knows
            ``.env``, too.
        lazy: connect at the first call, so that a web process starts while Temporal is down.

    Raises:
        PermanentFailure: what is configured cannot be used.
        RuntimeError: the server can't be reached, unless ``lazy``.
    """
    try:
        config = ClientConfig.load_client_connect_config(override_env_vars=environment)
    except (RuntimeError, OSError):
        # Its message may quote the file, which holds secrets.
        raise PermanentFailure(
            "Temporal's configuration file cannot be used: look at TEMPORAL_CONFIG_FILE, at the "
            "profile that TEMPORAL_PROFILE names, and at the certificates that it names."
        ) from None
    config.setdefault("target_host", "localhost:7233")
    return await Client.connect(**config, data_converter=DATA_CONVERTER, lazy=lazy)


async def connect_to(address: str) -> Client:
    """Return a client for a server of our own, such as the demo's, whatever is configured."""
    return await Client.connect(address, data_converter=DATA_CONVERTER)

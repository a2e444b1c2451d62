"""The one place that connects to Temporal: data converter and connection, whoever asks."""

from collections.abc import Mapping

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig

DATA_CONVERTER = pydantic_data_converter
DEFAULT_ADDRESS = "localhost:7233"


class UnreadableProfileError(Exception):
    """Temporal's configuration file, or a file that it names, can't be read.

    Its own message isn't passed on: it may quote the file, which holds secrets.
    """


async def connect(address: str, *, lazy: bool = False) -> Client:
    """Return a client for a server of our own, such as the demo's, whatever is configured.

    Raises:
        RuntimeError: the server can't be reached, unless ``lazy``.
    """
    return await Client.connect(address, data_converter=DATA_CONVERTER, lazy=lazy)


async def connect_as_configured(environment: Mapping[str, str], *, lazy: bool = False) -> Client:
    """Return a client for the server that ``TEMPORAL_*`` names, default ``localhost:7233``.

    Address, namespace, TLS and API key are read as Temporal's own tools read them.
    https://docs.temporal.io/develop/environment-configuration

    Args:
        environment: the variables of the process and of ``.env``.
        lazy: connect at the first call, so that a web process starts while Temporal is down.

    Raises:
        UnreadableProfileError: a file that ``TEMPORAL_*`` names can't be used.
        RuntimeError: the server can't be reached, unless ``lazy``.
    """
    try:
        config = ClientConfig.load_client_connect_config(override_env_vars=dict(environment))
    except (RuntimeError, OSError):
        raise UnreadableProfileError from None
    config.setdefault("target_host", DEFAULT_ADDRESS)
    return await Client.connect(**config, data_converter=DATA_CONVERTER, lazy=lazy)

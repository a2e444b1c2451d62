"""The one place that connects to Temporal: data converter and connection, whoever asks."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

DATA_CONVERTER = pydantic_data_converter


async def connect(address: str | None = None, *, lazy: bool = False) -> Client:
    """Return a client for the server that ``TEMPORAL_*`` names, default ``localhost:7233``.

    Address, namespace, TLS and API key are read as Temporal's own tools read them.
    https://docs.temporal.io/develop/environment-configuration

    Args:
        address: a server of our own, such as the demo's, in place of the one that is configured.
        lazy: connect at the first call, so that a web process starts while Temporal is down.

    Raises:
        RuntimeError: the server can't be reached, unless ``lazy``.
    """
    config = ClientConfig.load_client_connect_config()
    if address is not None:
        config["target_host"] = address
    config.setdefault("target_host", "localhost:7233")
    return await Client.connect(**config, data_converter=DATA_CONVERTER, lazy=lazy)


def is_unreachable(error: RuntimeError | RPCError) -> bool:
    """Say whether an error of the client means that the server isn't there.

    A connection that is refused is a plain ``RuntimeError`` of the SDK's core: nothing but its text
    tells it from others (temporalio 1.35), so that text is looked at here and nowhere else.
    """
    if isinstance(error, RPCError):
        return error.status is RPCStatusCode.UNAVAILABLE
    return "failed client connect" in str(error).casefold()

"""The one place that connects to Temporal: data converter and connection, whoever asks."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from temporal.refusals import TemporalRefused, sentence
from temporal.target import configuration, target_of

DATA_CONVERTER = pydantic_data_converter


async def connect(address: str | None = None, *, lazy: bool = False) -> Client:
    """Return a client for the server that ``TEMPORAL_*`` names, default ``localhost:7233``.

    Args:
        address: a server of our own, such as the demo's, in place of the one that is configured.
        lazy: connect at the first call, so that a web process starts while Temporal is down.

    Raises:
        TemporalRefused: the server can't be reached, unless ``lazy``, or ``TEMPORAL_*`` is wrong.
    """
    try:
        config = configuration(address)
    except RuntimeError:
        # Its message may quote the file, which holds secrets.
        raise TemporalRefused(
            "Temporal's configuration file can't be used: check TEMPORAL_CONFIG_FILE, and that it "
            "has the profile that TEMPORAL_PROFILE names."
        ) from None
    except OSError as error:
        raise TemporalRefused(
            f"{error.filename} can't be read: {error.strerror}. Check the files that "
            "TEMPORAL_TLS_* name."
        ) from None
    target = target_of(config)
    try:
        return await Client.connect(**config, data_converter=DATA_CONVERTER, lazy=lazy)
    except ValueError:
        raise TemporalRefused(
            f"TEMPORAL_ADDRESS={target.address} is no address: write host:port, such as "
            "localhost:7233."
        ) from None
    except RuntimeError as error:
        refusal = sentence(error, target)
        if refusal is None:
            raise
        raise TemporalRefused(refusal) from None

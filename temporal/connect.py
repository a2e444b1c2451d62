"""The one place that connects to Temporal: data converter and connection, whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from temporalio.client import Client, Interceptor
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import CompositePayloadConverter, DataConverter, SerializationContext
from temporalio.envconfig import ClientConnectConfig
from temporalio.runtime import Runtime

from temporal.encryption.codec import PayloadEncryption
from temporal.encryption.environment import encryption_of
from temporal.encryption.unreadable import EncryptedPayloadConverter
from temporal.failures import BriefFailureConverter
from temporal.refusals import TemporalRefused, sentence
from temporal.target import configuration, target_of

# The product has some 60 types of payloads. Those of a workflow's own module are others in every
# run, and are let go again.
_CONVERTERS = (
    *PydanticPayloadConverter(max_cached_type_adapters=128).converters.values(),
    EncryptedPayloadConverter(),
)


class SharedPayloadConverter(CompositePayloadConverter):
    """Pydantic's payload converter, with one cache of type adapters for the whole process.

    A worker makes a payload converter for each workflow run. Where each has a cache of its own, a
    sixth of the worker's CPU goes into making the same adapters again.
    """

    def __init__(self) -> None:
        """Take the converters that all share."""
        super().__init__(*_CONVERTERS)


@dataclass(frozen=True)
class ContextFreeConverter(DataConverter):
    """A data converter whose parts treat all payloads alike.

    The SDK asks twice for each activity whether one of them wants to know for whom it works, which
    costs more than to convert.
    """

    def with_context(self, context: SerializationContext) -> Self:  # noqa: ARG002 - the SDK's
        """Return this converter."""
        return self


DATA_CONVERTER = ContextFreeConverter(
    payload_converter_class=SharedPayloadConverter, failure_converter_class=BriefFailureConverter
)


async def connect(address: str, *, lazy: bool = False) -> Client:
    """Return a client for a server of our own, such as the demo's, whatever is configured.

    Raises:
        TemporalRefused: the server can't be reached, unless ``lazy``.
    """
    return await _connect({"target_host": address}, None, lazy=lazy)


async def connect_as_configured(
    environment: Mapping[str, str],
    *,
    lazy: bool = False,
    runtime: Runtime | None = None,
    interceptors: Sequence[Interceptor] = (),
) -> Client:
    """Return a client for the server that ``TEMPORAL_*`` names, default ``localhost:7233``.

    With ``PAYLOAD_KEYS`` whatever it writes is encrypted.

    Args:
        environment: the variables of the process and of ``.env``.
        lazy: connect at the first call, so that a web process starts while Temporal is down.
        runtime: what measures the client and its workers; None where nothing is measured.
        interceptors: what traces the client and its workers.

    Raises:
        UnreadableProfileError: a file that ``TEMPORAL_*`` names can't be used.
        TemporalRefused: the server can't be reached, unless ``lazy``, or can't be used.
    """
    return await _connect(
        configuration(environment),
        encryption_of(environment),
        lazy=lazy,
        runtime=runtime,
        interceptors=interceptors,
    )


async def _connect(
    config: ClientConnectConfig,
    encryption: PayloadEncryption | None,
    *,
    lazy: bool,
    runtime: Runtime | None = None,
    interceptors: Sequence[Interceptor] = (),
) -> Client:
    target = target_of(config)
    converter = replace(DATA_CONVERTER, payload_codec=encryption)
    try:
        return await Client.connect(
            **config,
            data_converter=converter,
            lazy=lazy,
            runtime=runtime,
            interceptors=interceptors,
        )
    except ValueError:
        raise TemporalRefused(
            f"{target.address} is no address of a Temporal server: write host:port, such as "
            "localhost:7233."
        ) from None
    except RuntimeError as error:
        refusal = sentence(error, target)
        if refusal is None:
            raise
        raise TemporalRefused(refusal) from None

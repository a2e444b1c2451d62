"""Payloads that this process can't read, and what to do about them."""

import re
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.converter import EncodingPayloadConverter

from domain.failures import PermanentFailure

ENCODING = b"binary/encrypted"
"""The metadata ``encoding`` of what is encrypted, as in Temporal's samples."""


class UnreadablePayload(PermanentFailure):
    """Something in Temporal is encrypted, and this process can't read it."""


class EncryptedPayloadConverter(EncodingPayloadConverter):
    """Says why a payload can't be read where no codec has decrypted it: no key is set here."""

    @property
    def encoding(self) -> str:
        """Return which payloads this is about."""
        return ENCODING.decode()

    def to_payload(self, value: Any) -> Payload | None:
        """Return None: values are encrypted by the codec."""

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:  # noqa: ARG002 - as the SDK calls it
        """Refuse to read a payload.

        Raises:
            UnreadablePayload: always.
        """
        raise UnreadablePayload(
            "Temporal holds encrypted payloads, and PAYLOAD_KEYS is not set here: give this "
            "process the same keys as the worker."
        )


def unknown_key(name: bytes) -> UnreadablePayload:
    """Return the failure of a payload that was encrypted with a key that isn't in the ring."""
    return UnreadablePayload(
        f"A payload in Temporal is encrypted with the key {_shown(name)}, which PAYLOAD_KEYS does "
        "not hold: add that key at the end of PAYLOAD_KEYS, here and for every other process."
    )


def unreadable(name: bytes) -> UnreadablePayload:
    """Return the failure of a payload that the key that it names doesn't decrypt."""
    return UnreadablePayload(
        f"A payload in Temporal can't be decrypted with the key {_shown(name)}, which it names: it "
        "was changed after it was written."
    )


def _shown(name: bytes) -> str:
    """Return a key's name as it is written; whoever writes into Temporal may have made it up."""
    text = name.decode("ascii", "replace")
    return text if re.fullmatch("[0-9a-f]{8}", text) else "of another program"

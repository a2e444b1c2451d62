"""Encrypts what Temporal keeps: arguments, results, memos, summaries, details of failures.

Search attributes, ids, types and the messages of failures are not payloads.
https://docs.temporal.io/production-deployment/data-encryption
"""

import secrets  # noqa: TID251 - never in a workflow: a nonce has to be new each time
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from domain.keys import key_id
from temporal.encryption.names import UserPrincipalNames
from temporal.encryption.unreadable import ENCODING, unknown_key, unreadable

KEY_ID = "encryption-key-id"
"""The metadata that names the key, as in Temporal's samples."""

_NONCE_BYTES = 12


class PayloadEncryption(PayloadCodec):
    """AES-256-GCM with a ring of keys: the first encrypts, and each decrypts what it encrypted.

    What is not encrypted is read as it is, so that encryption can be turned on while people are
    being enrolled. ``names`` is how user principal names stand in search attributes.
    """

    def __init__(self, ring: Sequence[bytes], *, names: UserPrincipalNames | None = None) -> None:
        """Take the keys, of 32 bytes each, the newest first.

        Raises:
            ValueError: there is none, or one has another length.
        """
        if not ring:
            raise ValueError("encryption needs a key")
        self._ciphers = {key_id(key).encode(): AESGCM(key) for key in ring}
        self._first = next(iter(self._ciphers))
        self.names = names or UserPrincipalNames()

    @property
    def has_older_keys(self) -> bool:
        """Say whether there are keys that only decrypt."""
        return len(self._ciphers) > 1

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads encrypted; one that is encrypted already stays as it is."""
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads decrypted; one that isn't encrypted stays as it is.

        Raises:
            UnreadablePayload: one was encrypted with another key, or was changed.
        """
        return [self._decrypted(payload) for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        if _is_encrypted(payload.metadata):
            return payload
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = self._ciphers[self._first]
        sealed = cipher.encrypt(nonce, payload.SerializeToString(), self._first)
        return Payload(
            metadata={"encoding": ENCODING, KEY_ID: self._first},
            data=nonce + sealed,
            external_payloads=payload.external_payloads,
        )

    def _decrypted(self, payload: Payload) -> Payload:
        if not _is_encrypted(payload.metadata):
            return payload
        name = payload.metadata.get(KEY_ID, b"")
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise unknown_key(name)
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            return Payload.FromString(cipher.decrypt(nonce, sealed, name))
        except (InvalidTag, ValueError, DecodeError):
            # Not chained: nothing that was read belongs into a log.
            raise unreadable(name) from None


def _is_encrypted(metadata: Mapping[str, bytes]) -> bool:
    return metadata.get("encoding") == ENCODING

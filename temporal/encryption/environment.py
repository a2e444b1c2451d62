"""What of encryption is configured: the codec of this process, or none."""

from base64 import b64decode
from collections.abc import Mapping

from temporalio.client import Client

from temporal.encryption.codec import PayloadEncryption
from temporal.encryption.names import UserPrincipalNames

PAYLOAD_KEYS = "PAYLOAD_KEYS"
SEARCHABLE_UPN = "SEARCHABLE_UPN"


def encryption_of(environment: Mapping[str, str]) -> PayloadEncryption | None:
    """Return the codec that settings ask for, None where payloads aren't encrypted.

    Args:
        environment: settings that have been checked (``settings.temporal``).
    """
    text = environment.get(PAYLOAD_KEYS)
    if not text:
        return None
    ring = tuple(b64decode(key) for key in text.split(","))
    hidden = environment.get(SEARCHABLE_UPN, "on").casefold() == "off"
    return PayloadEncryption(ring, names=UserPrincipalNames(ring if hidden else ()))


def names_of(client: Client) -> UserPrincipalNames:
    """Return how user principal names stand in the search attributes that a client writes."""
    codec = client.data_converter.payload_codec
    return codec.names if isinstance(codec, PayloadEncryption) else UserPrincipalNames()


def has_older_keys(client: Client) -> bool:
    """Say whether keys are about to be dropped that a client still reads with."""
    codec = client.data_converter.payload_codec
    return isinstance(codec, PayloadEncryption) and codec.has_older_keys

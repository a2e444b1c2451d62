"""Keys of 32 bytes: a name for each, and others that are made of them for one purpose."""

import hashlib
import hmac

_NAME = b"mfa-rollout: name of a key"
_NAME_BYTES = 4


def key_id(key: bytes) -> str:
    """Return the name of a key: eight hexadecimal digits, which say nothing about the key."""
    return hmac.digest(key, _NAME, hashlib.sha256)[:_NAME_BYTES].hex()


def key_for(key: bytes, purpose: str) -> bytes:
    """Return another key, of 32 bytes, that is used for this purpose alone."""
    return hmac.digest(key, b"mfa-rollout: " + purpose.encode(), hashlib.sha256)

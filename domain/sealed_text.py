"""Text that only our own processes can read, with a key that they have anyway.

What strangers type into a form goes through Temporal like this, also where payloads aren't
encrypted.
"""

import base64
import binascii
import secrets  # noqa: TID251 - never in a workflow: a nonce has to be new each time
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.keys import key_for

_PURPOSE = "sealed text"
_NONCE_BYTES = 12


def seal(text: str, ring: Sequence[bytes]) -> str:
    """Return a text that is encrypted with a key made of the first of the ring."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = _cipher(ring[0]).encrypt(nonce, text.encode(errors="replace"), None)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, ring: Sequence[bytes]) -> str | None:
    """Return the text, None where no key of the ring has sealed it."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
    except (binascii.Error, ValueError):
        return None
    for key in ring:
        try:
            return _cipher(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
        except (InvalidTag, ValueError):
            continue
    return None


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key_for(key, _PURPOSE))

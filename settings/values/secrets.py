"""Secrets and keys."""

import base64
import binascii
from typing import Annotated

from pydantic import SecretStr

from domain.plain_text import list_of
from settings.values.identifiers import is_guid
from settings.values.validators import written

SHORTEST = 32
KEY_BYTES = 32
# A random key of 32 bytes has 30 different ones, give or take two.
_FEWEST_DIFFERENT = 8
_MAKE_ONE = "make one with: openssl rand -base64 32"


def read_secret(text: str) -> str:
    """Read a secret that somebody else made."""
    if len(text.encode()) < SHORTEST:
        raise ValueError(f"is shorter than {SHORTEST} bytes: copy all of it")
    if " " in text:
        raise ValueError("has a space in it: copy the secret alone")
    return text


def read_client_secret(text: str) -> str:
    """Read the secret of an app registration in Entra ID."""
    if is_guid(text):
        raise ValueError("is a GUID, so it is the secret's ID: copy the secret's Value")
    return read_secret(text)


def read_key_ring(text: str) -> str:
    """Read keys of 32 bytes in base64, comma separated."""
    if not all(key.strip() for key in text.split(",")):
        raise ValueError(f"has a comma without a key: remove it, or {_MAKE_ONE}")
    list_of(key_of, unique=True)(text)
    return text


def key_of(text: str) -> bytes:
    """Return the bytes of one key.

    Raises:
        ValueError: it is not base64, has another length, or can be guessed.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"is not base64 ({_MAKE_ONE})") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"has {len(key)} bytes, not {KEY_BYTES} ({_MAKE_ONE})")
    if len(set(key)) < _FEWEST_DIFFERENT:
        raise ValueError(f"can be guessed ({_MAKE_ONE})")
    return key


Secret = Annotated[SecretStr, written(read_secret)]
ClientSecret = Annotated[SecretStr, written(read_client_secret)]
Passphrase = Annotated[SecretStr, written(str)]
KeyRing = Annotated[SecretStr, written(read_key_ring)]

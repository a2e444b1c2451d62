"""The GUID in a user's links: the ObjectId, encrypted as one AES-256 block.

It is unguessable, says nothing about the person, and is decrypted to the ObjectId, of which the
workflow's id is made. Whether that ObjectId is a person's is read from our tables, or asked of
Temporal while the tables can't say. It identifies; it never authenticates.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import unquote
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from domain.plain_text import without_invisible

KEY_BYTES = 32

_TOKEN = re.compile(
    r"token[^0-9a-z]*(?:3d[^0-9a-z]*)*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f])",
    re.IGNORECASE,
)
# A link that nothing has touched on its way, as most of them arrive.
_UNTOUCHED = re.compile(rb"token=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_MAX_ENCODINGS = 3
_MOST_KEYS = 32


def tracking_token(object_id: str, key: bytes) -> str:
    """Return the tracking token of a user under one key, as a lower-case GUID."""
    encryptor = _cipher(key).encryptor()
    return str(UUID(bytes=encryptor.update(UUID(object_id).bytes) + encryptor.finalize()))


def candidate_object_ids(token: str, ring: Sequence[bytes]) -> list[str]:
    """Return what a token means under each key of the ring, the newest key first.

    Every GUID decrypts to *some* ObjectId, so a candidate only counts once it is found in our
    tables, or as a workflow.

    Raises:
        ValueError: the token is not a GUID.
    """
    return [_guid(one) for (one,) in candidates_of_all([str(parse_token(token))], ring)]


def candidates_of_all(tokens: Sequence[str], ring: Sequence[bytes]) -> list[list[str]]:
    """Return for each key, the newest one first, what each of many well-formed tokens means.

    The ObjectIds have no hyphens. A key is set up once for all of them.
    """
    blocks = bytes.fromhex("".join(tokens).replace("-", ""))
    by_key = []
    for key in ring:
        decryptor = _cipher(key).decryptor()
        clear = (decryptor.update(blocks) + decryptor.finalize()).hex()
        by_key.append([clear[at : at + 32] for at in range(0, len(clear), 32)])
    return by_key


def parse_token(token: str) -> UUID:
    """Return the GUID that a link carries, in upper or lower case.

    Raises:
        ValueError: it is not a GUID in the usual 8-4-4-4-12 form.
    """
    text = token.strip()
    parsed = UUID(text)
    if str(parsed) != text.casefold():
        raise ValueError("not a GUID in its usual form")
    return parsed


def token_in_query(query: bytes) -> str | None:
    """Return the token in a link's query, lower case; None where there is none.

    Mail programs, gateways and people put quotes, brackets, ends of sentences, invisible letters
    and quoted-printable's ``3D`` around it, and encode it once more.
    """
    if untouched := _UNTOUCHED.fullmatch(query):
        return untouched[1].decode()
    text = query.decode(errors="replace")
    for _ in range(_MAX_ENCODINGS):
        text = unquote(text)
    found = _TOKEN.search(without_invisible(text))
    return found[1].lower() if found else None


def _guid(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@lru_cache(_MOST_KEYS)
def _cipher(key: bytes) -> Cipher[modes.ECB]:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a tracking token key has {KEY_BYTES} bytes, not {len(key)}")
    # One block of unique, random-looking input: the case in which ECB leaks nothing.
    return Cipher(algorithms.AES256(key), modes.ECB())  # noqa: S305

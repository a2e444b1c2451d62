"""Where the next page of a list of people begins, as text that only we can read."""

import base64
import hashlib
import json
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from domain.tables.people import PageEnd

_PURPOSE = b"mfa-rollout page of people"


class Cursors:
    """Seals and opens the ends of pages: they hold names, and go into addresses."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        """Seal with a key that is derived from the newest of ``keys``; open with any."""
        self._seal = MultiFernet([Fernet(_derived(key)) for key in keys])

    def sealed(self, end: PageEnd, list_: str) -> str:
        """Return the end of a page of a list: ``list_`` says how that is filtered and sorted."""
        value = end.value.isoformat() if isinstance(end.value, datetime) else end.value
        kind = type(end.value).__name__
        told = json.dumps([list_, kind, value, end.object_id, end.part])
        return self._seal.encrypt(told.encode()).decode().rstrip("=")

    def opened(self, text: str, list_: str) -> PageEnd | None:
        """Return the end of a page, None where it is not one of this list."""
        try:
            told = self._seal.decrypt(text.encode("ascii") + b"=" * (-len(text) % 4))
        except (InvalidToken, UnicodeEncodeError):
            return None
        of, kind, value, object_id, part = json.loads(told)
        if of != list_:
            return None
        at = datetime.fromisoformat(value) if kind == datetime.__name__ else value
        return PageEnd(value=at, object_id=object_id, part=part)


def _derived(key: bytes) -> bytes:
    # The keys of links are random: a hash keeps this use of them apart.
    return base64.urlsafe_b64encode(hashlib.sha256(_PURPOSE + key).digest())

"""A bounded memory of what was found out about tokens, for a while."""

import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Generic, TypeVar

from cachetools import TTLCache

T = TypeVar("T")


class TokenCache(Generic[T]):
    """Keeps a value for each token, as long and as many as it may; tokens are kept as hashes.

    It belongs to one process. Beyond the capacity the token goes that was used longest ago.
    """

    def __init__(
        self,
        keep_for: timedelta,
        *,
        capacity: int = 100_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start empty; ``clock`` counts seconds."""
        self._values: TTLCache[bytes, T] = TTLCache(capacity, keep_for.total_seconds(), timer=clock)

    def add(self, token: str, value: T) -> None:
        """Keep a value from now on."""
        self._values[_hash(token)] = value

    def get(self, token: str) -> T | None:
        """Return the value, None where there is none or it is too old."""
        return self._values.get(_hash(token))


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()

"""A bounded memory of what was found out about tokens, for a while, with the tokens hashed."""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """Remembers a value for each token, and not more of them than it may."""

    def __init__(
        self,
        keep_for: timedelta,
        *,
        capacity: int = 100_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start empty; ``clock`` counts seconds."""
        self._keep_for = keep_for.total_seconds()
        self._capacity = capacity
        self._clock = clock
        self._found: OrderedDict[bytes, tuple[float, T]] = OrderedDict()

    def add(self, token: str, value: T) -> None:
        """Remember a value from now on, and forget the oldest beyond the capacity."""
        key = _hash(token)
        self._found[key] = (self._clock(), value)
        self._found.move_to_end(key)
        if len(self._found) > self._capacity:
            self._found.popitem(last=False)

    def get(self, token: str) -> T | None:
        """Return the value, None where there is none or it is too old."""
        found = self._found.get(_hash(token))
        if found is None or self._clock() - found[0] >= self._keep_for:
            return None
        return found[1]


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()

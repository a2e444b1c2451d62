"""A short memory of the tokens whose click has been signalled."""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256


class SignalledTokens:
    """Remembers for 15 minutes which tokens were signalled, as hashes, and not more than it may.

    With a stopped worker the status stays what it was before the click; this memory is why the
    button isn't shown a second time. It belongs to one process: another one would show the button,
    and the workflow drops the repeat.
    """

    def __init__(
        self,
        *,
        keep_for: timedelta = timedelta(minutes=15),
        capacity: int = 100_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start empty; ``clock`` counts seconds."""
        self._keep_for = keep_for.total_seconds()
        self._capacity = capacity
        self._clock = clock
        self._signalled_at: OrderedDict[bytes, float] = OrderedDict()

    def add(self, token: str) -> None:
        """Remember a token from now on, and forget the oldest beyond the capacity."""
        key = _hash(token)
        self._signalled_at[key] = self._clock()
        self._signalled_at.move_to_end(key)
        if len(self._signalled_at) > self._capacity:
            self._signalled_at.popitem(last=False)

    def __contains__(self, token: str) -> bool:
        signalled_at = self._signalled_at.get(_hash(token))
        return signalled_at is not None and self._clock() - signalled_at < self._keep_for


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()

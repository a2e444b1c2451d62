"""The tokens whose open is kept or delivered: their next opens cost neither a read nor a row."""

import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

CAPACITY = 100_000

BELIEVED_FOR = timedelta(minutes=10)
"""How long a token's next opens are not looked at: its person may have been imported again."""


class RecentOpens:
    """A bounded memory of tokens, each with the run of the enrolment that its open was of.

    Beyond its capacity the oldest one goes. One that is forgotten is read and written once more,
    and changes nothing.
    """

    def __init__(
        self, capacity: int = CAPACITY, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start empty; ``clock`` counts seconds."""
        self._capacity = capacity
        self._clock = clock
        self._runs: dict[str, tuple[str | None, float]] = {}

    def __contains__(self, token: str) -> bool:
        """Say whether an open of the token was kept, or looked at, a short time ago."""
        known = self._runs.get(token)
        return known is not None and self._clock() - known[1] < BELIEVED_FOR.total_seconds()

    def __len__(self) -> int:
        """Return how many tokens are remembered."""
        return len(self._runs)

    def has(self, token: str, run_id: str | None) -> bool:
        """Say whether an open of this run was kept; if so, it is believed again for a while."""
        known = self._runs.get(token)
        if known is None or known[0] != run_id:
            return False
        self.add(token, run_id)
        return True

    def add(self, token: str, run_id: str | None) -> None:
        """Remember a token."""
        self._runs.pop(token, None)
        self._runs[token] = run_id, self._clock()
        while len(self._runs) > self._capacity:
            del self._runs[next(iter(self._runs))]

    def discard(self, token: str) -> None:
        """Forget a token: its open was dropped, and may come again."""
        self._runs.pop(token, None)


def open_hash(token: str, run_id: str | None) -> str:
    """Return what is noted of a token whose open was delivered, with the run that it was of."""
    return sha256(f"{token} {run_id}".encode()).hexdigest()[:32]

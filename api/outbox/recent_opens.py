"""The tokens whose open is kept or delivered: their next opens cost neither a read nor a row."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from itertools import islice

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

    def note(self, runs: Mapping[str, str | None]) -> list[str]:
        """Remember tokens, each with its run; return those whose open of that run was kept before.

        All are believed for a while.
        """
        now, known = self._clock(), self._runs
        again = [token for token, run in runs.items() if token in known and known[token][0] == run]
        for token in runs:
            known.pop(token, None)
        known.update({token: (run, now) for token, run in runs.items()})
        for oldest in list(islice(known, max(0, len(known) - self._capacity))):
            del known[oldest]
        return again

    def discard(self, token: str) -> None:
        """Forget a token: its open was dropped, and may come again."""
        self._runs.pop(token, None)


def open_hash(token: str, run_id: str | None) -> str:
    """Return what is noted of a token whose open was delivered, with the run that it was of."""
    return sha256(f"{token} {run_id}".encode()).hexdigest()[:32]

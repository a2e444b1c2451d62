"""A short memory of the tokens whose click has been signalled."""

import time
from collections.abc import Callable
from datetime import timedelta

from api.remembered import Remembered


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
        self._signalled: Remembered[bool] = Remembered(keep_for, capacity=capacity, clock=clock)

    def add(self, token: str) -> None:
        """Remember a token from now on, and forget the oldest beyond the capacity."""
        self._signalled.add(token, value=True)

    def __contains__(self, token: str) -> bool:
        return bool(self._signalled.get(token))

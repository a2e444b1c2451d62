"""Gives each client turns: some at once, then one after another, up to a bound."""

import time
from collections.abc import Callable
from datetime import timedelta

from cachetools import LRUCache

_MOST_CLIENTS = 100_000


class Turns:
    """Says how long each client's next wish has to wait (GCRA, the virtual scheduling of ATM).

    Beyond the number of clients that are remembered, the one goes that asked longest ago.
    """

    def __init__(
        self,
        *,
        at_once: int,
        every: timedelta,
        longest: timedelta,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """Allow ``at_once`` wishes at once and one ``every`` so often; none waits ``longest``."""
        self._every = every.total_seconds()
        self._at_once = (at_once - 1) * self._every
        self._longest = longest.total_seconds()
        self._clock = clock or time.monotonic
        self._used_until: LRUCache[str, float] = LRUCache(_MOST_CLIENTS)

    def take(self, client: str) -> timedelta | None:
        """Return the delay of the client's next turn; None, and no turn, where it is too long."""
        now = self._clock()
        used_until = max(now, self._used_until.get(client, now))
        delay = max(0.0, used_until - self._at_once - now)
        if delay > self._longest:
            return None
        self._used_until[client] = used_until + self._every
        return timedelta(seconds=delay)

"""When a call may be repeated inside itself, and after how long.

Only short waits happen here. Longer ones belong to Temporal, whose timers survive us: the failure
then leaves with its ``retry_after``.
"""

import random
from dataclasses import dataclass
from datetime import timedelta

from domain.failures import RolloutError, ServiceUnavailable, Throttled


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long one call may wait for another try: each time, and altogether."""

    attempts: int = 3
    first_backoff: timedelta = timedelta(milliseconds=500)
    longest_wait: timedelta = timedelta(seconds=5)
    longest_total: timedelta = timedelta(seconds=8)


ONE_TRY = Patience(attempts=1)
"""For calls whose rate is counted from outside: each is one exchange, whatever becomes of it."""


class Retries:
    """The tries of one call."""

    def __init__(self, patience: Patience, *, idempotent: bool) -> None:
        """Start with the first try still to come.

        Args:
            patience: the bounds.
            idempotent: doing it twice is the same as doing it once.
        """
        self._patience = patience
        self._idempotent = idempotent
        self._failed = 0
        self._waited = timedelta()

    def pause_after(
        self, failure: RolloutError, *, unsent: bool = False, timed_out: bool = False
    ) -> timedelta | None:
        """Return how long to wait before the next try; None when the failure has to be raised.

        Args:
            failure: how the try ended.
            unsent: no connection was made, so nothing can have been done.
            timed_out: the answer was waited for in vain; another try would double that wait.
        """
        self._failed += 1
        # 429, and 503 with Retry-After, are said before anything is done. Any other failure may
        # have come after the deed.
        harmless = unsent or isinstance(failure, Throttled)
        repeatable = self._idempotent and isinstance(failure, ServiceUnavailable) and not timed_out
        if not (harmless or repeatable) or self._failed >= self._patience.attempts:
            return None
        wait = failure.retry_after if failure.retry_after is not None else self._backoff()
        if wait > self._patience.longest_wait:
            return None
        if self._waited + wait > self._patience.longest_total:
            return None
        self._waited += wait
        return wait

    def _backoff(self) -> timedelta:
        jitter = random.uniform(0.5, 1.0)  # noqa: S311 - spreads callers out; nothing secret
        return self._patience.first_backoff * (jitter * 2.0 ** (self._failed - 1))

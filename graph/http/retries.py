"""When a call may be repeated inside itself, and after how long; what ``Retry-After`` means.

Only short waits happen here. Longer ones belong to Temporal, whose timers survive us: the failure
then leaves with its ``retry_after``.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.failures import RolloutError, ServiceUnavailable, Throttled
from domain.instants import read_http_date

# SharePoint and Exchange have asked for hours; what is longer than a day is a mistake.
LONGEST = timedelta(days=1)


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


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Return how long an answer asks to wait; None where it doesn't ask, or means nothing.

    Graph sends seconds as a float (``2.128``), SharePoint and Entra ID as an integer; gateways send
    an HTTP date. A date is measured by the answer's own ``Date``, since the two clocks may differ.
    A date in the past is no wait at all; nothing is waited for longer than a day.

    Args:
        headers: of the answer; their names are found in any case.
        now: our own time, aware, for an answer that doesn't say its own.
    """
    value = headers.get("Retry-After")
    if value is None:
        return None
    wait = _seconds(value)
    if wait is None and (at := read_http_date(value)) is not None:
        wait = at - (read_http_date(headers.get("Date", "")) or now)
    return None if wait is None else min(max(wait, timedelta()), LONGEST)


def until_reset(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long it is until SharePoint counts anew; None where it doesn't say.

    It may be longer than ``Retry-After``, and the longer one holds: section "RateLimit headers" of
    https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
    """
    return _seconds(headers.get("RateLimit-Reset", ""))


def _seconds(value: str) -> timedelta | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    if not math.isfinite(seconds) or seconds < 0:
        return None
    # Bounded first: a timedelta can't hold every float.
    return timedelta(seconds=min(seconds, LONGEST.total_seconds()))

"""What a ``Retry-After`` header means, in each of the forms that Microsoft's services send."""

import math
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# SharePoint and Exchange have asked for hours; what is longer than a day is a mistake.
LONGEST = timedelta(days=1)


def retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """Return how long to wait; None where the header is absent or means nothing.

    Graph sends seconds as a float (``2.128``), SharePoint and Entra ID as an integer; gateways send
    an HTTP date. A date in the past is no wait at all; nothing is waited for longer than a day.

    Args:
        value: the header as it was sent.
        now: the time of the answer, aware.
    """
    if value is None:
        return None
    wait = _seconds(value)
    if wait is None:
        wait = _until(value, now)
    return None if wait is None else min(max(wait, timedelta()), LONGEST)


def _seconds(value: str) -> timedelta | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    if not math.isfinite(seconds) or seconds < 0:
        return None
    # Bounded first: a timedelta can't hold every float.
    return timedelta(seconds=min(seconds, LONGEST.total_seconds()))


def _until(value: str, now: datetime) -> timedelta | None:
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        # "-0000" parses to a naive time, which is meant to be UTC.
        at = at.replace(tzinfo=UTC)
    return at - now

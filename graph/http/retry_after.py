"""What a ``Retry-After`` header means, in each of the forms that Microsoft's services send."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# SharePoint and Exchange have asked for hours; what is longer than a day is a mistake.
LONGEST = timedelta(days=1)


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
    if wait is None and (at := _instant(value)) is not None:
        wait = at - (_instant(headers.get("Date", "")) or now)
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


def _instant(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    # "-0000" parses to a naive time, which is meant to be UTC.
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at

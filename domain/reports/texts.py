"""How often a report comes, in words."""

from domain.mail.send_window import WEEKDAYS
from domain.reports.interval import Interval

DAYS = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


def interval_text(interval: Interval) -> str:
    """Return an interval in words: ``every Monday at 07:00``."""
    day = "day" if interval.weekday is None else DAYS[interval.weekday]
    return f"every {day} at {interval.hour:02}:00"

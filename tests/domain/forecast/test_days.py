"""The days of a forecast, and how many mails may leave on one."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest

from domain.enrolment.policy import Policy
from domain.forecast.days import ForecastDay, SendingHours, days_from, sendable
from domain.mail.send_window import SendWindow
from domain.tables.mail import MailLimits

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("hours", "mails"), [(-1, 0), (0, 0), (0.1, 150), (0.2, 300), (0.5, 350), (1, 350), (2.1, 850)]
)
def test_minute_and_hour_bound_what_leaves(hours: float, mails: int) -> None:
    """25 a minute until 350 have left in an hour, then on with the next hour."""
    assert sendable(MailLimits(), hours * HOUR) == mails


def test_a_slow_minute_bounds_the_hour() -> None:
    """One mail a minute is sixty an hour, whatever the hour allows."""
    assert sendable(MailLimits(per_minute=1), 1.5 * HOUR) == 90


def test_days_end_at_the_zones_midnight() -> None:
    """The first day begins now; the day on which clocks go back is 25 hours long."""
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    policy = Policy(window=SendWindow(time_zone="Europe/Zurich"))
    days = list(islice(days_from(start, policy), 3))
    assert [day.begins for day in days] == [
        start,
        datetime(2026, 10, 24, 22, tzinfo=UTC),
        datetime(2026, 10, 25, 23, tzinfo=UTC),
    ]
    assert [day.date.day for day in days] == [24, 25, 26]
    assert all(
        day.sending_hours(policy.window) == SendingHours(day.begins, day.ends) for day in days
    )


def test_mails_leave_within_the_window() -> None:
    """A day has its sending hours; a Sunday and a holiday have none."""
    window = SendWindow(
        opens=time(8),
        closes=time(18),
        days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat"),
        closed_dates=(date(2026, 12, 7),),
    )
    start = datetime(2026, 12, 5, 12, tzinfo=UTC)
    days = list(islice(days_from(start, Policy(window=window)), 4))
    saturday, sunday, monday, tuesday = [day.sending_hours(window) for day in days]
    assert saturday == SendingHours(start, start + 6 * HOUR)
    assert sunday.opens == sunday.closes
    assert monday.opens == monday.closes
    begins = datetime(2026, 12, 8, tzinfo=UTC)
    assert days[3] == ForecastDay(date(2026, 12, 8), begins, begins + DAY)
    assert tuesday == SendingHours(begins + 8 * HOUR, begins + 18 * HOUR)
    # Another window has hours of its own on the same day.
    whole_day = SendingHours(begins, begins + DAY)
    assert days[3].sending_hours(SendWindow()) == whole_day


def test_a_day_of_the_demo_is_as_long_as_its_policy_says() -> None:
    """Two seconds are a day there."""
    start = datetime(2026, 12, 5, 12, tzinfo=UTC)
    second = timedelta(seconds=1)
    days = list(islice(days_from(start, Policy().sped_up(2 * second)), 2))
    assert [day.ends for day in days] == [start + 2 * second, start + 4 * second]
    assert [day.date for day in days] == [date(2026, 12, 5), date(2026, 12, 6)]

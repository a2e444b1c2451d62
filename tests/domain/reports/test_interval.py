"""How often a report comes, as it is written and read."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.mail.send_window import WEEKDAYS
from domain.reports.interval import Interval, read_hour, read_weekday
from domain.reports.texts import interval_text


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(hour=7), "daily 07:00"),
        (Interval(hour=0), "daily 00:00"),
        (Interval(hour=23, weekday="Mon"), "Mon 23:00"),
        (Interval(hour=12, weekday="Sun"), "Sun 12:00"),
    ],
)
def test_an_interval_is_read_as_it_was_written(interval: Interval, text: str) -> None:
    """The table keeps it as text."""
    assert str(interval) == text
    assert Interval.parse(text) == interval


@pytest.mark.parametrize(("text", "hour"), [("7", 7), ("07", 7), ("07:00", 7), ("23:00", 23)])
def test_an_hour_is_read(text: str, hour: int) -> None:
    """With minutes or without."""
    assert read_hour(text) == hour


@pytest.mark.parametrize("text", ["24", "7:30", "07:00:00", "", "-1", "\uff17", "noon"])
def test_what_is_no_full_hour_is_refused(text: str) -> None:
    """The message goes on behind the option's name."""
    with pytest.raises(ValueError, match="is not a full hour, such as 07:00"):
        read_hour(text)


def test_weekdays_are_read_in_any_case() -> None:
    """By their first three letters."""
    assert [read_weekday(day) for day in ("mon", "FRI", "Sun")] == ["Mon", "Fri", "Sun"]
    with pytest.raises(ValueError, match="must be one of mon, tue, wed, thu, fri, sat, sun"):
        read_weekday("monday")


@pytest.mark.parametrize(
    ("interval", "after"),
    [
        (Interval(hour=7), "2026-11-27T06:00:00+00:00"),
        (Interval(hour=11), "2026-11-26T10:00:00+00:00"),
        (Interval(hour=10), "2026-11-27T09:00:00+00:00"),
        (Interval(hour=7, weekday="Thu"), "2026-12-03T06:00:00+00:00"),
        (Interval(hour=7, weekday="Wed"), "2026-12-02T06:00:00+00:00"),
    ],
)
def test_when_a_report_comes_next(interval: Interval, after: str) -> None:
    """After this moment, by the zone's clock; it is Thursday, 10:00 in Berlin."""
    now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert interval.next_at(now, ZoneInfo("Europe/Berlin")).isoformat() == after


def test_an_interval_in_words() -> None:
    """As pages and the command line say it."""
    assert interval_text(Interval(hour=7)) == "every day at 07:00"
    days = [interval_text(Interval(hour=23, weekday=day)) for day in WEEKDAYS]
    names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    assert days == [f"every {name} at 23:00" for name in names]

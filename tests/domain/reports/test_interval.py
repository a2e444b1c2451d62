"""How often a report comes, as it is written and read."""

import pytest

from domain.reports.interval import Interval, read_hour, read_weekday


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

"""Instants as lists and strangers write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instants import (
    CLOCKS_DIFFER,
    EARLIEST,
    believable,
    bounded,
    in_utc,
    later,
    read_day,
    read_http_date,
    read_instant,
)
from tests.domain.edge_values import durations, instants
from tests.domain.enrolment.states import DAY, START


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-03-02T09:00:00Z", START),
        ("2026-03-02T10:00:00+01:00", START),
        ("2026-03-02T09:00:00", START),
        ("2026-03-02T09:00:00.0000000Z", START),
        ("", None),
        (None, None),
        ("yesterday", None),
        (5, None),
        ("2026-03-02T23:59:60Z", None),
        ("\ud800", None),
        (True, None),
        (20260302, None),
    ],
)
def test_dates_are_read_as_sharepoint_writes_them(value: object, read: datetime | None) -> None:
    """With and without an offset; what can't be read is as good as none."""
    assert read_instant(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("", None),
        ("1 Jan 2026 00:00:00 +99999999999999999", None),
        ("1 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Mon, 02 Mar 2026 09:00:00 -0000", START),
        ("Mon, 02 Mar 2026 09:00:00 GMT", START),
        ("Mon, 02 Mar 2026 10:00:00 +0100", START),
        ("soon", None),
    ],
)
def test_dates_of_headers_are_read_as_proxies_write_them(value: str, read: datetime | None) -> None:
    """With and without an offset; what no number of the machine holds is as good as none."""
    assert read_http_date(value) == read


@given(st.datetimes(timezones=st.just(UTC)))
def test_dates_survive_the_list(at: datetime) -> None:
    """An instant is read as it was written."""
    assert read_instant(at.isoformat()) == at


def test_only_what_can_be_true_is_believed() -> None:
    """From 2015 to now, give or take what clocks differ by."""
    assert believable(None, START) is None
    assert believable(EARLIEST, START) == EARLIEST
    assert believable(EARLIEST - timedelta(microseconds=1), START) is None
    assert believable(START + CLOCKS_DIFFER, START) == START + CLOCKS_DIFFER
    assert believable(START + CLOCKS_DIFFER + timedelta(microseconds=1), START) is None


def test_what_is_reported_has_happened() -> None:
    """A fast clock is put right, a time that can't be true is now, an older one stays."""
    assert bounded(START + timedelta(minutes=1), START) == START
    assert bounded(START + DAY, START) == START
    assert bounded(datetime.min.replace(tzinfo=UTC), START) == START
    assert bounded(START - DAY, START) == START - DAY


def test_an_instant_without_zone_is_in_utc() -> None:
    """Also where the zone leads out of the calendar."""
    assert in_utc(START.replace(tzinfo=None)) == START
    west = datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))
    assert in_utc(west) == datetime.max.replace(tzinfo=UTC)


def test_sums_stay_in_the_calendar() -> None:
    """The last instant is the latest, the first the earliest; in between nothing changes."""
    assert later(START, DAY) == START + DAY
    assert later(datetime.max.replace(tzinfo=UTC), DAY) == datetime.max.replace(tzinfo=UTC)
    assert later(datetime.min.replace(tzinfo=UTC), -DAY) == datetime.min.replace(tzinfo=UTC)


@given(instants, durations)
def test_no_instant_breaks_a_sum(at: datetime, duration: timedelta) -> None:
    """Whatever is added to whatever, there is an aware instant, and it lies on the right side."""
    start = in_utc(at)
    end = later(start, duration)
    assert (end >= start) if duration > timedelta(0) else (end <= start)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-27", date(2026, 11, 27)),
        ("1970-01-02", date(1970, 1, 2)),
        ("1970-01-01", None),
        ("8999-12-31", date(8999, 12, 31)),
        ("9000-01-01", None),
        ("9999-12-31", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_a_day_that_was_typed_is_one_that_can_be_counted_with(text: str, day: date | None) -> None:
    """It is read as it is written; the first and the last years of the calendar are no days."""
    assert read_day(text) == day

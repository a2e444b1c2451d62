"""Hours and days in which mails may leave."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mail.send_window import JITTER, WEEKDAYS, SendWindow, share_of

OFFICE = SendWindow(
    opens=time(9),
    closes=time(17),
    days=("Mon", "Tue", "Wed", "Thu", "Fri"),
    closed_dates=(date(2026, 12, 25),),
    time_zone="Europe/Zurich",
)
HOUR = timedelta(hours=1)
HALF_AN_HOUR = timedelta(minutes=30)
ADA = "11111111-2222-4333-8444-5555ffffffff"


def _zurich(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of December 2026, when Zurich is an hour ahead of UTC."""
    return datetime(2026, 12, day, hour - 1, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        (_zurich(1, 10), _zurich(1, 10)),
        (_zurich(1, 8), _zurich(1, 9)),
        (_zurich(1, 17), _zurich(2, 9)),
        (_zurich(4, 18), _zurich(7, 9)),
        (_zurich(24, 18), _zurich(28, 9)),
    ],
)
def test_a_mail_leaves_at_the_next_opening(at: datetime, opening: datetime) -> None:
    """Inside it leaves at once; else in the morning, after the week-end, after the holiday."""
    assert OFFICE.next_open(at) == opening
    assert OFFICE.is_open(at) == (at == opening)


def test_it_is_always_open_by_default() -> None:
    """The seed knows no window."""
    assert SendWindow().is_open(datetime(2026, 12, 26, 3, 4, 5, tzinfo=UTC))


def test_clocks_that_change_keep_the_hour() -> None:
    """Nine o'clock is nine o'clock before and after the change to summer time."""
    assert OFFICE.next_open(datetime(2027, 3, 26, 18, tzinfo=UTC)) == datetime(
        2027, 3, 29, 7, tzinfo=UTC
    )


def test_everybody_has_a_share_of_the_first_half_hour() -> None:
    """Who waits for the opening leaves a little after it, always at the same instant."""
    own = OFFICE.next_open_for(_zurich(1, 8), ADA)
    assert _zurich(1, 9) < own <= _zurich(1, 9) + JITTER
    assert own == OFFICE.next_open_for(_zurich(1, 7), ADA)
    assert OFFICE.next_open_for(_zurich(1, 10), ADA) == _zurich(1, 10)


@pytest.mark.parametrize(
    ("object_id", "share"),
    [
        ("11111111-2222-4333-8444-555500000000", 0),
        ("11111111-2222-4333-8444-555580000000", 0.5),
        ("11111111-2222-4333-8444-5555c0000000", 0.75),
        ("no ObjectId", 0),
    ],
)
def test_the_share_is_made_of_the_object_id(object_id: str, share: float) -> None:
    """Its last 32 bits say which part of half an hour after the opening somebody waits."""
    assert share_of(object_id) == share
    assert OFFICE.next_open_for(_zurich(1, 8), object_id) == _zurich(1, 9) + share * HALF_AN_HOUR


def test_a_short_window_is_shared_whole() -> None:
    """In a window of ten minutes everybody's share is of ten minutes, so that nobody is late."""
    window = replace(OFFICE, closes=time(9, 10))
    own = window.next_open_for(_zurich(1, 8), "11111111-2222-4333-8444-555580000000")
    assert own == _zurich(1, 9, 5)


def test_an_opening_in_365_days_is_found_and_none_later() -> None:
    """A calendar that is closed for a year and a day is a mistake."""
    first = date(2026, 12, 1)
    closed = tuple(first + timedelta(days=day) for day in range(365))
    assert SendWindow(closed_dates=closed).next_open(datetime(2026, 12, 1, 10, tzinfo=UTC)) == (
        datetime(2027, 12, 1, tzinfo=UTC)
    )
    closed += (first + timedelta(days=365),)
    with pytest.raises(ValueError, match="no opening within a year"):
        SendWindow(closed_dates=closed).next_open(datetime(2026, 12, 1, 10, tzinfo=UTC))


def test_a_window_closes_at_its_hour_or_at_midnight() -> None:
    """The zone's hour, or the end of the day in it."""
    assert OFFICE.closing_after(_zurich(1, 10)) == _zurich(1, 17)
    assert replace(OFFICE, closes=time(0)).closing_after(_zurich(1, 10)) == _zurich(1, 23) + HOUR


def test_a_grace_of_a_day_skips_the_week_end() -> None:
    """A day of grace from Friday noon ends on Monday noon."""
    assert OFFICE.after_sending_days(_zurich(4, 12), timedelta(days=1)) == _zurich(7, 12)
    assert SendWindow().after_sending_days(_zurich(4, 12), timedelta(days=1)) == _zurich(5, 12)


# hypothesis takes naive bounds and adds the zone.
@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_opening_is_open_and_never_in_the_past(at: datetime) -> None:
    """Whatever the instant, its opening is open, and not before it."""
    opening = OFFICE.next_open(at)
    assert opening >= at
    assert OFFICE.is_open(opening)


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": time(17), "closes": time(9)},
        {"opens": time(9), "closes": time(9)},
        {"days": ()},
        {"days": ("Montag",)},
    ],
)
def test_a_window_that_never_opens_is_refused(wrong: dict[str, object]) -> None:
    """Hours the wrong way round, no days, unknown days."""
    with pytest.raises(ValueError, match="send"):
        SendWindow(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("window", "always"),
    [
        (SendWindow(), True),
        (SendWindow(time_zone="Europe/Zurich"), True),
        (SendWindow(opens=time(1)), False),
        (SendWindow(closes=time(1)), False),
        (SendWindow(days=WEEKDAYS[1:]), False),
        (SendWindow(closed_dates=(date(2026, 12, 25),)), False),
    ],
)
def test_a_window_without_bounds_asks_no_clock(window: SendWindow, always: bool) -> None:
    """Only a window that closes sometime is a matter of time zones."""
    assert window.always_open is always


def test_every_day_of_the_week_has_its_name() -> None:
    """A window of one day opens on that day, from Monday on; the message names all seven."""
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    for number, day in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")):
        assert SendWindow(days=(day,)).next_open(monday) == monday + timedelta(days=number)
    with pytest.raises(ValueError, match="Mon, Tue, Wed, Thu, Fri, Sat, Sun"):
        SendWindow(days=())
    assert SendWindow().closed_dates == ()


def test_a_window_that_opens_on_no_day_of_a_year_says_so() -> None:
    """Neither an opening nor the end of a grace is made up."""
    start = date(2026, 12, 1)
    closed = tuple(start + timedelta(days=day) for day in range(-1, 400))
    never = SendWindow(closed_dates=closed)
    with pytest.raises(ValueError, match="within a year"):
        never.next_open(_zurich(1, 10))
    with pytest.raises(ValueError, match="within a year"):
        never.after_sending_days(_zurich(1, 10), timedelta(hours=1))


def test_a_window_in_the_hour_that_clocks_leave_out_opens_the_day_after() -> None:
    """Two to three o'clock isn't there on 28 March; neither is an opening of no length."""
    night = SendWindow(opens=time(2), closes=time(3), time_zone="Europe/Zurich")
    saturday = datetime(2027, 3, 27, 12, tzinfo=UTC)
    assert night.next_open(saturday) == datetime(2027, 3, 29, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (_zurich(1, 9), True),
        (_zurich(1, 16, 59), True),
        (_zurich(1, 17), False),
        (_zurich(1, 8, 59), False),
        (_zurich(5, 12), False),
        (_zurich(25, 12), False),
    ],
)
def test_a_window_is_open_from_its_first_minute_to_its_last(at: datetime, is_open: bool) -> None:
    """It is closed at the very hour at which it closes, on other days, and on holidays."""
    assert OFFICE.is_open(at) is is_open

"""Who is invited when."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain.imports.pace import Pace
from domain.mail.send_window import SendWindow

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def test_everybody_at_once_by_default() -> None:
    """Without waves, and within a day's budget, nobody has a slot."""
    assert Pace().slot(449, START) is None


def test_waves_follow_each_other() -> None:
    """The 250th person of waves of a hundred a day is invited on the third day."""
    pace = Pace(wave_size=100)
    assert pace.slot(99, START) is None
    assert pace.slot(249, START) == START + 2 * DAY


def test_invitations_use_six_tenths_of_the_budget() -> None:
    """The 451st invitation leaves tomorrow; with two mailboxes it still leaves today."""
    assert Pace().slot(450, START) == START + DAY
    assert Pace(senders=2).slot(450, START) is None


def test_a_slot_lies_in_the_window() -> None:
    """A wave that would fall on a Saturday leaves on Monday morning."""
    window = SendWindow(opens=time(8), days=("Mon", "Tue", "Wed", "Thu", "Fri"))
    friday = datetime(2026, 12, 4, 9, tzinfo=UTC)
    assert Pace(wave_size=1, window=window).slot(1, friday) == datetime(2026, 12, 7, 8, tzinfo=UTC)


def test_a_wave_keeps_its_time_of_the_day_when_the_clocks_change() -> None:
    """A Friday's wave half an hour before closing is followed by another on the next Friday."""
    week = ("Mon", "Tue", "Wed", "Thu", "Fri")
    window = SendWindow(opens=time(8), closes=time(16), days=week, time_zone="Europe/Berlin")
    pace = Pace(wave_size=1, wave_interval=7 * DAY, window=window)
    friday = datetime(2027, 3, 26, 14, 30, tzinfo=UTC)
    assert pace.slot(1, friday) == datetime(2027, 4, 2, 13, 30, tzinfo=UTC)
    friday = datetime(2026, 10, 23, 6, tzinfo=UTC)
    assert pace.slot(1, friday) == datetime(2026, 10, 30, 7, tzinfo=UTC)


def test_the_last_invitation_is_estimated() -> None:
    """251 people at 25 a minute take ten minutes; two waves take a day; nobody takes no time."""
    assert Pace().last_invitation_at(251, START) == START + timedelta(minutes=10)
    assert Pace(wave_size=10).last_invitation_at(20, START) == START + DAY + 9 * timedelta(
        seconds=2.4
    )
    assert Pace().last_invitation_at(0, START) is None


def test_invitations_are_counted_by_the_days_of_the_zone() -> None:
    """What a day has no room for leaves on the next sending day; days between are zeros."""
    window = SendWindow(days=("Mon", "Thu", "Fri"), time_zone="Europe/Zurich")
    pace = Pace(per_day=100, senders=2, window=window)
    # A Wednesday, where it is a Thursday in Zurich already.
    start = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    by_day = pace.invitations_by_day(500, start)
    assert list(by_day.items()) == [
        (date(2026, 11, 26), 120),
        (date(2026, 11, 27), 120),
        (date(2026, 11, 28), 0),
        (date(2026, 11, 29), 0),
        (date(2026, 11, 30), 120),
        (date(2026, 12, 1), 0),
        (date(2026, 12, 2), 0),
        (date(2026, 12, 3), 120),
        (date(2026, 12, 4), 20),
    ]
    assert pace.invitations_by_day(0, start) == {}
    assert Pace().invitations_by_day(1, start) == {date(2026, 11, 25): 1}


def test_slots_of_one_sending_day_share_its_budget() -> None:
    """Two thousand people who are mailed on Mondays alone need five of them, to the same minute."""
    pace = Pace(window=SendWindow(days=("Mon",)))
    by_day = pace.invitations_by_day(2000, START)
    assert {day: people for day, people in by_day.items() if people} == {
        date(2026, 12, 7) + timedelta(days=7 * week): people
        for week, people in enumerate([450, 450, 450, 450, 200])
    }
    assert pace.last_invitation_at(2000, START) == datetime(
        2027, 1, 4, 0, 7, 57, 600000, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("closes", "most", "late"),
    [
        (time(9, 2), 50, 25),
        (time(9, 10), 250, 225),
        # An hour's budget, and after it what the next begins with.
        (time(10), 350, 350),
        (time(10, 2), 400, 375),
        (time(18), 450, 450),
    ],
)
def test_short_hours_have_room_for_few(closes: time, most: int, late: int) -> None:
    """A day's invitations are those that its hours have room for, by minute and by hour."""
    pace = Pace(window=SendWindow(opens=time(9), closes=closes))
    by_day = pace.invitations_by_day(900, START)
    assert (by_day[START.date()], max(by_day.values()), sum(by_day.values())) == (most, most, 900)
    assert pace.invitations_by_day(900, START + timedelta(minutes=1))[START.date()] == late


def test_a_rate_that_no_float_holds_makes_no_mail_more() -> None:
    """Fifty minutes of 1.1 mails each, which multiply to a little more than 55, are 55 mails."""
    pace = Pace(per_minute=1.1, window=SendWindow(opens=time(9), closes=time(9, 50)))
    assert pace.invitations_by_day(60, START)[START.date()] == 55


def test_a_tiny_budget_invites_somebody() -> None:
    """Six tenths of one mail a day are one invitation a day, from each mailbox of two."""
    assert Pace(per_day=1).invitations_per_day == 1
    assert Pace(per_day=1, senders=2).invitations_per_day == 1
    assert Pace(per_day=2, senders=2).invitations_per_day == 2
    assert (Pace(per_day=1).need(3).days, Pace(per_day=1).need(3).mailboxes) == (3, 3)

"""Options as people write them, and what is said of those that can't be used."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.enrolment.policy import DAY, Policy
from domain.imports.options.names import OptionName
from domain.imports.options.options import ImportOptions
from domain.imports.options.read import (
    LARGEST_WAVE,
    MOST_WAVE_DAYS,
    WAVES_LAST_AT_MOST,
    ImportOptionsError,
    read_options,
)
from domain.imports.pace import Pace
from domain.mail.send_window import SendWindow

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
MAILBOXES = ("a@contoso.com", "b@contoso.com")
# All Mondays of a year.
CLOSED = tuple(date(2026, 11, 23) + timedelta(days=7 * week) for week in range(60))


def read(
    *,
    configured: str = " ".join(MAILBOXES),
    pace: Pace | None = None,
    people: int = 0,
    day: timedelta = DAY,
    **written: str,
) -> ImportOptions:
    """Read options by their names."""
    return read_options(
        {OptionName(name): text for name, text in written.items()},
        mailboxes=configured.split(),
        policy=Policy(day=day, window=SendWindow(closed_dates=CLOSED)),
        pace=pace or Pace(),
        now=NOW,
        people=people,
    )


def test_options_are_read_as_settings_are() -> None:
    """Spaces, capitals and the order of mailboxes make no difference; empty names nothing."""
    found = read(
        wave_size=" 500 ",
        wave_days="60",
        send_window="08:00-24:00",
        send_days="Mon, fri",
        sender_mailboxes="B@contoso.com,a@contoso.com",
    )
    assert found == ImportOptions(
        wave_size=500,
        wave_days=60,
        send_window="08:00-24:00",
        send_days=("mon", "fri"),
        sender_mailboxes=MAILBOXES,
    )
    assert read(wave_size="", send_days=" ", sender_mailboxes="") == ImportOptions()
    assert (LARGEST_WAVE, MOST_WAVE_DAYS) == (100_000, 60)
    assert read(wave_size="100000").wave_size == LARGEST_WAVE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("wave_size", "0"),
        ("wave_size", "100001"),
        ("wave_size", "٣"),
        ("wave_size", "1_0"),
        ("wave_days", "61"),
        ("wave_days", "7"),
        ("wave_days", "-1"),
        ("send_window", "8-18"),
        ("send_window", "18:00-08:00"),
        ("send_window", "08:00-08:00"),
        ("send_window", "25:00-26:00"),
        ("send_days", "monday"),
        ("send_days", "mon,mon"),
        ("send_days", ","),
        ("send_days", "mon"),
        ("sender_mailboxes", "a@contoso.com,A@contoso.com"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, text: str) -> None:
    """Each fault is told of its own option; on days that are all closed no mail could leave."""
    written: dict[str, Any] = {name: text}
    with pytest.raises(ImportOptionsError) as caught:
        read(**written)
    assert list(caught.value.faults) == [name]


@pytest.mark.parametrize(
    ("people", "written", "named"),
    [
        (366, {"wave_size": "1", "wave_days": "2"}, None),
        (367, {"wave_size": "1", "wave_days": "2"}, "wave_size"),
        (7310, {"wave_size": "10"}, None),
        (7311, {"wave_size": "10"}, "wave_size"),
        # By the settings' waves of a hundred people.
        (1300, {"wave_days": "60"}, None),
        (1400, {"wave_days": "60"}, "wave_days"),
        (73_101, {}, "wave_size"),
    ],
)
def test_waves_end(people: int, written: dict[str, Any], named: str | None) -> None:
    """No wave begins later than two years after the first: that is a slip of the keyboard."""
    assert WAVES_LAST_AT_MOST == 730
    pace = Pace(wave_size=100)
    if named is None:
        assert read(pace=pace, people=people, **written) == read(pace=pace, **written)
        return
    with pytest.raises(ImportOptionsError) as caught:
        read(pace=pace, people=people, **written)
    assert list(caught.value.faults) == [named]


def test_the_demos_days_have_no_hours() -> None:
    """Mails would wait for the hour of a real day, which is hundreds of the demo's."""
    with pytest.raises(ImportOptionsError) as caught:
        read(day=timedelta(seconds=2), send_window="08:00-12:00", send_days="tue", wave_size="5")
    assert set(caught.value.faults) == {"send_window", "send_days"}
    assert read(day=timedelta(seconds=2), wave_size="5").wave_size == 5


def test_an_unknown_mailbox_is_answered_with_the_right_ones() -> None:
    """The sentence lists what can be chosen; without a setting it says that."""
    with pytest.raises(ImportOptionsError) as caught:
        read(sender_mailboxes="a@contoso.com,x@contoso.com", wave_size="0")
    assert set(caught.value.faults) == {"wave_size", "sender_mailboxes"}
    told = caught.value.faults[OptionName.SENDER_MAILBOXES]
    assert all(mailbox in told for mailbox in MAILBOXES)
    assert "2" in told
    with pytest.raises(ImportOptionsError) as caught:
        read(configured="", sender_mailboxes="a@contoso.com")
    assert "SENDER_MAILBOXES" in caught.value.faults[OptionName.SENDER_MAILBOXES]


@pytest.mark.wording
@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"wave_size": "0"}, "must be a whole number from 1 to 100000"),
        (
            {"wave_days": "7"},
            "needs the number of people in a wave: choose it, too, or set WAVE_SIZE",
        ),
        (
            {"wave_size": "1", "wave_days": "2"},
            (
                "would make 400 waves, of which the last begins after 798 days: at most 730 are "
                "possible. Choose larger waves, or fewer days between them"
            ),
        ),
        ({"send_window": "8-18"}, "must be two times of a day, such as 08:00-18:00"),
        ({"send_window": "08:00-08:00"}, "must end later than it begins, on the same day"),
        (
            {"send_days": "mon,monday"},
            (
                "has a wrong entry: number 2 is not one of mon, tue, wed, thu, fri, sat, sun; "
                "commas separate entries"
            ),
        ),
        (
            {"send_days": "mon"},
            (
                "and NO_SEND_DATES leave no day in the next year on which a mail could leave: "
                "allow one"
            ),
        ),
    ],
)
def test_a_fault_says_what_to_do(written: dict[str, Any], told: str) -> None:
    """Each sentence goes on from the option's name."""
    with pytest.raises(ImportOptionsError) as caught:
        read(people=400, **written)
    assert list(caught.value.faults.values()) == [told]

"""Options as people write them, and what is said of those that can't be used."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.imports.options.names import OptionName
from domain.imports.options.options import ImportOptions
from domain.imports.options.read import (
    LARGEST_WAVE,
    MOST_WAVE_DAYS,
    ImportOptionsError,
    read_options,
)
from domain.mail.send_window import SendWindow

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
MAILBOXES = ("a@contoso.com", "b@contoso.com")
# All Mondays of a year.
CLOSED = tuple(date(2026, 11, 23) + timedelta(days=7 * week) for week in range(60))


def read(*, configured: str = " ".join(MAILBOXES), **written: str) -> ImportOptions:
    """Read options by their names."""
    return read_options(
        {OptionName(name): text for name, text in written.items()},
        mailboxes=configured.split(),
        window=SendWindow(closed_dates=CLOSED),
        now=NOW,
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
        ("wave_days", "-1"),
        ("send_window", "8-18"),
        ("send_window", "18:00-08:00"),
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
    with pytest.raises(ImportOptionsError) as caught:
        read(**{name: text})
    assert list(caught.value.faults) == [name]


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

"""What an import names for itself, beside the settings."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from domain.enrolment.policy import Policy
from domain.imports.options.choices import ImportChoices
from domain.imports.options.names import OptionName
from domain.imports.options.options import ImportOptions
from domain.imports.options.texts import choices_text, held_text, option_lines, reason_text
from domain.imports.pace import Pace
from domain.mail.send_window import SendWindow

MAILBOXES = ("a@contoso.com", "b@contoso.com", "c@contoso.com")
OFFICE = SendWindow(
    opens=time(8),
    closes=time(18),
    days=("Mon", "Tue"),
    closed_dates=(date(2026, 12, 25),),
    time_zone="Europe/Zurich",
)
POLICY = Policy(window=OFFICE)
PACE = Pace(wave_size=200, wave_interval=timedelta(hours=12), senders=3, window=OFFICE)
ALL = ImportOptions(
    wave_size=50,
    wave_days=7,
    send_window="22:00-24:00",
    send_days=("sat", "sun"),
    sender_mailboxes=("a@contoso.com", "c@contoso.com"),
)


@pytest.mark.parametrize(
    ("chosen", "changed"),
    [
        ({}, {}),
        ({"wave_size": 50}, {"wave_size": 50}),
        ({"wave_days": 7}, {"wave_interval": timedelta(days=7)}),
        ({"sender_mailboxes": ("c@contoso.com",)}, {"senders": 1, "mailboxes": (2,)}),
        ({"sender_mailboxes": MAILBOXES[:2]}, {"senders": 2, "mailboxes": (0, 1)}),
    ],
)
def test_what_is_not_named_is_as_the_settings_say(
    chosen: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Each option changes what it names, and nothing else of policy and pace."""
    policy, pace = ImportOptions(**chosen).applied(POLICY, PACE, MAILBOXES)
    assert policy == POLICY
    for name, value in changed.items():
        assert getattr(pace, name) == value
    unchanged = {"wave_size", "wave_interval", "senders", "window"} - changed.keys()
    assert all(getattr(pace, name) == getattr(PACE, name) for name in unchanged)


@pytest.mark.parametrize(
    ("hours", "days", "opens", "closes", "open_days"),
    [
        ("07:30-12:00", None, time(7, 30), time(12), ("Mon", "Tue")),
        (None, ("fri",), time(8), time(18), ("Fri",)),
        ("00:00-24:00", ("sat", "sun"), time(0), time(0), ("Sat", "Sun")),
    ],
)
def test_a_window_of_its_own_holds_for_people_and_slots(
    hours: str | None, days: tuple[str, ...] | None, opens: time, closes: time, open_days: Any
) -> None:
    """Hours and weekdays are the import's; zone and closed dates stay the settings'."""
    options = ImportOptions(send_window=hours, send_days=days)
    policy, pace = options.applied(POLICY, PACE, MAILBOXES)
    assert policy.window == pace.window
    window = pace.window
    assert (window.opens, window.closes, window.days) == (opens, closes, open_days)
    assert (window.time_zone, window.closed_dates) == (OFFICE.time_zone, OFFICE.closed_dates)


def test_people_are_spread_over_the_mailboxes_that_are_named() -> None:
    """By the share of their ObjectId, as over all; the places are those in SENDER_MAILBOXES."""
    low, high = ("00000000-0000-4000-8000-0000" + end for end in ("00000000", "ffffffff"))
    named = ImportOptions(sender_mailboxes=MAILBOXES[1:]).pace(PACE, MAILBOXES)
    assert [named.mailbox_of(one) for one in (low, high)] == [1, 2]
    assert [PACE.mailbox_of(one) for one in (low, high)] == [0, 2]


def test_mailboxes_that_were_taken_out_of_the_settings_send_nothing() -> None:
    """Of an older choice the others count; where none is left, all mailboxes send."""
    options = ImportOptions(sender_mailboxes=("c@contoso.com", "gone@contoso.com"))
    assert options.senders(MAILBOXES) == ("c@contoso.com",)
    assert options.pace(PACE, MAILBOXES).mailboxes == (2,)
    assert options.senders(MAILBOXES[:2]) == MAILBOXES[:2]
    assert ImportOptions().senders(MAILBOXES) == MAILBOXES


def test_days_of_a_demo_are_shorter() -> None:
    """Seven days of two seconds are a week there."""
    pace = ImportOptions(wave_days=7).pace(PACE, MAILBOXES, timedelta(seconds=2))
    assert pace.wave_interval == timedelta(seconds=14)
    sped_up = POLICY.sped_up(timedelta(seconds=2))
    assert ImportOptions(wave_days=7).applied(sped_up, PACE, MAILBOXES)[1] == pace


def test_options_are_stored_told_and_found_again() -> None:
    """Only what is named; beside other values of the row, which are nobody's options."""
    assert ImportOptions.from_json(ALL.as_json() | {"source": "Manual"}) == ALL
    assert ImportOptions().as_json() == {}
    assert ImportOptions.from_json({}) == ImportOptions()
    assert ALL.written()[OptionName.SEND_DAYS] == "sat,sun"
    assert [value for _, value in option_lines(ALL)] == [
        "50",
        "7",
        "22:00-24:00",
        "sat, sun",
        "a@contoso.com, c@contoso.com",
    ]


@pytest.mark.wording
def test_all_that_is_chosen_is_stored_and_told() -> None:
    """Whom an import starts again stands beside its options, in the log as in the tables."""
    chosen = ImportChoices(own=ImportOptions(wave_days=2), include_cancelled=True)
    assert ImportChoices.from_json(chosen.as_json() | {"source": "Manual"}) == chosen
    assert ImportChoices.from_json({}) == ImportChoices()
    assert chosen.named() == {"wave_days": 2, "include_cancelled": True}
    assert reason_text("b", ImportChoices()) == "batch b"
    assert reason_text("b", ImportChoices(), "third wave") == "batch b; third wave"
    told = "Days from one wave to the next: 2; People who were cancelled: started again"
    assert reason_text("b", chosen) == f"batch b; {told}"
    assert held_text(chosen) == f"It was running already, and keeps what it began with: {told}."
    assert held_text(ImportChoices()).endswith("keeps to the settings, with which it began.")
    both = choices_text(replace(chosen, restart_active=True))
    assert both == f"{told}; People who were active and have no method: started again"


def test_the_settings_waves_follow_the_demos_days() -> None:
    """An import that names the size of a wave alone waits a day of the demo, not one of ours."""
    day = timedelta(seconds=20)
    pace = ImportOptions(wave_size=5).pace(Pace(wave_interval=timedelta(days=2)), (), day)
    assert (pace.wave_size, pace.wave_interval) == (5, 2 * day)
    assert ImportOptions(wave_days=3).pace(Pace(), (), day).wave_interval == 3 * day
    assert ImportOptions().pace(Pace(), ()) == Pace()

"""What keeps mails from leaving is in the forecast: a stop of all mail, a mailbox that may not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.forecast.cohort import LastMail
from domain.forecast.forecast import Group, Load, Situation, forecast
from domain.forecast.plan import Remedy, import_forecast, remedies
from domain.forecast.result import Forecast
from domain.forecast.sentences import condition, forecast_lines
from domain.imports.pace import Pace
from domain.status import MailKind
from templates.plots.forecast import mails_plot, registered_plot
from tests.domain.forecast.test_forecast import AT_ONCE, NOBODY, START, december, mails, plan

MAILBOXES = ("a@contoso.com", "b@contoso.com")
HALF = replace(AT_ONCE, invitation=0.5)
TWO = {"pace": Pace(senders=2)}


@pytest.mark.parametrize(
    ("held", "invited", "left"),
    [
        ({}, 100, 0),
        ({"blocked": MAILBOXES[:1]}, 50, 50),
        ({"blocked": MAILBOXES}, 0, 100),
        ({"mail_stopped": True}, 0, 100),
        ({"mail_stopped": True, "blocked": MAILBOXES[:1]}, 0, 100),
    ],
)
def test_what_is_held_sends_nothing(held: dict[str, object], invited: int, left: int) -> None:
    """Of 100 people of two mailboxes those of a blocked one aren't invited; the others are."""
    found = import_forecast(plan(100, **TWO, **held), HALF)
    assert mails(found, MailKind.INVITATION) == ({december(1): invited} if invited else {})
    assert round(found.invitations_left) == left
    assert found.has_mails is (invited > 0)
    assert found.mailboxes == 2
    assert (found.mail_stopped, found.blocked) == (
        held.get("mail_stopped", False),
        held.get("blocked", ()),
    )
    # Whoever was invited may still register, and those who weren't count as missing.
    assert found.days[-1].registered == pytest.approx(invited / 2, abs=0.1)
    assert found.people == pytest.approx(100)


def test_who_was_mailed_may_act_while_mail_is_stopped() -> None:
    """Half of 40 people act on the mail of this morning, nobody is reminded, and it ends there."""
    group = Group(people=40, mail=LastMail(kind=MailKind.INVITATION, number=1, left_at=START))
    found = forecast(Situation(start=START, loads=[Load(groups=[group])], mail_stopped=True), HALF)
    assert found.days[-1].registered == pytest.approx(20)
    assert len(found.days) < 5
    assert not found.has_mails


@pytest.mark.parametrize(
    ("hours", "by_day"), [(-1, {1: 450, 2: 50}), (0, {1: 450, 2: 50}), (14, {1: 350, 2: 150}),
                          (24 * 3, {4: 450, 5: 50})],
)  # fmt: skip
def test_a_mailbox_that_microsoft_slows_down_sends_afterwards(
    hours: int, by_day: dict[int, int]
) -> None:
    """From then on 350 leave in each hour that is left of the day, and the rest on the next."""
    until = START + timedelta(hours=hours)
    load = Load(groups=[Group(people=500)], throttled_until=until)
    found = forecast(Situation(start=START, loads=[load]), NOBODY)
    expected = {december(day): number for day, number in by_day.items()}
    assert mails(found, MailKind.INVITATION) == expected


@pytest.mark.parametrize(
    ("held", "beginning"),
    [
        ({}, ["Last invitation: 2026-12-01."]),
        (
            {"blocked": MAILBOXES[:1]},
            [
                "a@contoso.com is blocked, so no mail leaves it in this forecast.",
                "Last invitation: not while a@contoso.com may not send; 50 are not invited.",
                "Busiest day: 2026-12-01; mails from one mailbox: 50 of 675 that it may send.",
            ],
        ),
        (
            {"blocked": MAILBOXES},
            [
                "a@contoso.com is blocked, so no mail leaves it in this forecast.",
                "b@contoso.com is blocked, so no mail leaves it in this forecast.",
                (
                    "Last invitation: not while a@contoso.com or b@contoso.com may not send; 100 "
                    "are not invited."
                ),
                "50% are registered: not in this forecast.",
            ],
        ),
        (
            {"mail_stopped": True, "blocked": MAILBOXES},
            [
                "All mail is stopped, so no mail leaves in this forecast.",
                "Last invitation: not while all mail is stopped; 100 are not invited.",
                "50% are registered: not in this forecast.",
            ],
        ),
    ],
)
@pytest.mark.wording
def test_it_is_said(held: dict[str, object], beginning: list[str]) -> None:
    """The first lines name what holds mails, and no line tells of mails where there are none."""
    found = import_forecast(plan(100, **TWO, **held), HALF)
    assert forecast_lines(found, (), date.isoformat)[: len(beginning)] == beginning


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({}, None),
        ({"blocked": MAILBOXES[:1]}, "if a@contoso.com stays blocked"),
        ({"blocked": MAILBOXES}, "if 2 mailboxes stay blocked"),
        ({"mail_stopped": True, "blocked": MAILBOXES}, "if all mail stays stopped"),
    ],
)
@pytest.mark.wording
def test_plots_say_under_which_condition(held: dict[str, object], said: str | None) -> None:
    """The titles of both plots end with it."""
    found = replace(import_forecast(plan(100, **TWO), NOBODY), **held)  # type: ignore[arg-type]
    assert condition(found) == said
    ending = f" {said}" if said else ""
    assert registered_plot(found).title == f"Expected registrations{ending}"
    assert mails_plot(found).title == f"Mails a day{ending}"


def test_a_further_mailbox_helps_those_of_a_blocked_one() -> None:
    """What would help is tried with the same blocks; nothing helps while all mail is stopped."""

    def helps(**held: object) -> tuple[Forecast, list[Remedy]]:
        asked = plan(1000, pace=Pace(senders=1), deadline=december(20), **held)
        played = import_forecast(asked, HALF)
        return played, remedies(asked, played)

    blocked, found = helps(blocked=MAILBOXES[:1])
    assert round(blocked.days[-1].registered) == 0
    assert [(one.more_mailboxes, round(one.more_registered or 0)) for one in found] == [
        (1, 250),
        (2, 333),
    ]
    assert helps(mail_stopped=True)[1] == []

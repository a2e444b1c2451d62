"""Where a forecast's rules meet: the queue's order, budgets that are shared, ends of days."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any

import pytest

from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.forecast.cohort import Cohort, LastMail, Rules
from domain.forecast.days import SendingHours, days_from
from domain.forecast.forecast import Group, Load, Situation, forecast
from domain.forecast.mailbox import NOBODY, MailboxDay, MailboxForecast
from domain.forecast.plan import import_forecast, remedies
from domain.forecast.rates import Rates
from domain.imports.pace import Pace
from domain.mail.send_window import SendWindow
from domain.status import InviteStatus, MailKind
from domain.tables.mail import MailLimits
from tests.domain.forecast.test_forecast import (
    AT_ONCE,
    DAY,
    START,
    december,
    mails,
    plan,
    played,
)
from tests.domain.forecast.test_forecast import (
    NOBODY as NO_RATES,
)

HOUR = timedelta(hours=1)
# 240 mails a day, of which invitations may use all.
SLOW = Pace(per_hour=10)


def rules(rates: Rates = NO_RATES, policy: Policy | None = None) -> Rules:
    """Return the rules that cohorts follow."""
    policy = policy or Policy()
    return Rules(policy, rates, rates.curve)


def reminded(weeks: int, *, days_ago: int = 7) -> EnrolmentState:
    """Return the state of somebody who had so many reminders, the last so many days ago."""
    return EnrolmentState(
        status=InviteStatus.SENT,
        invite_sent_at=START - (weeks * 7 + days_ago) * DAY,
        reminders_sent=weeks,
        nudge_clock_at=START - days_ago * DAY,
        escalation_clock_at=START - days_ago * DAY if weeks >= 2 else None,
    )


def situation(*groups: Group, **values: Any) -> Situation:
    """Return people of one mailbox, at nine on a Tuesday."""
    return Situation(start=START, loads=(Load(groups=groups),), **values)


def test_reminders_leave_before_invitations_that_have_waited_longer() -> None:
    """On the eighth day the hour's rate allows 240 mails: 150 reminders, and what is left."""
    found = played(2000, pace=SLOW)
    eighth = found.on(december(8))
    assert round(eighth.nudges) == 150
    assert round(eighth.mails[MailKind.INVITATION]) == 240 - 150
    assert eighth.all_mails == pytest.approx(240)


def test_follow_ups_leave_before_invitations() -> None:
    """They are reminders to those who clicked."""
    clicked = EnrolmentState(
        status=InviteStatus.ADDED_TO_GROUP,
        in_group=True,
        clicked_at=START - 8 * DAY,
        nudge_clock_at=START - 7 * DAY + HOUR,
    )
    found = forecast(
        situation(
            Group(people=1000), Group(people=100, state=clicked), limits=MailLimits(per_hour=10)
        ),
        NO_RATES,
    )
    first = found.days[0].mails
    assert round(first[MailKind.FOLLOW_UP]) == 100
    assert round(found.days[0].nudges) == round(found.weeks()[0].nudges) == 100
    assert round(first[MailKind.INVITATION]) == 15 * 10 - 100


def test_escalations_leave_before_reminders_that_are_due_earlier() -> None:
    """The first day's rate allows 150 mails: 100 escalations, and 50 of 100 reminders."""
    to_manager = reminded(2, days_ago=1)
    found = forecast(
        situation(
            Group(people=100, state=reminded(1, days_ago=8)),
            Group(people=100, state=replace(to_manager, escalation_clock_at=START - DAY + HOUR)),
            limits=MailLimits(per_hour=10),
        ),
        NO_RATES,
    )
    first = found.days[0].mails
    assert (round(first[MailKind.ESCALATION]), round(first[MailKind.REMINDER])) == (100, 50)


def test_escalations_use_no_invitations_share() -> None:
    """Beside 100 escalations 450 invitations leave, as on any other weekday."""
    found = forecast(
        situation(Group(people=1000), Group(people=100, state=reminded(2, days_ago=1))), NO_RATES
    )
    first = found.days[0].mails
    assert round(first[MailKind.ESCALATION]) == 100
    assert round(first[MailKind.INVITATION]) == 450


def test_several_mails_a_day_reach_somebody() -> None:
    """Every six hours: an invitation at nine, reminders at 15 and 21 of the same day."""
    policy = Policy(reminder_interval=6 * HOUR, max_reminders=3, escalate_after=9)
    assert mails(played(10, policy=policy), MailKind.REMINDER) == {
        december(1): 20,
        december(2): 10,
    }


def test_a_day_has_fifty_rounds() -> None:
    """With a reminder every quarter of an hour somebody gets 50 mails in 15 hours, and not 60."""
    policy = Policy(reminder_interval=HOUR / 4, max_reminders=100, escalate_after=200)
    found = played(1, policy=policy, pace=Pace(per_minute=600, per_hour=36_000, per_day=36_000))
    assert found.days[0].all_mails == pytest.approx(50)


@pytest.mark.parametrize(
    ("people", "max_reminders", "days"),
    [(0.5, 8, 731), (0.49, 8, 1), (0.5, None, 731), (0.49, None, 1)],
)
def test_half_a_person_who_waits_keeps_a_forecast_going(
    people: float, max_reminders: int | None, days: int
) -> None:
    """Fewer are none, and it ends with the first day."""
    waiting = situation(
        Group(people=people),
        limits=MailLimits(per_day=0),
        policy=Policy(max_reminders=max_reminders),
    )
    assert len(forecast(waiting, NO_RATES, band=False).days) == days


@pytest.mark.parametrize(("size", "kept"), [(NOBODY, NOBODY), (0.99 * NOBODY, 0)])
def test_a_thousandth_of_a_person_is_kept(size: float, kept: float) -> None:
    """Less is nobody: without it, cohorts would go on for ever."""
    assert NOBODY == 0.001
    cohort = Cohort(size=size, state=EnrolmentState())
    one = rules()
    one.plan(cohort, START)
    assert MailboxForecast([cohort], one, MailLimits()).to_invite == kept


def test_people_who_stand_alike_are_counted_together() -> None:
    """Of those who have nothing ahead nothing is kept."""
    one = rules()
    cohorts = [Cohort(size=size, state=EnrolmentState()) for size in (2.0, 3.0)]
    for cohort in cohorts:
        one.plan(cohort, START)
    done = Cohort(size=7.0, state=EnrolmentState(status=InviteStatus.ACTIVE))
    box = MailboxForecast([*cohorts, done], one, MailLimits())
    assert (box.waiting, box.to_invite, box.may_act) == (5.0, 5.0, False)


def test_nobody_acts_after_a_mail_that_has_worked() -> None:
    """Where all have registered whose mail is long ago, nothing moves, and the mail is over."""
    last = LastMail(kind=MailKind.INVITATION, number=1, left_at=START - 9 * DAY)
    cohort = Cohort(size=5.0, state=reminded(0), mail=last, since=START)
    assert rules(replace(AT_ONCE, invitation=1)).act(cohort, START + DAY) == (0.0, None)
    assert (cohort.size, cohort.mail) == (5.0, None)


@pytest.mark.parametrize(
    ("status", "kind", "clicks"),
    [
        (InviteStatus.SENT, MailKind.REMINDER, True),
        (InviteStatus.SENT, MailKind.ESCALATION, False),
        (InviteStatus.ADDED_TO_GROUP, MailKind.FOLLOW_UP, False),
    ],
)
def test_only_new_people_click(status: InviteStatus, kind: MailKind, clicks: bool) -> None:
    """The manager's mail has no button for the employee, and a second click changes nothing."""
    state = replace(reminded(1), status=status, in_group=status is not InviteStatus.SENT)
    last = LastMail(kind=kind, number=1, left_at=START)
    cohort = Cohort(size=100.0, state=state, mail=last, since=START)
    rates = replace(AT_ONCE, reminders=(0.2,), escalation=0.2, clicks_only=0.1)
    registered, clicked = rules(rates).act(cohort, START + DAY)
    assert registered == pytest.approx(20)
    assert (clicked is not None) is clicks
    assert cohort.size == pytest.approx(70 if clicks else 80)


def test_who_would_click_registers_first() -> None:
    """Shares of those who register and those who only click are never more than everybody."""
    last = LastMail(kind=MailKind.INVITATION, number=1, left_at=START)
    cohort = Cohort(size=100.0, state=reminded(0), mail=last, since=START)
    rates = replace(AT_ONCE, invitation=0.95, clicks_only=0.1)
    registered, clicked = rules(rates).act(cohort, START + DAY)
    assert clicked is not None
    assert (registered, clicked.size, cohort.size) == pytest.approx((95, 5, 0))


def test_a_window_that_opens_at_midnight_opens_with_its_day() -> None:
    """After the close of a day nothing leaves until its end, and then from midnight on."""
    window = SendWindow(closes=time(6))
    today, tomorrow = islice(days_from(START, Policy(window=window)), 2)
    assert today.ends == datetime(2026, 12, 2, tzinfo=UTC)
    assert today.sending_hours(window) == SendingHours(today.ends, today.ends)
    assert tomorrow.sending_hours(window) == SendingHours(
        tomorrow.begins, tomorrow.begins + 6 * HOUR
    )


def test_the_last_invitation_may_be_a_days_first_instant() -> None:
    """It belongs to the day that begins then."""
    found = played(10)
    at = found.days[2].begins
    assert replace(found, last_invitation_at=at).last_invitation_day == december(3)
    before = replace(found, last_invitation_at=at - timedelta(microseconds=1))
    assert before.last_invitation_day == december(2)


def test_who_is_registered_on_a_day() -> None:
    """Before the first day those of before; beyond the last day as many as on it."""
    found = forecast(situation(Group(people=100), registered=30), replace(AT_ONCE, invitation=0.5))
    assert found.registered_at(december(0)) == 30
    assert found.registered_at(december(1)) == pytest.approx(30 + 50 * 15 / 24)
    assert found.registered_at(december(900)) == pytest.approx(80)
    assert found.on(december(900)) is found.days[-1]


def test_several_mailboxes_have_the_day_of_one_each() -> None:
    """Mails and registrations are multiplied; the last invitation leaves when it does."""
    day = MailboxDay(registered=2.0, last_invitation_at=START)
    day.mails[MailKind.REMINDER] = 4.0
    three = day.times(3)
    assert (three.all_mails, three.registered) == (12.0, 6.0)
    assert three.last_invitation_at == START


def test_the_last_mails_of_a_day_leave_one_after_the_other() -> None:
    """At 25 a minute and 350 an hour the 400th leaves an hour and two minutes after the first."""
    assert played(400).last_invitation_at == START + HOUR + timedelta(minutes=2)
    assert played(50).last_invitation_at == START + timedelta(minutes=2)


@pytest.mark.parametrize(("people", "more"), [(460, None), (470, 20 * 0.5 * 15 / 24), (450, None)])
def test_less_than_one_in_a_hundred_is_no_gain(people: int, more: float | None) -> None:
    """Of those who wait for the second day half would be registered in 15 of 24 hours today.

    A second mailbox more brings nobody anything, and isn't named.
    """
    slow = plan(people, deadline=december(1))
    found = remedies(slow, import_forecast(slow, replace(AT_ONCE, invitation=0.5)))
    if people == 450:
        assert found == []
    else:
        (one,) = found
        expected = more if more is None else pytest.approx(more)
        assert (one.more_mailboxes, one.days_earlier) == (1, 1)
        assert one.more_registered == expected


def test_a_share_is_reached_where_the_people_who_are_told_are_as_many() -> None:
    """A forecast that tells of 360 of 400 people doesn't say that 90% are never registered."""
    found = import_forecast(plan(400))
    day = found.day_of(0.9)
    assert day is not None
    assert [round(one.registered) for one in found.days if one.date == day] == [360]
    assert found.days[-1].registered < 360
    assert found.day_of(361 / 400) is None


def test_nobody_is_helped_where_there_is_nobody() -> None:
    """An import of no rows has no last invitation that could leave earlier."""
    nobody = plan(0)
    assert remedies(nobody, import_forecast(nobody, NO_RATES)) == []

"""A rollout played forward, in figures that can be worked out by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.forecast.cohort import LastMail
from domain.forecast.forecast import Group, Load, Situation, forecast
from domain.forecast.plan import ImportPlan, Remedy, import_forecast, remedies
from domain.forecast.rates import Rates
from domain.forecast.result import Forecast
from domain.imports.pace import Pace
from domain.mail.send_window import SendWindow
from domain.status import InviteStatus, MailKind
from domain.tables.mail import MailLimits

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
NOBODY = Rates(invitation=0, reminders=(0,), escalation=0, clicks_only=0)
# Everybody who acts does so in the first hours after the mail.
AT_ONCE = replace(NOBODY, delays=(1,))


def plan(people: int, **values: Any) -> ImportPlan:
    """Return an import on a Tuesday at nine."""
    usual: dict[str, Any] = {"people": people, "start": START, "pace": Pace(), "policy": Policy()}
    return ImportPlan(**{**usual, **values})


def played(people: int, rates: Rates = NOBODY, **values: Any) -> Forecast:
    """Return the forecast of an import."""
    return import_forecast(plan(people, **values), rates)


def mails(forecast: Forecast, kind: MailKind) -> dict[date, int]:
    """Return on which days how many mails of a kind leave."""
    return {day.date: round(day.mails[kind]) for day in forecast.days if round(day.mails[kind])}


def december(day: int) -> date:
    """Return a day of December, or after it."""
    return date(2026, 12, 1) + timedelta(days=day - 1)


def test_invitations_use_their_share_of_each_day() -> None:
    """1,000 people are invited in three days of at most 450, and reminded on the same weekdays."""
    found = played(1000, policy=Policy(escalate_after=9))
    invited = {december(1): 450, december(2): 450, december(3): 100}
    assert mails(found, MailKind.INVITATION) == invited
    assert mails(found, MailKind.REMINDER) == {
        day + week * timedelta(days=7): people
        for week in range(1, 9)
        for day, people in invited.items()
    }
    assert found.last_invitation_day == december(3)
    assert found.days[-1].registered == 0


def test_the_manager_is_told_once_a_day_after_the_second_reminder() -> None:
    """450 people are escalated on the day after their second reminder, and never again."""
    assert mails(played(450), MailKind.ESCALATION) == {december(16): 450}


def test_escalations_come_before_reminders() -> None:
    """Of 675 mails a day 450 are escalations; reminders that are due wait for the next day."""
    found = played(900)
    assert mails(found, MailKind.ESCALATION)[december(16)] == 450
    assert mails(found, MailKind.REMINDER)[december(16)] == 675 - 450
    assert mails(found, MailKind.REMINDER)[december(17)] == 225


def test_a_policy_changes_what_leaves() -> None:
    """Two reminders after three days each, and the manager after the first."""
    policy = Policy(
        reminder_interval=3 * DAY, max_reminders=2, escalate_after=1, escalation_grace=2 * DAY
    )
    found = played(100, policy=policy)
    assert mails(found, MailKind.REMINDER) == {december(4): 100, december(7): 100}
    assert mails(found, MailKind.ESCALATION) == {december(6): 100}


def test_who_registers_gets_no_further_mail() -> None:
    """Half of 400 register after the invitation, half of the rest after the first reminder."""
    rates = replace(AT_ONCE, invitation=0.5, reminders=(0.5, 0.25))
    found = played(400, rates, policy=Policy(max_reminders=2, escalate_after=3))
    assert mails(found, MailKind.REMINDER) == {december(8): 200, december(15): 100}
    assert found.on(december(7)).registered == pytest.approx(200)
    assert found.on(december(14)).registered == pytest.approx(300)
    assert found.days[-1].registered == pytest.approx(325)


def test_who_only_clicks_is_followed_up() -> None:
    """A tenth clicks and does not register: follow-ups for them, a week after the click."""
    found = played(100, replace(AT_ONCE, clicks_only=0.1), policy=Policy(max_reminders=1))
    assert mails(found, MailKind.REMINDER) == {december(8): 90}
    # They clicked in the 15 hours of the first day, or in the first hours of the second.
    assert sum(mails(found, MailKind.FOLLOW_UP).values()) == 10
    assert set(mails(found, MailKind.FOLLOW_UP)) == {december(8), december(9)}
    without = replace(AT_ONCE, clicks_only=0.1)
    silent = played(100, without, policy=Policy(max_reminders=1, follow_up=False))
    assert silent.total(MailKind.FOLLOW_UP) == 0


def test_registrations_come_as_late_as_the_delays_say() -> None:
    """Of those who act on the second day after the mail, 15 hours' worth have by midnight."""
    found = played(240, replace(NOBODY, invitation=1, delays=(0, 1)))
    assert [round(day.registered) for day in found.days] == [0, 150, 240]


def test_escalations_work_too() -> None:
    """What registers after the mail to the manager is counted from that mail."""
    found = played(100, replace(AT_ONCE, escalation=0.6), policy=Policy(max_reminders=2))
    assert found.on(december(15)).registered == pytest.approx(0)
    assert found.on(december(17)).registered == pytest.approx(60)


def test_reminders_come_before_invitations() -> None:
    """From the eighth day on only what the weekday's reminders leave of 450 is invited."""
    rates = replace(AT_ONCE, invitation=0.4)
    found = played(6000, rates)
    invited = mails(found, MailKind.INVITATION)
    assert invited[december(7)] == 450
    assert invited[december(8)] == 450 - 270
    assert found.busiest_day.busiest_mailbox <= 675


@pytest.mark.parametrize(
    ("pace", "most"),
    [
        (Pace(per_day=1000), 600),
        (Pace(per_hour=20), 15 * 20),
        (Pace(per_minute=0.5), 15 * 30),
        (Pace(wave_size=70), 70),
        (Pace(senders=3), 3 * 450),
    ],
)
def test_each_budget_bounds_the_first_day(pace: Pace, most: int) -> None:
    """Whichever is the least decides: the day, the hour, the minute, or the wave."""
    assert mails(played(5000, pace=pace), MailKind.INVITATION)[december(1)] == most


def test_nothing_leaves_outside_the_window() -> None:
    """No mail on a week-end; a grace that begins on Friday is over on Monday."""
    window = SendWindow(opens=time(8), closes=time(18), days=("Mon", "Tue", "Wed", "Thu", "Fri"))
    friday = START + 3 * DAY
    found = played(100, start=friday, policy=Policy(window=window), pace=Pace(window=window))
    assert {day.date.strftime("%a") for day in found.days if day.all_mails} == {"Mon", "Fri"}
    assert mails(found, MailKind.ESCALATION) == {december(21): 100}


def test_mailboxes_share_the_people() -> None:
    """With two mailboxes twice as many leave, and each of them sends as much as one."""
    found = played(900, pace=Pace(senders=2))
    assert mails(found, MailKind.INVITATION) == {december(1): 900}
    assert found.busiest_day.busiest_mailbox == 450
    assert found.mailboxes == 2


def test_the_deadline_is_in_the_forecast() -> None:
    """Who is missing at the end of the deadline's day, and within which band."""
    rates = replace(AT_ONCE, invitation=0.5, band=0.2)
    found = played(400, rates, deadline=december(3))
    at_deadline = found.at_deadline
    assert at_deadline is not None
    assert at_deadline.date == december(3)
    assert found.missing_at_deadline == pytest.approx(200)
    band = (at_deadline.registered_low, at_deadline.registered_high)
    assert band == pytest.approx((160, 240))
    assert found.day_of(0.5) == december(2)
    assert found.day_of(0.6) is None
    assert played(400, rates, deadline=date(2026, 11, 30)).missing_at_deadline is None


def test_a_forecast_reaches_the_deadline() -> None:
    """It goes on to a deadline after the last mail, and no further."""
    found = played(10, deadline=date(2027, 6, 1))
    assert found.days[-1].date == date(2027, 6, 1)


def test_a_forecast_ends() -> None:
    """Without a bound for reminders it ends nine weeks after the last invitation."""
    found = played(1000, policy=Policy(max_reminders=None))
    assert found.last_invitation_day == december(3)
    assert found.days[-1].date == december(3 + 9 * 7)
    assert found.invitations_left == 0


def test_what_nobody_can_wait_for_is_said() -> None:
    """1,000 people, of whom one is invited a day, are not all invited within two years."""
    slow = plan(1000, pace=Pace(wave_size=1), policy=Policy(max_reminders=1))
    found = forecast(slow.situation(), NOBODY, band=False)
    assert len(found.days) == 731
    assert round(found.invitations_left) == 1000 - 731


def test_weeks_add_the_days() -> None:
    """The first week begins with the first day; registered is as at the week's end."""
    found = played(1000, replace(AT_ONCE, invitation=0.5))
    first, second, *_ = found.weeks()
    assert (first.first, first.last) == (december(1), december(7))
    assert round(first.mails[MailKind.INVITATION]) == 1000
    assert round(second.nudges) == 500
    assert first.busiest_mailbox == 450
    assert first.registered == found.on(december(7)).registered == pytest.approx(500)


def test_a_running_rollout_goes_on_where_people_stand() -> None:
    """A second reminder due tomorrow, those registered before, and people who are left alone."""
    reminded = EnrolmentState(
        status=InviteStatus.SENT,
        reminders_sent=1,
        nudge_clock_at=START - 6 * DAY,
        invite_sent_at=START - 13 * DAY,
    )
    last = LastMail(kind=MailKind.REMINDER, number=1, left_at=START - 6 * DAY)
    situation = Situation(
        start=START,
        loads=(Load(groups=(Group(people=50, state=reminded, mail=last),)),),
        policy=Policy(max_reminders=2),
        registered=30,
        idle=20,
    )
    found = forecast(situation, replace(AT_ONCE, reminders=(0.5, 0.2)))
    assert found.people == 100
    assert mails(found, MailKind.REMINDER) == {december(2): 50}
    assert mails(found, MailKind.ESCALATION) == {december(3): 40}
    assert found.registered_before == 30
    # The first reminder is too long ago to bring anybody to act.
    assert found.days[0].registered == 30
    assert found.days[-1].registered == pytest.approx(40)


def test_more_mailboxes_help() -> None:
    """Each remedy says by how much; waves are one of them; what helps nothing is left out."""
    slow = plan(1350, deadline=december(3))
    rates = replace(AT_ONCE, invitation=0.5)
    one, two = remedies(slow, import_forecast(slow, rates))
    assert (one.more_mailboxes, two.more_mailboxes) == (1, 2)
    assert one.days_earlier == 1
    assert two.days_earlier == 2
    late, early = (played(1350, rates, deadline=december(3), pace=Pace(senders=n)) for n in (1, 2))
    assert late.missing_at_deadline is not None
    assert early.missing_at_deadline is not None
    assert one.more_registered == pytest.approx(
        late.missing_at_deadline - early.missing_at_deadline
    )
    quick = plan(100)
    assert remedies(quick, import_forecast(quick, rates)) == []
    waves = plan(100, pace=Pace(wave_size=30))
    assert remedies(waves, import_forecast(waves, rates)) == [
        Remedy(without_waves=True, days_earlier=3)
    ]


def test_budgets_are_those_of_the_mail_queue() -> None:
    """Of 750 mails a day 75 are kept for the form, and 450 make a weekday full."""
    limits = MailLimits()
    assert (limits.kept_for_form, limits.for_others, limits.weekday_limit) == (75, 675, 450)
    pace = Pace(per_minute=3, per_hour=40, per_day=500)
    assert plan(1, pace=pace).limits == MailLimits(per_minute=3, per_hour=40, per_day=500)

"""A rollout played forward: what each day brings, and where everybody is at the deadline."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.forecast.cohort import Cohort, LastMail, Rules
from domain.forecast.days import ForecastDay, days_from
from domain.forecast.mailbox import MailboxDay, MailboxForecast, Sending
from domain.forecast.rates import Rates
from domain.forecast.result import DayFigures, Forecast
from domain.mail.send_window import SendWindow
from domain.status import MailKind
from domain.tables.mail import MailLimits

# A forecast that isn't settled after two years ends there.
MOST_DAYS = 731
# Without a bound for reminders, a forecast ends so many intervals after the last invitation.
UNBOUNDED_REMINDERS = 9
# So few people who still wait for a mail don't keep a forecast going.
_SETTLED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People who stand alike when the forecast begins.

    Attributes:
        people: how many.
        state: where each of them stands; by default nobody has been invited.
        invite_not_before: their slot, None for at once.
        mail: the mail that they have had last, None for none.
        window: when they may be mailed; None for what the policy says.
    """

    people: float
    state: EnrolmentState = field(default_factory=EnrolmentState)
    invite_not_before: datetime | None = None
    mail: LastMail | None = None
    window: SendWindow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The people of one mailbox, or of several that have equally many of each group.

    Attributes:
        groups: the people of all of these mailboxes together.
        mailboxes: how many mailboxes share them.
        sender: the address of the mailbox, where it is known.
        blocked: whether it may not send, nobody knows for how long.
        throttled_until: Microsoft takes no mail from it before; None where it does.
    """

    groups: Sequence[Group]
    mailboxes: int = 1
    sender: str | None = None
    blocked: bool = False
    throttled_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A rollout at the instant from which it is played forward.

    Attributes:
        start: the first instant of the forecast.
        loads: who is to be seen through it, by mailbox.
        policy: the rules for each person.
        limits: the budgets of each mailbox.
        registered: people who have registered already.
        idle: people of whom nothing is expected: paused, excluded, disabled, bounced.
        deadline: the day by whose end everybody is to be registered.
        mail_stopped: whether all mail is stopped, nobody knows for how long.
    """

    start: datetime
    loads: Sequence[Load]
    policy: Policy = field(default_factory=Policy)
    limits: MailLimits = field(default_factory=MailLimits)
    registered: float = 0
    idle: float = 0
    deadline: date | None = None
    mail_stopped: bool = False

    @property
    def people(self) -> float:
        """Everybody whom the forecast is about."""
        waiting = sum(group.people for load in self.loads for group in load.groups)
        return self.registered + self.idle + waiting


def forecast(situation: Situation, rates: Rates | None = None, *, band: bool = True) -> Forecast:
    """Play a rollout forward until nothing more is expected, at least to the deadline.

    Args:
        situation: where everybody stands.
        rates: what people do after each mail; by default what is assumed.
        band: also play it with the rates' lower and upper ends.
    """
    rates = rates or Rates()
    played = _play(situation, rates, None)
    low = _registered(situation, rates.low, len(played.days)) if band else played.registered
    high = _registered(situation, rates.high, len(played.days)) if band else played.registered
    days = [
        DayFigures(
            begins=day.begins,
            date=day.date,
            mails={kind: sum(one.mails[kind] for one in boxes) for kind in MailKind},
            busiest_mailbox=max((one.all_mails for one in per_mailbox), default=0.0),
            registered=registered,
            registered_low=min(below, registered),
            registered_high=max(above, registered),
        )
        for day, boxes, per_mailbox, registered, below, above in zip(
            played.days, played.all, played.each, played.registered, low, high, strict=True
        )
    ]
    return Forecast(
        people=situation.people,
        idle=situation.idle,
        mailboxes=sum(load.mailboxes for load in situation.loads),
        start=situation.start,
        registered_before=situation.registered,
        deadline=situation.deadline,
        days=tuple(days),
        last_invitation_at=played.last_invitation_at,
        invitations_left=played.invitations_left,
        limit=situation.limits.for_others,
        rates=rates,
        mail_stopped=situation.mail_stopped,
        blocked=tuple(load.sender for load in situation.loads if load.blocked and load.sender),
    )


@dataclass(slots=True)
class _Played:
    """Each day's figures: of all mailboxes of a load together, and of each of them."""

    days: list[ForecastDay] = field(default_factory=list)
    all: list[list[MailboxDay]] = field(default_factory=list)
    each: list[list[MailboxDay]] = field(default_factory=list)
    registered: list[float] = field(default_factory=list)
    last_invitation_at: datetime | None = None
    invitations_left: float = 0.0


def _registered(situation: Situation, rates: Rates, days: int) -> list[float]:
    return _play(situation, rates, days).registered


def _play(situation: Situation, rates: Rates, number: int | None) -> _Played:
    """Play so many days, or until everything is settled."""
    policy = situation.policy
    rules = Rules(policy, rates, rates.curve)
    boxes = [(_mailbox(load, situation, rules), load.mailboxes) for load in situation.loads]
    played = _Played()
    registered = situation.registered
    for day in islice(days_from(situation.start, policy), number or MOST_DAYS):
        done = [(box.play(day), mailboxes) for box, mailboxes in boxes]
        registered += sum(one.registered * mailboxes for one, mailboxes in done)
        played.days.append(day)
        played.each.append([one for one, _ in done])
        played.all.append([one.times(mailboxes) for one, mailboxes in done])
        played.registered.append(registered)
        invited = [one.last_invitation_at for one, _ in done if one.last_invitation_at]
        played.last_invitation_at = max(invited, default=played.last_invitation_at)
        reached = situation.deadline is None or day.date >= situation.deadline
        since = day.ends - (played.last_invitation_at or situation.start)
        if number is None and reached and all(_settled(box, policy, since) for box, _ in boxes):
            break
    played.invitations_left = sum(box.to_invite * mailboxes for box, mailboxes in boxes)
    return played


def _settled(box: MailboxForecast, policy: Policy, since_invited: timedelta) -> bool:
    if not box.sends:
        return not box.may_act
    if (
        policy.max_reminders is None
        and since_invited > UNBOUNDED_REMINDERS * policy.reminder_interval
    ):
        return box.to_invite < _SETTLED
    return box.waiting < _SETTLED and not box.may_act


def _mailbox(load: Load, situation: Situation, rules: Rules) -> MailboxForecast:
    cohorts = []
    for group in load.groups:
        cohort = Cohort(
            size=group.people / load.mailboxes,
            state=group.state,
            window=group.window or situation.policy.window,
            mail=group.mail,
            since=situation.start if group.mail else None,
        )
        rules.plan(cohort, situation.start, group.invite_not_before)
        cohorts.append(cohort)
    sending = Sending(
        ever=not (load.blocked or situation.mail_stopped), not_before=load.throttled_until
    )
    return MailboxForecast(cohorts, rules, situation.limits, sending)

"""People who stand alike, taken through the rules of an enrolment together."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from domain.enrolment.decisions import AddToGroup, SendMail, Wait, next_action
from domain.enrolment.mail.send_times import LookUpSendTime, Question, send_time_found
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.enrolment.transitions import added_to_group, link_clicked, mail_sent
from domain.forecast.rates import Rates, acted
from domain.mail.send_window import SendWindow
from domain.status import InviteStatus, MailKind

_NAMES = tuple(one.name for one in fields(EnrolmentState))


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMail:
    """The mail that people have had last: what they do now, they do after it."""

    kind: MailKind
    number: int
    left_at: datetime


@dataclass(slots=True, kw_only=True)
class Cohort:
    """So many people with one state: what they do next is decided by the rules for one person.

    Attributes:
        size: how many people are expected to be in this state.
        window: when they may be mailed.
        state: the state of each of them.
        mail: the mail that they have had last; None where it brings nobody to act any more.
        since: until when their acting is counted already.
        due: which mail is next, and when it leaves at the earliest; None where none is planned.
    """

    size: float
    state: EnrolmentState
    window: SendWindow = field(default_factory=SendWindow)
    mail: LastMail | None = None
    since: datetime | None = None
    due: tuple[datetime, SendMail] | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What people have in common who are one cohort: all that the rules still look at."""
        state = self.state
        return (state.status, state.nudge_clock_at, self.mail, self.due, *self.after_click)

    @property
    def after_click(self) -> tuple[object, ...]:
        """The part of it that still matters once they have clicked.

        How many of their mails were reminders and how many follow-ups makes no difference, nor
        does the escalation's clock once the manager was told.
        """
        state = self.state
        clock = (state.escalation_clock_at, state.escalation_grace_restarted)
        return (
            state.nudges_sent,
            state.nudges_before,
            None if state.escalated else clock,
            self.window,
        )


@dataclass(slots=True)
class SendTimes:
    """Answers when mails may leave, as a worker does, and remembers each answer."""

    _answers: dict[tuple[object, ...], datetime] = field(default_factory=dict)

    def answer(self, asked: LookUpSendTime, policy: Policy) -> datetime:
        """Return when a mail leaves that is due then, or when the grace is over."""
        window = policy.window
        key = (asked.question, asked.at, policy.escalation_grace, window)
        if key not in self._answers:
            self._answers[key] = (
                window.next_open(asked.at)
                if asked.question is Question.OPENING
                else window.after_sending_days(asked.at, policy.escalation_grace)
            )
        return self._answers[key]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules and rates that cohorts follow, each with the send window of its people."""

    policy: Policy
    rates: Rates
    curve: tuple[float, ...]
    times: SendTimes = field(default_factory=SendTimes)
    _policies: dict[SendWindow, Policy] = field(default_factory=dict)
    _clicked: dict[tuple[object, ...], Cohort] = field(default_factory=dict)

    def policy_of(self, window: SendWindow) -> Policy:
        """Return the policy of people who are mailed in this window."""
        if window not in self._policies:
            self._policies[window] = replace(self.policy, window=window)
        return self._policies[window]

    def plan(self, cohort: Cohort, now: datetime, not_before: datetime | None = None) -> None:
        """Ask the enrolment's rules what is next for these people."""
        policy = self.policy_of(cohort.window)
        while True:
            action = next_action(cohort.state, policy, now, invite_not_before=not_before)
            if isinstance(action, LookUpSendTime):
                send_time_found(cohort.state, action, self.times.answer(action, policy))
            elif isinstance(action, AddToGroup):
                added_to_group(cohort.state, now, by_us=True)
            elif isinstance(action, SendMail):
                cohort.due = (now, action)
                return
            elif isinstance(action, Wait) and action.until is not None:
                now = action.until
            else:
                cohort.due = None
                return

    def sent(self, cohort: Cohort, size: float, at: datetime) -> Cohort:
        """Let so many of these people get the mail that is due, and return them."""
        assert cohort.due is not None  # noqa: S101 - only who is due is sent a mail
        kind = cohort.due[1].kind
        state = _copy(cohort.state)
        mail_sent(state, kind, at, self.policy)
        state.story = []
        mail = LastMail(kind=kind, number=max(1, state.nudges_sent), left_at=at)
        cohort.size -= size
        mailed = Cohort(size=size, state=state, window=cohort.window, mail=mail, since=at)
        self.plan(mailed, at)
        return mailed

    def act(self, cohort: Cohort, until: datetime) -> tuple[float, Cohort | None]:
        """Let people register and click until then.

        Returns:
            How many have registered, and those who have clicked and will not register before the
            next mail; they are taken out of the cohort.
        """
        mail, since = cohort.mail, cohort.since
        if mail is None or since is None or until <= since:
            return 0.0, None
        day = self.policy.day
        before = acted(self.curve, (since - mail.left_at) / day)
        now = acted(self.curve, (until - mail.left_at) / day)
        registering = self.rates.after(mail.kind, mail.number)
        may_click = (
            cohort.state.status is InviteStatus.SENT and mail.kind is not MailKind.ESCALATION
        )
        clicking = min(self.rates.clicks_only if may_click else 0.0, 1 - registering)
        left = 1 - (registering + clicking) * before
        moved = cohort.size * (now - before) / left if left > 0 else 0.0
        registered, clicked = moved * registering, moved * clicking
        cohort.size -= registered + clicked
        cohort.since = until
        if now >= 1:
            cohort.mail = None
        middle = since + (until - since) / 2
        return registered, self._after_click(cohort, clicked, middle) if clicked else None

    def _after_click(self, cohort: Cohort, size: float, at: datetime) -> Cohort:
        """Return people of a cohort who have clicked.

        On most days people click who were mailed on very many others, and all are alike then: what
        is planned for the first of them is remembered.
        """
        key = (at, *cohort.after_click)
        if key not in self._clicked:
            state = _copy(cohort.state)
            link_clicked(state, at, self.policy)
            state.story = []
            clicked = Cohort(size=0, state=state, window=cohort.window)
            self.plan(clicked, at)
            self._clicked[key] = clicked
        return replace(self._clicked[key], size=size)


def _copy(state: EnrolmentState) -> EnrolmentState:
    """Return a state that changes by itself; what it holds is replaced and never changed.

    ``dataclasses.replace`` would do the same in ten times the time.
    """
    copied = EnrolmentState()
    for name in _NAMES:
        setattr(copied, name, getattr(state, name))
    copied.openings = dict(state.openings)
    copied.story = []
    return copied

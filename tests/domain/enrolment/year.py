"""A year of one enrolment in a loop without Temporal: rules, a clock, and whatever people do.

What ``EnrolmentWorkflow`` does with activities and timers is done here in no time, so that
hundreds of random years can be looked at for what must never happen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.enrolment import transitions
from domain.enrolment.decisions import (
    AddToGroup,
    AwaitEnabled,
    Complete,
    SendMail,
    Wait,
    next_action,
)
from domain.enrolment.mail import resends
from domain.enrolment.mail.send_times import LookUpSendTime, Question, send_time_found
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.mail.content import Withheld
from domain.status import EnrolmentEnd, InviteStatus, MailKind
from tests.domain.enrolment.states import ADA, ADMIN, DAY, HOUR, START, pending

# A group or a mailbox is down for so long, once it is.
OUTAGE = 5 * HOUR
YEAR = 365 * DAY
# Far more than a year of anything needs: a loop that doesn't move is noticed.
STEPS = 20_000


class Event(StrEnum):
    """What may happen to an enrolment from outside."""

    CLICK = "click"
    OPEN = "open"
    ASK = "ask"
    ADMIN_RESEND = "admin resend"
    PAUSE = "pause"
    RESUME = "resume"
    DISABLE = "disable"
    ENABLE = "enable"
    EXCLUDE = "exclude"
    INCLUDE = "include"
    LOSE_MANAGER = "lose manager"
    FIND_MANAGER = "find manager"
    MAIL_FAILS = "mail fails"
    GROUP_FAILS = "group fails"
    REGISTER = "register"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that left: which, when, whether somebody asked for it, and whether it was allowed."""

    kind: MailKind
    at: datetime
    resend: bool
    forbidden: bool


@dataclass
class Year:
    """One enrolment, its world, and everything that came of it."""

    policy: Policy
    state: EnrolmentState = field(default_factory=lambda: pending(invitation_due_at=START))
    now: datetime = START
    enabled: bool = True
    excluded: bool = False
    manager: bool = True
    mail_down_until: datetime = START
    group_down_until: datetime = START
    mails: list[Mail] = field(default_factory=list)
    statuses: list[InviteStatus] = field(default_factory=list)
    waits: list[timedelta] = field(default_factory=list)
    outcome: EnrolmentEnd | None = None
    looked_up: list[LookUpSendTime] = field(default_factory=list)
    # When a mail was begun outside the window, which then has to wait.
    withheld: list[datetime] = field(default_factory=list)

    def live(self, events: Sequence[tuple[timedelta, Event]]) -> "Year":
        """Let a year pass in which these events happen, each so long after the one before."""
        at = START
        for gap, event in events:
            at += gap
            self._run_until(at)
            self._happen(event)
        self._run_until(START + YEAR)
        return self

    def _run_until(self, end: datetime) -> None:
        for _ in range(STEPS):
            self._note_status()
            if self.outcome is not None:
                return
            action = next_action(self.state, self.policy, self.now)
            if isinstance(action, Wait | AwaitEnabled):
                if self._rest(action, end):
                    return
            else:
                self._act(action)
        raise AssertionError("the loop doesn't move")

    def _rest(self, action: Wait | AwaitEnabled, end: datetime) -> bool:
        """Sleep until there is something to do; say whether that is later than ``end``."""
        if isinstance(action, AwaitEnabled):
            until: datetime | None = self.now + self.policy.disabled_recheck
            if self.enabled:
                transitions.enabled(self.state, self.now)
                return False
        else:
            until = action.until
            if until is not None:
                self.waits.append(until - self.now)
        if until is None or until > end:
            self.now = max(self.now, end)
            return True
        self.now = max(self.now, until)
        return False

    def _act(self, action: object) -> None:
        match action:
            case SendMail():
                self._mail(action)
            case LookUpSendTime():
                self._look_up(action)
            case AddToGroup() if self.now < self.group_down_until:
                self.state.group_not_before = self.now + self.policy.retry_blocked
            case AddToGroup() if self.excluded:
                transitions.kept_out_of_group(self.state, self.now, self.policy)
            case AddToGroup():
                transitions.added_to_group(self.state, self.now, by_us=True)
            case Complete(outcome):
                if outcome is EnrolmentEnd.ACTIVE:
                    transitions.activated(self.state, self.now)
                self.outcome = outcome
            case _:
                raise AssertionError(action)

    def _look_up(self, asked: LookUpSendTime) -> None:
        self.looked_up.append(asked)
        if asked.question is Question.GRACE_END:
            grace = self.policy.escalation_grace
            answer = self.policy.window.after_sending_days(asked.at, grace)
        else:
            answer = self.policy.window.next_open_for(asked.at, ADA.object_id)
        send_time_found(self.state, asked, answer)

    def _mail(self, mail: SendMail) -> None:
        if self.now < self.mail_down_until:
            self.state.mail_not_before = self.now + self.policy.retry_blocked
        elif reason := self._reason_to_withhold(mail):
            transitions.mail_withheld(self.state, reason, self.now, self.policy)
        else:
            # The decision itself must not ask for a mail to these; the activity doesn't save us.
            state = self.state
            forbidden = bool(state.registered or state.paused or state.disabled_since)
            self.mails.append(Mail(mail.kind, self.now, mail.resend, forbidden))
            transitions.mail_sent(self.state, mail.kind, self.now, self.policy)

    def _reason_to_withhold(self, mail: SendMail) -> Withheld | None:
        if not mail.resend and not self.policy.window.is_open(self.now):
            self.withheld.append(self.now)
            return Withheld.WINDOW_CLOSED
        if not self.enabled:
            return Withheld.DISABLED
        if self.excluded:
            return Withheld.EXCLUDED
        if mail.kind is MailKind.ESCALATION and not self.manager:
            return Withheld.NO_MANAGER
        return None

    def _happen(self, event: Event) -> None:
        if self.outcome is not None:
            return
        match event:
            case Event.DISABLE | Event.ENABLE:
                self.enabled = event is Event.ENABLE
            case Event.EXCLUDE | Event.INCLUDE:
                self.excluded = event is Event.EXCLUDE
            case Event.LOSE_MANAGER | Event.FIND_MANAGER:
                self.manager = event is Event.FIND_MANAGER
            case Event.MAIL_FAILS:
                self.mail_down_until = self.now + OUTAGE
            case Event.GROUP_FAILS:
                self.group_down_until = self.now + OUTAGE
            case _:
                self._be_told(event)

    def _be_told(self, event: Event) -> None:
        state, now = self.state, self.now
        match event:
            case Event.CLICK:
                transitions.link_clicked(state, now, self.policy)
            case Event.OPEN:
                transitions.email_opened(state, now)
            case Event.ASK | Event.ADMIN_RESEND:
                from_form = event is Event.ASK
                resends.resend_asked(state, now, self.policy, from_form=from_form)
            case Event.PAUSE | Event.RESUME:
                state.paused = ADMIN if event is Event.PAUSE else None
            case Event.REGISTER:
                transitions.registration_seen(state, now)

    def _note_status(self) -> None:
        if not self.statuses or self.statuses[-1] is not self.state.status:
            self.statuses.append(self.state.status)

    def sent(self, *kinds: MailKind) -> list[datetime]:
        """Tell when mails of these kinds left."""
        return [mail.at for mail in self.mails if mail.kind in kinds]

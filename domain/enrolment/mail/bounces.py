"""What becomes of an enrolment whose mails come back; the class of the failure decides.

A wrong address, or a mailbox that refuses us: nothing is sent until somebody acts. "Ignored three
mails" would be a lie about somebody who got none, so no reminder and no escalation leaves
meanwhile. A new address in the directory, an admin's ``resend`` and a click end it. A full mailbox
is tried again in a day. A blocked sender is nobody's fault: the same mail is sent again, and waits
until its mailbox may send.
"""

from datetime import datetime

from domain.enrolment.due_dates import CLICKED
from domain.enrolment.mail.resends import mail_arrives
from domain.enrolment.messages import MailBounced
from domain.enrolment.policy import Policy
from domain.enrolment.problems import problem_arose, solved
from domain.enrolment.state import EnrolmentState, Problem, ProblemKind
from domain.enrolment.story import tell
from domain.enrolment.transitions import disabled
from domain.instants import later
from domain.mail.returned.status_codes import BounceClass
from domain.person import Person
from domain.status import Concern, InviteStatus, MailKind
from domain.tables.story import StoryKind

# A full mailbox is tried so often, and mail that a blocked sender didn't deliver is sent again so
# often: whoever holds a mail's Message-ID can forge a report.
TIMES = 3
# A report that comes later than so many days after the one before is the first of new ones.
DAYS_APART = 5

_RETURNED = {
    BounceClass.ADDRESS: ProblemKind.MAIL_RETURNED,
    BounceClass.REFUSED: ProblemKind.MAIL_REFUSED,
    BounceClass.PASSING: ProblemKind.MAILBOX_FULL,
}


def mail_bounced(
    state: EnrolmentState, event: MailBounced, policy: Policy, run_id: str, at: datetime
) -> bool:
    """Apply that a mail came back, and say whether that changed anything.

    Not for a mail of an earlier enrolment, or from before a new link or address: a report may be
    days late. A mail that came back was none, so it isn't counted.
    """
    if event.run_id != run_id:
        return False
    if event.kind is MailKind.ESCALATION:
        _managers_mail(state, event, policy, at)
        return True
    if event.number <= state.settled_mails:
        return False
    tell(state, StoryKind.BOUNCED, at, mail=event.kind.value, code=event.code)
    _uncount(state, event.kind)
    state.escalation_clock_at = None
    match event.bounce_class:
        case BounceClass.SENDER_BLOCKED:
            if _counts_again(state, policy, at):
                _send_again(state, event.kind, policy, at)
        case BounceClass.PASSING if _counts_again(state, policy, at):
            problem_arose(state, ProblemKind.MAILBOX_NOT_READY, at, code=event.code)
            _send_again(state, event.kind, policy, later(at, policy.day))
        case _:
            _returned(state, event, at)
    return True


def _managers_mail(state: EnrolmentState, event: MailBounced, policy: Policy, at: datetime) -> None:
    """Apply that the mail to the manager came back.

    It is for people to deliver: the manager counts as told, once and for ever. What a blocked
    sender didn't deliver is sent again.
    """
    tell(state, StoryKind.BOUNCED, at, mail=event.kind.value, code=event.code)
    if event.bounce_class is not BounceClass.SENDER_BLOCKED:
        problem_arose(state, ProblemKind.MANAGER_MAIL_RETURNED, at, code=event.code)
    elif state.escalated and _counts_again(state, policy, at):
        state.escalated, state.escalated_at = False, None


def _returned(state: EnrolmentState, event: MailBounced, at: datetime) -> None:
    """Apply that nothing is sent until somebody acts; the first reason and its date stay."""
    if state.returned is None:
        state.returned = Problem(
            concern=Concern.DELIVERY,
            kind=_RETURNED.get(event.bounce_class, ProblemKind.MAIL_RETURNED),
            since=at,
            values={"code": event.code},
        )
    problem_arose(state, state.returned.kind, at, **state.returned.values)


def _uncount(state: EnrolmentState, kind: MailKind) -> None:
    if kind is MailKind.REMINDER and state.reminders_sent:
        state.reminders_sent -= 1
        state.reminder_count = max(0, state.reminder_count - 1)
    if kind is MailKind.FOLLOW_UP and state.follow_ups_sent:
        state.follow_ups_sent -= 1


def _counts_again(state: EnrolmentState, policy: Policy, at: datetime) -> bool:
    """Count a mail that is to be sent again, and say whether it may be."""
    last = state.bounced_at
    if last is not None and at - last > DAYS_APART * policy.day:
        state.bounces = 0
    state.bounces, state.bounced_at = state.bounces + 1, at
    return state.bounces <= TIMES


def _send_again(state: EnrolmentState, kind: MailKind, policy: Policy, at: datetime) -> None:
    """Plan the mail that came back once more, for an instant."""
    if kind is not MailKind.INVITATION:
        state.nudge_clock_at = later(at, -policy.reminder_interval)
        state.nudge_put_off_until = None
        return
    if state.status is not InviteStatus.SENT:
        return
    state.status = InviteStatus.PENDING
    state.mail_not_before = at
    if state.nudge_clock_at == state.invite_sent_at:
        # Nobody was invited: the clock of reminders starts with the mail that arrives.
        state.nudge_clock_at = None


def person_read(state: EnrolmentState, person: Person, at: datetime) -> None:
    """Apply what the directory says of the user now; another address is tried at once.

    Who was invited at an address that mail came back from is invited again; who had clicked all the
    same only gets a new clock.
    """
    before, state.person = state.person, person
    if not person.account_enabled:
        disabled(state, at)
    if before is None:
        return
    has_no_address = state.problem is not None and state.problem.kind is ProblemKind.NO_ADDRESS
    if has_no_address and (before.mail, address_of(before)) != (person.mail, address_of(person)):
        solved(state, Concern.MAIL, at)
        state.mail_not_before = None
    if state.returned is None or address_of(before) == address_of(person):
        return
    if state.status is InviteStatus.SENT:
        mail_arrives(state, at)
        state.status = InviteStatus.PENDING
        state.resend_wanted = True
    else:
        mail_arrives(state, at, clock_at=at if state.status in CLICKED else None)


def address_of(person: Person) -> str:
    """Return where mail to a user goes, or would go if the domain is the tenant's."""
    return (person.mail or person.user_principal_name).casefold()

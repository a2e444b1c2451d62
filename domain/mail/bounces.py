"""What becomes of an enrolment whose mails come back: nothing is sent until somebody acts.

"Ignored three mails" would be a lie about somebody who got none, so no reminder and no escalation
leaves meanwhile. A new address in the directory, an admin's ``resend`` and a click end it.
"""

from datetime import datetime

from domain.enrolment.due_dates import CLICKED
from domain.enrolment.messages import MailBounced
from domain.enrolment.problems import problem_arose
from domain.enrolment.state import Concern, EnrolmentState, Problem, ProblemKind
from domain.enrolment.status import InviteStatus, MailKind
from domain.enrolment.story import tell
from domain.enrolment.transitions import disabled
from domain.mail.resends import mail_arrives
from domain.person import Person
from domain.records.story import StoryKind

# The sender's own limits, which say nothing about the person: messages a day for one mailbox, and
# recipients outside the organisation for a whole tenant.
# https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online
SENDING_LIMITS = frozenset({"5.1.90", "5.7.232", "5.7.233"})


def mail_bounced(state: EnrolmentState, event: MailBounced, run_id: str, at: datetime) -> bool:
    """Apply that a mail came back, and say whether that is news.

    Not for a mail of an earlier enrolment, or from before a new link or address: a report may be
    days late. A reminder that came back was none. A manager's mail that came back is for people to
    deliver: the manager counts as told, once and for ever.
    """
    if event.run_id != run_id:
        return False
    if event.kind is MailKind.ESCALATION:
        tell(state, StoryKind.BOUNCED, at, mail=event.kind.value, code=event.code)
        problem_arose(state, ProblemKind.MANAGER_MAIL_RETURNED, at, code=event.code)
        return True
    if event.number <= state.settled_mails:
        return False
    tell(state, StoryKind.BOUNCED, at, mail=event.kind.value, code=event.code)
    if event.kind is MailKind.REMINDER and state.reminders_sent:
        state.reminders_sent -= 1
        state.reminder_count = max(0, state.reminder_count - 1)
    if event.kind is MailKind.FOLLOW_UP and state.follow_ups_sent:
        state.follow_ups_sent -= 1
    state.escalation_clock_at = None
    if state.returned is None:
        limit = event.code in SENDING_LIMITS
        state.returned = Problem(
            concern=Concern.DELIVERY,
            kind=ProblemKind.SENDING_LIMIT if limit else ProblemKind.MAIL_RETURNED,
            since=at,
            values={"code": event.code},
        )
    problem_arose(state, state.returned.kind, at, **state.returned.values)
    return True


def person_read(state: EnrolmentState, person: Person, at: datetime) -> None:
    """Apply what the directory says of the user now; another address is tried at once.

    Who was invited at an address that mail came back from is invited again; who had clicked all the
    same only gets a new clock.
    """
    before, state.person = state.person, person
    if not person.account_enabled:
        disabled(state, at)
    if state.returned is None or before is None or address_of(before) == address_of(person):
        return
    if state.status is InviteStatus.SENT:
        mail_arrives(state)
        state.status = InviteStatus.PENDING
        state.resend_wanted = True
    else:
        mail_arrives(state, clock_at=at if state.status in CLICKED else None)


def address_of(person: Person) -> str:
    """Return where mail to a user goes, or would go if the domain is the tenant's."""
    return (person.mail or person.user_principal_name).casefold()

"""What a mail that has left changes; its enrolment applies it, and the activity that sent it."""

from datetime import datetime

from domain.enrolment import transitions
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.enrolment.status import MailKind
from domain.person import Person

# Numbers of the story that are left free for what the activity tells of a mail.
EVENTS_OF_A_MAIL = 5


def mail_left(
    state: EnrolmentState,
    kind: MailKind,
    at: datetime,
    policy: Policy,
    *,
    key: str,
    events_from: int | None,
    person: Person | None,
    manager_upn: str | None,
    unconfirmed: bool = False,
) -> None:
    """Apply that a mail has left, or may have.

    Args:
        state: what the enrolment remembers.
        kind: which mail.
        at: when it left.
        policy: the enrolment's.
        key: the mail's, by which the story leads to how it looked.
        events_from: the last number of the story before the mail was begun, where numbers were left
            free for what is told of it; None where it is told last.
        person: as the directory described them at the mail, if it was asked.
        manager_upn: who got the escalation.
        unconfirmed: whether it only may have left.
    """
    state.person = person or state.person
    state.manager_upn = manager_upn or state.manager_upn
    last = state.story_number
    if events_from is not None:
        state.story_number = events_from
    sent = transitions.mail_unconfirmed if unconfirmed else transitions.mail_sent
    sent(state, kind, at, policy, key=key)
    state.story_number = max(last, state.story_number)

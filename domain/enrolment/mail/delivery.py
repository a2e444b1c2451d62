"""What becomes of a mail whose sending was begun, and what changes once it has left."""

from datetime import datetime, timedelta
from enum import StrEnum

from domain.enrolment import transitions
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.person import Person
from domain.status import MailKind

# A message stays in Drafts for a while after it was accepted, and Sent Items are indexed late.
# https://learn.microsoft.com/graph/api/message-send
SETTLES_WITHIN = timedelta(minutes=2)
# Numbers of the story that are left free for what the activity tells of a mail.
EVENTS_OF_A_MAIL = 5


class Seen(StrEnum):
    """Where a mail was seen."""

    SENT = "sent"
    DRAFT = "draft"
    NOWHERE = "nowhere"


class Verdict(StrEnum):
    """What follows from it."""

    SENT = "sent"
    WAIT = "wait"
    SEND_THE_DRAFT = "send-the-draft"
    UNCONFIRMED = "unconfirmed"


def verdict(seen: Seen, *, sending_at: datetime, now: datetime) -> Verdict:
    """Say what becomes of a mail that was being sent at ``sending_at``.

    Our key in Sent Items proves that it left; that it isn't there proves nothing. There is never a
    second draft: the same one is sent again, or the mail stays unconfirmed.
    """
    if seen is Seen.SENT:
        return Verdict.SENT
    if now - sending_at < SETTLES_WITHIN:
        return Verdict.WAIT
    return Verdict.SEND_THE_DRAFT if seen is Seen.DRAFT else Verdict.UNCONFIRMED


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
    """Apply that a mail has left, or may have; its enrolment does, and the activity that sent it.

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

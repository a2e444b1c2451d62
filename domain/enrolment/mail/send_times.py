"""When a mail that is due may leave, as a worker has answered it: recorded, never computed again.

A send window is a matter of time zones, whose rules change with updates of a package, an image or
an operating system. An enrolment that computed them anew would stop at the first one that changed
its past.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState, SendTime
from domain.instants import later
from domain.status import MailKind


class Question(StrEnum):
    """What a worker is asked about an instant."""

    OPENING = "opening"
    """When does a mail leave that is due then?"""
    GRACE_END = "grace-end"
    """When has the escalation's grace passed, on sending days alone?"""


@dataclass(frozen=True, slots=True)
class LookUpSendTime:
    """Ask a worker about ``at``, for the mail of this kind."""

    question: Question
    kind: MailKind
    at: datetime


def grace_end(state: EnrolmentState, policy: Policy, clock_at: datetime) -> datetime | None:
    """Return when the escalation's grace is over, None while nobody has answered that."""
    if policy.window.always_open:
        return later(clock_at, policy.escalation_grace)
    return _answer(state.grace_end, clock_at)


def leaves_at(
    state: EnrolmentState, policy: Policy, kind: MailKind, due_at: datetime
) -> datetime | None:
    """Return when a mail leaves that is due at an instant, None while nobody has answered that."""
    if policy.window.always_open:
        return due_at
    return _answer(state.openings.get(kind), due_at)


def send_time_found(state: EnrolmentState, asked: LookUpSendTime, answer: datetime) -> None:
    """Remember an answer, in place of the one before."""
    known = SendTime(asked=asked.at, answer=answer)
    if asked.question is Question.GRACE_END:
        state.grace_end = known
    else:
        state.openings[asked.kind] = known


def _answer(known: SendTime | None, asked: datetime) -> datetime | None:
    return known.answer if known is not None and known.asked == asked else None

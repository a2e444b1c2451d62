"""Mails that came back, as the tests of what follows from them need them."""

from typing import Any

from domain.enrolment.mail.bounces import mail_bounced
from domain.enrolment.messages import MailBounced
from domain.enrolment.state import EnrolmentState, ProblemKind
from domain.status import MailKind
from tests.domain.enrolment.states import (
    HOUR,
    POLICY,
    START,
    sent,
)

RUN = "8f1d3c1e-run"


def bounce(kind: MailKind = MailKind.INVITATION, **more: Any) -> MailBounced:
    """Return the news of a mail that came back."""
    values: dict[str, Any] = {
        "event_id": "bounce-1",
        "at": START + HOUR,
        "kind": kind,
        "run_id": RUN,
        "number": 1,
        "code": "5.1.10",
    }
    return MailBounced(**values | more)


def kind_of(state: EnrolmentState) -> ProblemKind | None:
    """Return what is shown as wrong."""
    return state.problem.kind if state.problem else None


def returned(state: EnrolmentState | None = None, **more: Any) -> EnrolmentState:
    """Return the state of somebody whose mail came back."""
    state = state or sent(mails_begun=1)
    assert mail_bounced(state, bounce(**more), POLICY, RUN, START + HOUR)
    return state

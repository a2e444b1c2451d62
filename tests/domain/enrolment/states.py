"""Enrolment states to test rules with, and a clock that starts on a Monday."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from domain.enrolment.messages import AdminRequest
from domain.enrolment.policy import Policy
from domain.enrolment.record import record_of
from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.enrolment.transitions import added_to_group, link_clicked, mail_sent, registration_seen
from domain.mail.send_window import SendWindow
from domain.person import Person
from domain.status import InviteStatus, MailKind, Source
from domain.tables.enrolment import EnrolmentRecord

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
POLICY = Policy()
# The zone doesn't matter: nothing in here may ask for its rules.
IN_A_WINDOW = replace(POLICY, window=SendWindow(opens=time(9), time_zone="Nowhere/Unknown"))
ADMIN = AdminRequest(actor="admin@contoso.example", reason="a test")
OBJECT_ID = "6e7b768e-07e2-4810-8459-485f84f8f204"

ADA = Person(
    object_id=OBJECT_ID,
    user_principal_name="ada@contoso.example",
    display_name="Ada Lovelace",
    mail="ada@contoso.example",
    department="Research",
)


def pending(**changes: Any) -> EnrolmentState:
    """Return the state of somebody who was just taken in."""
    return EnrolmentState(person=ADA, item_id="1", **changes)


def sent(at: datetime = START, **changes: Any) -> EnrolmentState:
    """Return the state of somebody who was invited."""
    state = pending(**changes)
    mail_sent(state, MailKind.INVITATION, at, POLICY)
    return state


def reminded(times: int, **changes: Any) -> EnrolmentState:
    """Return the state of somebody who was invited, and reminded every week."""
    state = sent(**changes)
    for week in range(1, times + 1):
        mail_sent(state, MailKind.REMINDER, START + week * WEEK, POLICY)
    return state


def clicked(at: datetime = START + HOUR, policy: Policy = POLICY) -> EnrolmentState:
    """Return the state of somebody who was invited and clicked."""
    state = sent()
    link_clicked(state, at, policy)
    assert state.status is InviteStatus.CLICKED
    return state


def in_group(at: datetime = START + HOUR, policy: Policy = POLICY) -> EnrolmentState:
    """Return the state of somebody who clicked and is in the group."""
    state = clicked(at, policy)
    added_to_group(state, at, by_us=True)
    return state


def an_input(**changes: Any) -> EnrolmentInput:
    """Return what Ada's enrolment is started with."""
    values: dict[str, Any] = {
        "object_id": OBJECT_ID,
        "user_principal_name": "ada@contoso.example",
        "source": Source.CSV_UPLOAD,
        "batch_id": "spring",
        "correlation_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    }
    return EnrolmentInput(**values | changes)


def registered(state: EnrolmentState) -> EnrolmentState:
    """Let somebody register."""
    registration_seen(state, START)
    return state


def recorded(state: EnrolmentState, now: datetime = START, **changes: Any) -> EnrolmentRecord:
    """Return the row of Ada's enrolment."""
    return record_of(an_input(**changes), state, now)

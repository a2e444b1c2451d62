"""People, events and mails for tests."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from database.engine import Database
from database.enrolments.record import record
from database.tombstones import Tombstones
from domain.instants import microseconds
from domain.status import InviteStatus, MailKind, RegistrationState
from domain.tables.enrolment import EnrolmentRecord, WriteOutcome
from domain.tables.mail import NewMail
from domain.tables.story import StoryEvent, StoryKind

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
TOMBSTONES = Tombstones()
MAILBOX = "mfa@contoso.com"


def object_id(number: int = 0) -> str:
    """Return somebody's ObjectId."""
    return str(UUID(int=0xA0000000000040008000000000000000 + number))


def run_id(number: int = 0) -> str:
    """Return the id of a workflow run."""
    return str(UUID(int=0xB0000000000040008000000000000000 + number))


def person(number: int = 0, **values: Any) -> EnrolmentRecord:
    """Return somebody who was invited, but for what is said otherwise."""
    usual: dict[str, Any] = {
        "object_id": object_id(number),
        "run_id": run_id(number),
        "revision": microseconds(NOW),
        "upn": f"person{number}@contoso.com",
        "display_name": f"Person {number}",
        "status": InviteStatus.SENT,
        "registration": RegistrationState.NOT_REGISTERED,
        "batch_id": "autumn",
        "source": "CSV Upload",
        "department": "Sales",
        "invite_sent_at": NOW,
        "sender": MAILBOX,
    }
    return EnrolmentRecord(**{**usual, **values})


def event(number: int, kind: StoryKind = StoryKind.INVITED, **values: Any) -> StoryEvent:
    """Return an event a minute after the one before."""
    usual: dict[str, Any] = {"run_id": run_id(), "number": number, "kind": kind}
    return StoryEvent(**{**usual, "at": NOW + timedelta(minutes=number), **values})


def mail(number: int = 0, **values: Any) -> NewMail:
    """Return a mail to somebody."""
    usual: dict[str, Any] = {
        "key": f"{object_id(number)}/reminder/{run_id(number)}/{number}",
        "sender": MAILBOX,
        "kind": MailKind.REMINDER,
        "object_id": object_id(number),
    }
    return NewMail(**{**usual, **values})


async def put(
    database: Database, row: EnrolmentRecord, events: Iterable[StoryEvent] = ()
) -> WriteOutcome:
    """Write somebody in a transaction of its own."""
    async with database.writing() as connection:
        return await record(connection, row, tuple(events), tombstones=TOMBSTONES)

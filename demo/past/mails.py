"""The mails of people of the past: their pages show what was sent, and no budget counts it."""

from collections.abc import Iterable
from typing import Any

from database.engine import Database
from database.schema import sent_mail
from domain.identifiers import MailKey
from domain.status import MailKind
from domain.tables.enrolment import EnrolmentRecord
from domain.tables.mail import MailOrigin, MailState
from domain.tables.story import StoryEvent, StoryKind

_KINDS = {
    StoryKind.INVITED: MailKind.INVITATION,
    StoryKind.REMINDED: MailKind.REMINDER,
    StoryKind.ESCALATED: MailKind.ESCALATION,
}


async def write_mails(
    database: Database, told: Iterable[tuple[EnrolmentRecord, list[StoryEvent]]]
) -> None:
    """Write each mail that these stories tell of, in one transaction."""
    mails = [
        _mail(row, event, number)
        for row, events in told
        for number, event in enumerate((one for one in events if one.kind in _KINDS), start=1)
    ]
    if mails:
        async with database.writing() as connection:
            await connection.execute(sent_mail.insert(), mails)


def _mail(row: EnrolmentRecord, event: StoryEvent, number: int) -> dict[str, Any]:
    kind = _KINDS[event.kind]
    key = MailKey(object_id=row.object_id, kind=kind, run_id=row.run_id, number=number)
    return {
        "key": str(key),
        "sender": row.sender,
        "kind": kind,
        "object_id": row.object_id,
        "origin": MailOrigin.SCHEDULE,
        "from_form_share": False,
        "state": MailState.SENT,
        "attempt": "past",
        "reserved_at": event.at,
        # Without the instant of its sending: a demo's months pass within a mailbox's day.
        "sending_at": None,
        "finished_at": event.at,
        "values": {},
        "outcome": None,
    }

"""What the overview says of the mailboxes' day."""

from datetime import timedelta
from typing import Any

from database.engine import Database
from database.figures.mail_day import MailboxDay, read_mail_day
from database.mail.mailbox_use import read_last_sent_at
from database.mail.senders import others_counted, set_sender
from database.schema import sent_mail
from domain.status import MailKind
from domain.tables.enrolment import NextStep
from domain.tables.mail import MailOrigin, MailState, SenderState
from tests.database.values import MAILBOX, NOW, object_id, person, put

OTHER = "other@contoso.com"
HOUR = timedelta(hours=1)
TODAY = (NOW - 9 * HOUR, NOW + 15 * HOUR)


async def test_the_day_of_each_mailbox(database: Database) -> None:
    """Mails since midnight and in 24 hours, others' mails, what is due today, invitations left.

    People who are paused or disabled wait for no mail.
    """
    later = NOW + timedelta(days=3)
    waiting: list[dict[str, Any]] = [
        {"next_step": NextStep.REMINDER, "due_at": NOW - HOUR},
        {"next_step": NextStep.INVITATION, "due_at": later},
        {"next_step": NextStep.INVITATION, "due_at": None},
        {"next_step": NextStep.ESCALATION, "due_at": TODAY[1]},
        {"next_step": NextStep.GROUP, "due_at": NOW},
        {"next_step": NextStep.REMINDER, "due_at": NOW, "paused_by": "Ada"},
        {"next_step": NextStep.INVITATION, "due_at": NOW, "disabled_since": NOW},
        {"next_step": NextStep.INVITATION, "due_at": NOW, "sender": None},
    ]
    for number, values in enumerate(waiting):
        await put(database, person(number, **values))
    async with database.writing() as connection:
        await set_sender(connection, MAILBOX, SenderState.PAUSED, now=NOW)
        await set_sender(connection, OTHER, SenderState.READY, now=NOW)
        await others_counted(connection, OTHER, 7, now=NOW)
        for number, hours in enumerate((1, 8, 10, 25)):
            row = {
                "key": f"mail-{number}",
                "sender": MAILBOX,
                "kind": MailKind.INVITATION,
                "object_id": object_id(1),
                "origin": MailOrigin.SCHEDULE,
                "from_form_share": False,
                "state": MailState.SENT,
                "attempt": "1",
                "reserved_at": NOW,
                "sending_at": NOW - hours * HOUR,
                "values": {},
            }
            await connection.execute(sent_mail.insert().values(row))
    async with database.reading() as connection:
        day = await read_mail_day(connection, now=NOW, today=TODAY)
        last = [await read_last_sent_at(connection, address) for address in (MAILBOX, OTHER)]
    assert last == [NOW - HOUR, None]
    assert day.mailboxes == (
        MailboxDay(
            address=MAILBOX,
            state=SenderState.PAUSED,
            sent_today=2,
            last_day=3,
            queued=2,
            invitations_left=2,
            last_invitation_at=later,
        ),
        MailboxDay(address=OTHER, state=SenderState.READY, last_day=7),
        MailboxDay(address=None, queued=1, invitations_left=1, last_invitation_at=NOW),
    )
    assert (day.sent_today, day.queued, day.invitations_left) == (2, 3, 3)
    assert day.last_invitation_at == later

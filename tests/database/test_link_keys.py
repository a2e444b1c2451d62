"""How many people hold links of which key."""

from datetime import timedelta

from database.engine import Database
from database.mail.link_keys import count_by_link_key
from database.schema import sent_mail
from domain.status import EnrolmentEnd, MailKind
from domain.tables.mail import MailOrigin, MailState
from tests.database.values import MAILBOX, NOW, object_id, person, put

OLD, NEW = "0a0a0a0a", "0b0b0b0b"


async def test_the_last_link_of_each_person_counts(database: Database) -> None:
    """Not what was withdrawn, not an escalation or an older system's link, nobody who has ended."""
    for number in range(5):
        ended = EnrolmentEnd.ACTIVE if number == 4 else None
        await put(database, person(number, ended=ended))
    mails = [
        (0, OLD, MailState.SENT, 1),
        (0, NEW, MailState.SENT, 2),
        (1, OLD, MailState.SENT, 1),
        (1, NEW, MailState.WITHDRAWN, 2),
        (2, OLD, MailState.UNCONFIRMED, 1),
        (2, None, MailState.SENT, 2),
        (3, None, MailState.SENT, 1),
        (4, OLD, MailState.SENT, 1),
    ]
    async with database.writing() as connection:
        for place, (number, link_key, state, days) in enumerate(mails):
            await connection.execute(
                sent_mail.insert().values(
                    key=f"mail-{place}",
                    sender=MAILBOX,
                    kind=MailKind.REMINDER,
                    object_id=object_id(number),
                    origin=MailOrigin.SCHEDULE,
                    from_form_share=False,
                    state=state,
                    attempt="a",
                    reserved_at=NOW + timedelta(days=days),
                    values={},
                    link_key=link_key,
                )
            )
    async with database.reading() as connection:
        counted = await count_by_link_key(connection)
    assert counted == {NEW: 1, OLD: 2}

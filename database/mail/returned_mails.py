"""Which mail of ours came back, as far as our own tables can tell."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from database.engine import Database
from database.schema import enrolment, sent_mail
from domain.status import MailKind
from domain.tables.mail import MailState

# A server gives up after so long at most.
# RFC 5321 4.5.4.1
GIVES_UP_WITHIN = timedelta(days=5)
# Exchange's clock isn't ours, and it tells no fractions of seconds.
CLOCK_SKEW = timedelta(minutes=5)
_LEFT = (MailState.SENDING, MailState.SENT, MailState.UNCONFIRMED)


class ReturnedMails:
    """Looks for mails that have left one of the sender mailboxes."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self._database = database

    async def is_sent(self, key: str, sender: str) -> bool:
        """Say whether the mail with this key has left this mailbox."""
        query = select(sent_mail.c.key).where(
            sent_mail.c.key == key, sent_mail.c.sender == sender, sent_mail.c.state.in_(_LEFT)
        )
        async with self._database.reading() as connection:
            return (await connection.execute(query)).first() is not None

    async def last_to(
        self, addresses: Collection[str], sender: str, received_at: datetime
    ) -> str | None:
        """Return the key of the last mail to one of these addresses, in lower case.

        None when several people have them, or none.
        """
        reader = case(
            (sent_mail.c.kind == MailKind.ESCALATION, enrolment.c.manager_upn),
            else_=func.coalesce(enrolment.c.mail, enrolment.c.upn),
        )
        query = (
            select(sent_mail.c.key, sent_mail.c.object_id)
            .join(enrolment, enrolment.c.object_id == sent_mail.c.object_id)
            .where(
                sent_mail.c.sender == sender,
                sent_mail.c.sending_at > received_at - GIVES_UP_WITHIN,
                sent_mail.c.sending_at <= received_at + CLOCK_SKEW,
                sent_mail.c.state.in_(_LEFT),
                func.lower(reader).in_(addresses),
            )
            .order_by(sent_mail.c.sending_at.desc())
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        people = {row.object_id for row in rows}
        return rows[0].key if len(people) == 1 else None

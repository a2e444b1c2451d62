"""Which keys made the links that people hold."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import enrolment, sent_mail
from domain.tables.mail import MailState

_LEFT = (MailState.SENT, MailState.UNCONFIRMED)


async def count_by_link_key(connection: AsyncConnection) -> dict[str, int]:
    """Return how many people who are being enrolled got their last link by which key.

    Links of an older system, and people who were never mailed, aren't counted.
    """
    newest = (
        func.row_number()
        .over(partition_by=sent_mail.c.object_id, order_by=sent_mail.c.reserved_at.desc())
        .label("place")
    )
    last = (
        select(sent_mail.c.link_key, newest)
        .join(enrolment, enrolment.c.object_id == sent_mail.c.object_id)
        .where(
            enrolment.c.ended.is_(None),
            sent_mail.c.link_key.is_not(None),
            sent_mail.c.state.in_(_LEFT),
        )
        .subquery()
    )
    query = select(last.c.link_key, func.count()).where(last.c.place == 1)
    rows = await connection.execute(query.group_by(last.c.link_key))
    return {str(name): int(count) for name, count in rows}

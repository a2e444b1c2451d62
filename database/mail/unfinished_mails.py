"""Counts mails that may still leave, for admins who have just stopped something."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import sent_mail
from domain.tables.mail import MailState


async def count_being_sent(connection: AsyncConnection) -> int:
    """Return how many mails are in the middle of their request to send, in the whole rollout."""
    query = select(func.count()).where(sent_mail.c.state == MailState.SENDING)
    return int((await connection.execute(query)).scalar_one())


async def count_unfinished(connection: AsyncConnection, object_id: str) -> int:
    """Return how many mails of a person are neither sent nor withdrawn."""
    open_states = [state for state in MailState if not state.is_final]
    query = select(func.count()).where(
        sent_mail.c.object_id == object_id, sent_mail.c.state.in_(open_states)
    )
    return int((await connection.execute(query)).scalar_one())

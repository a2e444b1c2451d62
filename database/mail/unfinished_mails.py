"""Counts mails that may still leave, for admins who have just stopped something."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import sent_mail
from domain.tables.mail import MailState

# A request to send begins within a second, and ends within minutes. What is older has been cut off,
# or is a row of a backup that was restored.
_SENT_WITHIN = timedelta(minutes=10)


async def count_being_sent(connection: AsyncConnection, now: datetime) -> int:
    """Return how many mails are in the middle of their request to send, in the whole rollout."""
    query = select(func.count()).where(
        sent_mail.c.state == MailState.SENDING, sent_mail.c.sending_at > now - _SENT_WITHIN
    )
    return int((await connection.execute(query)).scalar_one())


async def count_unfinished(connection: AsyncConnection, object_id: str) -> int:
    """Return how many mails of a person are neither sent nor withdrawn."""
    open_states = [state for state in MailState if not state.is_final]
    query = select(func.count()).where(
        sent_mail.c.object_id == object_id, sent_mail.c.state.in_(open_states)
    )
    return int((await connection.execute(query)).scalar_one())

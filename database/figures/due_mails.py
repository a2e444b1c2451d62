"""Counts the people whose next mail is due and hasn't left, for each mailbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.figures.mail_day import WAITING_FOR_MAIL
from database.schema import enrolment
from domain.instants import EPOCH

_C = enrolment.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMails:
    """How many people wait for a mail that is due, and since when the first of them does."""

    people: int = 0
    oldest_at: datetime | None = None


async def read_due_mails(
    connection: AsyncConnection, *, now: datetime
) -> dict[str | None, DueMails]:
    """Return the due mails of each mailbox; people who are held back themselves don't count."""
    query = (
        select(_C.sender, func.count(), func.min(_C.due_at))
        .where(
            *WAITING_FOR_MAIL,
            _C.due_at > EPOCH,
            _C.due_at <= now,
            _C.returned_since.is_(None),
            ~_C.excluded,
        )
        .group_by(_C.sender)
    )
    rows: Iterable[Any] = await connection.execute(query)
    return {sender: DueMails(people=number, oldest_at=oldest) for sender, number, oldest in rows}

"""Forgets an erased person where others have them as their manager."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, cast, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import contact, enrolment, sent_mail
from database.search_text import ESCAPE
from domain.status import MailKind

COLUMN = "ManagerUPN"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedPerson:
    """Somebody whose row names the manager, and the row's item on the list."""

    object_id: str
    item_id: str | None


async def read_managed(connection: AsyncConnection, upns: Sequence[str]) -> list[ManagedPerson]:
    """Return everybody whose row names one of these as the manager."""
    query = select(enrolment.c.object_id, enrolment.c.item_id).where(_manager_is(upns))
    rows = await connection.execute(query.order_by(enrolment.c.object_id))
    return [ManagedPerson(object_id=row.object_id, item_id=row.item_id) for row in rows]


async def forget_manager(connection: AsyncConnection, upns: Sequence[str]) -> int:
    """Take these names out of others' rows and of the log of mails; return how many rows had one.

    What an escalation said goes as a whole: it addressed the manager.
    """
    query = select(enrolment.c.object_id, enrolment.c.written).where(_manager_is(upns))
    rows = (await connection.execute(query.with_for_update())).all()
    for row in rows:
        nameless = {"manager_upn": None, "written": {**row.written, COLUMN: None}}
        mine = enrolment.c.object_id == row.object_id
        await connection.execute(update(enrolment).where(mine).values(nameless))
        theirs = contact.c.object_id == row.object_id
        unreached = {"manager_name": None, "manager_phone": None}
        await connection.execute(update(contact).where(theirs).values(unreached))
    said = func.lower(cast(sent_mail.c["values"], Text))
    told = [said.contains(upn.lower(), autoescape=True, escape=ESCAPE) for upn in upns]
    escalation = sent_mail.c.kind == MailKind.ESCALATION
    if told:
        await connection.execute(
            update(sent_mail).where(escalation, or_(*told)).values({"values": {}})
        )
    return len(rows)


def _manager_is(upns: Sequence[str]) -> ColumnElement[bool]:
    return func.lower(enrolment.c.manager_upn).in_([upn.lower() for upn in upns])

"""Telephone numbers of people and of their managers, for whoever calls them.

They are nowhere else: in no history of Temporal's, and not on the tracking list.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import contact, enrolment
from database.upsert import insert
from domain.portal.call_list import CallEntry

_C = contact.c
_ENTRY = (_C.phone, _C.manager_name, _C.manager_phone)


async def keep_contact(
    connection: AsyncConnection,
    object_id: str,
    entry: CallEntry,
    *,
    with_manager: bool,
    now: datetime,
) -> None:
    """Keep whom to call about a person; nothing is kept of somebody who is not in the tables.

    So nothing comes back of a person who was erased, or stripped by retention.

    Args:
        connection: a transaction.
        object_id: whom it is about.
        entry: what the directory says.
        with_manager: whether the manager was read; if not, what is known of the manager stays.
        now: when it was read.
    """
    values: dict[str, Any] = {"object_id": object_id, "phone": entry.phone, "read_at": now}
    if with_manager:
        values |= {"manager_name": entry.manager_name, "manager_phone": entry.manager_phone}
    statement = _keep(connection.dialect.name, with_manager=with_manager)
    await connection.execute(statement, {f"new_{name}": value for name, value in values.items()})


@cache
def _keep(dialect: str, *, with_manager: bool) -> Insert:
    names = ("phone", "read_at", *(("manager_name", "manager_phone") if with_manager else ()))
    known = select(
        enrolment.c.object_id, *(bindparam(f"new_{name}", type_=_C[name].type) for name in names)
    ).where(enrolment.c.object_id == bindparam("new_object_id"), enrolment.c.stripped_at.is_(None))
    statement = insert(dialect, contact).from_select(["object_id", *names], known)
    return statement.on_conflict_do_update(
        index_elements=["object_id"], set_={name: statement.excluded[name] for name in names}
    )


async def read_call_entries(
    connection: AsyncConnection, object_ids: Collection[str]
) -> dict[str, CallEntry]:
    """Return whom to call about these people; who isn't in it, has no number that is known."""
    query = select(_C.object_id, *_ENTRY).where(_C.object_id.in_(object_ids))
    rows = (await connection.execute(query)).mappings()
    return {row["object_id"]: CallEntry(**{c.name: row[c.name] for c in _ENTRY}) for row in rows}

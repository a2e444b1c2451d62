"""Who of these is in the tables? Asked by links, and by imports about all their rows at once."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Text, bindparam, cast, literal, null, select, type_coerce, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.rollout.marks import COMPLETE, HIGH_WATER, OLDER_TOKENS, is_complete
from database.schema import enrolment, older_token, state
from database.types import Guid
from domain.enrolment.state import EnrolmentEnd
from domain.enrolment.status import InviteStatus
from domain.tables.people import KnownPerson, LinkOwner

_COLUMNS = tuple(enrolment.c[one.name] for one in fields(KnownPerson))
_AT_ONCE = 1000
_PERSON, _TOKEN, _MARK = "person", "token", "mark"
_NONE = cast(null(), Text)


async def find_link_owner(
    connection: AsyncConnection, object_ids: Collection[str], token: str | None
) -> LinkOwner:
    """Say in one read whose a link is.

    A link that isn't found is only nobody's while the tables are complete: not in a new database.
    Whoever asks compares the high-water mark of the answer with the one that is kept apart, since a
    database that was restored is older.

    Args:
        connection: a transaction for reading.
        object_ids: what the token may mean, one for each key of the ring.
        token: the token itself, which may be an older system's.
    """
    asked = {"object_ids": list(object_ids), "token": token}
    rows = (await connection.execute(_WHOSE_LINK, asked)).all()
    marks = {row.first: json.loads(row.second) for row in rows if row.source == _MARK}
    for row in sorted(rows, key=lambda row: str(row.source)):
        if row.source == _PERSON:
            status = InviteStatus(row.first)
            ended = EnrolmentEnd(row.second) if row.second else None
            return LinkOwner(
                object_id=row.object_id, status=status, ended=ended, language=row.third
            )
        if row.source == _TOKEN:
            return LinkOwner(object_id=row.object_id, item_id=row.first)
    mark = int(marks.get(HIGH_WATER, 0))
    complete = marks.get(COMPLETE) is True
    return LinkOwner(is_certain=complete and OLDER_TOKENS in marks, high_water=mark)


async def read_known(
    connection: AsyncConnection, object_ids: Sequence[str]
) -> dict[str, KnownPerson]:
    """Return those of many people who are in the tables, by their ObjectIds."""
    found = {}
    for begin in range(0, len(object_ids), _AT_ONCE):
        some = object_ids[begin : begin + _AT_ONCE]
        query = select(*_COLUMNS).where(enrolment.c.object_id.in_(some))
        for row in (await connection.execute(query)).mappings():
            found[row["object_id"]] = KnownPerson(**row)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAmong:
    """Those of many people who are in the tables, by their ObjectIds.

    ``on_list`` are those of the others who have rows of an older system. ``others_on_list``:
    whether the tracking list may say something about all others: such rows name nobody, or nobody
    has looked whether there are any.
    """

    people: dict[str, KnownPerson]
    on_list: frozenset[str]
    others_on_list: bool


class KnownPeople:
    """Tells imports who is in the tables."""

    def __init__(self, database: Database) -> None:
        """Read this database."""
        self._database = database

    async def among(self, object_ids: Sequence[str]) -> KnownAmong | None:
        """Return who of these is known, None while the tables may lack somebody.

        Raises:
            DatabaseUnavailable: they can't be read.
        """
        async with self._database.reading() as connection:
            # A database that was restored still counts as complete here: an enrolment that it
            # lacks is met when it would be started.
            if not await is_complete(connection, 0):
                return None
            people = await read_known(connection, object_ids)
            looked = select(state.c.name).where(state.c.name == OLDER_TOKENS)
            has_looked = (await connection.scalars(looked)).first() is not None
            older = select(older_token.c.token).where(older_token.c.object_id.is_(None)).limit(1)
            has_unnamed = (await connection.scalars(older)).first() is not None
            return KnownAmong(
                people=people,
                on_list=await _on_list(connection, object_ids),
                others_on_list=not has_looked or has_unnamed,
            )


async def _on_list(connection: AsyncConnection, object_ids: Sequence[str]) -> frozenset[str]:
    found: set[str] = set()
    for begin in range(0, len(object_ids), _AT_ONCE):
        some = object_ids[begin : begin + _AT_ONCE]
        query = select(older_token.c.object_id).where(older_token.c.object_id.in_(some))
        found.update(str(one) for one in await connection.scalars(query))
    return frozenset(found)


def _query() -> Any:
    people = select(
        literal(_PERSON).label("source"),
        enrolment.c.object_id,
        cast(enrolment.c.status, Text).label("first"),
        cast(enrolment.c.ended, Text).label("second"),
        cast(enrolment.c.language, Text).label("third"),
    ).where(enrolment.c.object_id.in_(bindparam("object_ids", expanding=True)))
    tokens = select(
        literal(_TOKEN), older_token.c.object_id, cast(older_token.c.item_id, Text), _NONE, _NONE
    ).where(older_token.c.token == bindparam("token"))
    marks = select(
        literal(_MARK),
        type_coerce(cast(null(), Guid), Guid),
        cast(state.c.name, Text),
        cast(state.c.value, Text),
        _NONE,
    ).where(state.c.name.in_((COMPLETE, HIGH_WATER, OLDER_TOKENS)))
    return union_all(people, tokens, marks)


# Every hit on a link asks this: to put it together takes longer than to run it.
_WHOSE_LINK = _query()

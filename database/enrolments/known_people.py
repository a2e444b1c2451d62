"""Who of these is in the tables? Asked by imports, about all their rows at once."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.rollout.marks import OLDER_TOKENS, is_complete
from database.schema import enrolment, older_token, request, request_person, state
from domain.bulk.records import RequestAction
from domain.tables.people import KnownPerson
from domain.tables.rollout import RequestState

_COLUMNS = tuple(enrolment.c[one.name] for one in fields(KnownPerson))
_AT_ONCE = 1000
_IS_OPEN_UNDO = (
    request.c.action == RequestAction.UNDO_IMPORT.value,
    request.c.state.in_([one for one in RequestState if not one.is_final]),
)


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
    whether the tracking list may say something about all others: the tables may lack somebody, such
    rows name nobody, or nobody has looked whether there are any. ``being_undone`` are those whom an
    undo of an import has yet to take back, ``batches_being_undone`` the batches of such imports:
    whoever is started in one is taken back at the end of the undo.
    """

    people: dict[str, KnownPerson]
    on_list: frozenset[str]
    others_on_list: bool
    being_undone: frozenset[str] = frozenset()
    batches_being_undone: frozenset[str] = frozenset()


class KnownPeople:
    """Tells imports who is in the tables."""

    def __init__(self, database: Database) -> None:
        """Read this database."""
        self._database = database

    async def among(self, object_ids: Sequence[str]) -> KnownAmong:
        """Return who of these is known.

        Raises:
            DatabaseUnavailable: they can't be read.
        """
        async with self._database.reading() as connection:
            # A database that was restored still counts as complete here: an enrolment that it
            # lacks is met when it would be started.
            has_all = await is_complete(connection, 0)
            people = await read_known(connection, object_ids)
            looked = select(state.c.name).where(state.c.name == OLDER_TOKENS)
            has_looked = (await connection.scalars(looked)).first() is not None
            older = select(older_token.c.token).where(older_token.c.object_id.is_(None)).limit(1)
            has_unnamed = (await connection.scalars(older)).first() is not None
            return KnownAmong(
                people=people,
                on_list=await _on_list(connection, object_ids),
                others_on_list=not has_all or not has_looked or has_unnamed,
                being_undone=await _being_undone(connection, object_ids),
                batches_being_undone=await _batches_being_undone(connection),
            )


async def _batches_being_undone(connection: AsyncConnection) -> frozenset[str]:
    selections = await connection.scalars(select(request.c.selection).where(*_IS_OPEN_UNDO))
    return frozenset(str(one.get("batch_id")) for one in selections)


async def _being_undone(connection: AsyncConnection, object_ids: Sequence[str]) -> frozenset[str]:
    undos = select(request.c.request_id).where(*_IS_OPEN_UNDO)
    found: set[str] = set()
    for begin in range(0, len(object_ids), _AT_ONCE):
        query = select(request_person.c.object_id).where(
            request_person.c.request_id.in_(undos),
            request_person.c.object_id.in_(object_ids[begin : begin + _AT_ONCE]),
            request_person.c.outcome.is_(None),
        )
        found.update(str(one) for one in await connection.scalars(query))
    return frozenset(found)


async def _on_list(connection: AsyncConnection, object_ids: Sequence[str]) -> frozenset[str]:
    found: set[str] = set()
    for begin in range(0, len(object_ids), _AT_ONCE):
        some = object_ids[begin : begin + _AT_ONCE]
        query = select(older_token.c.object_id).where(older_token.c.object_id.in_(some))
        found.update(str(one) for one in await connection.scalars(query))
    return frozenset(found)

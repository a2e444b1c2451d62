"""What one pass over the whole tracking list reads and writes in our tables."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from database.engine import Database
from database.enrolments.person import is_row_of
from database.requests.group import read_candidate, write_added
from database.rollout.marks import read_older_tokens_pass, set_pass
from database.rollout.older_tokens import OlderToken, finish_pass, put_tokens
from database.schema import enrolment
from database.tombstones import Tombstones
from database.tracking_list.mirrored_rows import MirroredRow, read_mirrored, read_mirrored_of
from database.tracking_list.taken_over import note_taken_over
from domain.tables.values import Json
from domain.tracking_list.columns import iso
from domain.tracking_list.recovery import NO_RUN

_AT_ONCE = 1000


class ListPass:
    """The tables, as a pass over the list needs them. Each method is one short transaction.

    All raise ``DatabaseUnavailable`` where the database is away.
    """

    def __init__(self, database: Database, tombstones: Tombstones) -> None:
        """Use this database; whom the tombstones name isn't missed."""
        self._database = database
        self._tombstones = tombstones

    async def next_number(self) -> int:
        """Return the number of the pass that begins now."""
        async with self._database.reading() as connection:
            return (await read_older_tokens_pass(connection) or 0) + 1

    async def rows_of(self, object_ids: Collection[str]) -> dict[str, MirroredRow]:
        """Return the rows of these people, by ObjectId."""
        async with self._database.reading() as connection:
            return await read_mirrored_of(connection, object_ids)

    async def is_row_of(self, object_id: str, item_id: str) -> bool:
        """Say whether an item of the list is known to be this person's row."""
        async with self._database.reading() as connection:
            return await is_row_of(connection, object_id, item_id)

    async def pages(self) -> AsyncIterator[list[MirroredRow]]:
        """Yield everybody whose row isn't stripped, some at a time."""
        after: str | None = None
        while True:
            async with self._database.reading() as connection:
                page = await read_mirrored(connection, after=after, limit=_AT_ONCE)
            if not page:
                return
            yield page
            after = page[-1].object_id

    async def lacking(self, object_ids: Sequence[str]) -> set[str]:
        """Return who of these isn't in the tables, and wasn't erased from them."""
        missing: set[str] = set()
        async with self._database.reading() as connection:
            for begin in range(0, len(object_ids), _AT_ONCE):
                some = set(object_ids[begin : begin + _AT_ONCE])
                query = select(enrolment.c.object_id).where(enrolment.c.object_id.in_(some))
                some -= set((await connection.scalars(query)).all())
                missing |= some - (await self._tombstones.read(connection, some)).keys()
        return missing

    async def keep_tokens(
        self, tokens: Sequence[tuple[str, str, str | None]], *, pass_number: int
    ) -> None:
        """Keep tokens of an older system: each with its item's id, and whose it is if known."""
        kept = [OlderToken(token=one, item_id=item, object_id=of) for one, item, of in tokens]
        async with self._database.writing() as connection:
            await put_tokens(connection, kept, pass_number=pass_number)

    async def finish(self, pass_number: int, *, forgets: bool) -> None:
        """Note that the whole list was read; forget tokens that it doesn't hold any more."""
        async with self._database.writing() as connection:
            now = datetime.now(UTC)
            await finish_pass(connection, pass_number, now=now, forgets=forgets)

    async def joined_later(self, object_id: str, at: datetime) -> bool:
        """Say in row and story of somebody who is Active that they are in the group since then.

        Who asked for it is not known any more. Returns False where the tables know it already.
        """
        async with self._database.writing() as connection:
            person = await read_candidate(connection, object_id)
            if person is None or person.in_group:
                return False
            written: dict[str, Json] = {"InGroup": True, "AddedToGroupDate": iso(at)}
            await write_added(
                connection,
                person,
                written=written,
                by_us=False,
                request_id=NO_RUN,
                actor=None,
                now=at,
            )
        return True

    async def note_taken_over(self) -> int:
        """Note who has the row of people who are gone now, and return how many of these."""
        async with self._database.writing() as connection:
            return await note_taken_over(connection)

    async def report(self, name: str, report: Any) -> None:
        """Keep what a pass has found."""
        said = asdict(report) if is_dataclass(report) and not isinstance(report, type) else report
        async with self._database.writing() as connection:
            await set_pass(connection, name, said, now=datetime.now(UTC))

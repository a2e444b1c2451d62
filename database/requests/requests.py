"""Requests about many people, as activities are given them: each call is a transaction."""

from collections.abc import Mapping
from datetime import UTC, datetime

from database.engine import Database
from database.imports.rows import read_unknown_names
from database.requests import group, progress, undo
from database.requests.begin import add_people
from database.requests.group import GroupCandidate
from database.requests.read import read_request
from database.requests.undo import UndonePerson
from domain.bulk.records import Outcome, RequestRecord
from domain.tables.rollout import RequestState
from domain.tables.values import Json


class Requests:
    """Who of a request waits, and what became of the others.

    All methods raise ``DatabaseUnavailable`` where the database is away; nothing is written then.
    """

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self._database = database

    async def begin(self, request_id: str) -> bool:
        """Say that a request is worked on; False for one that has ended."""
        async with self._database.writing() as connection:
            return await progress.set_state(connection, request_id, RequestState.RUNNING)

    async def waiting(self, request_id: str, limit: int) -> list[str]:
        """Return some people who have no outcome yet."""
        async with self._database.reading() as connection:
            return await progress.waiting_people(connection, request_id, limit)

    async def note(self, request_id: str, outcomes: Mapping[str, Outcome]) -> None:
        """Record what became of people."""
        async with self._database.writing() as connection:
            await progress.note_outcomes(connection, request_id, outcomes, datetime.now(UTC))

    async def try_again(self, request_id: str) -> int:
        """Let people wait again who weren't reached; return how many they are."""
        async with self._database.writing() as connection:
            return await progress.try_again(connection, request_id)

    async def finish(self, request_id: str, state: RequestState) -> RequestRecord | None:
        """Record how a request ended, in the audit log, too; return it with its counts."""
        async with self._database.writing() as connection:
            await progress.finish_request(connection, request_id, state, datetime.now(UTC))
            return await read_request(connection, request_id)

    async def choose_batch(self, request_id: str, batch_id: str, started: set[str]) -> int:
        """Add everybody whom a batch brought; return how many of them are new in the request.

        ``started`` are people whom Temporal shows for the batch; those who came with another one
        are left alone.
        """
        async with self._database.writing() as connection:
            found = await undo.read_batch(connection, batch_id)
            others = await undo.known_elsewhere(connection, batch_id, started - found)
            return await add_people(connection, request_id, (found | started) - others)

    async def person(self, object_id: str) -> UndonePerson | None:
        """Return a person, None when the tables have nobody of this ObjectId."""
        async with self._database.reading() as connection:
            return await undo.read_undone(connection, object_id)

    async def forget(self, request_id: str, object_id: str, outcome: Outcome) -> None:
        """Delete a person's row and story, and record the outcome with it."""
        async with self._database.writing() as connection:
            await undo.forget_enrolment(connection, object_id)
            outcomes = {object_id: outcome}
            await progress.note_outcomes(connection, request_id, outcomes, datetime.now(UTC))

    async def keep(
        self, request_id: str, person: UndonePerson, outcome: Outcome, *, removed: bool
    ) -> None:
        """Say in a person's row that it was taken back, and record the outcome with it."""
        async with self._database.writing() as connection:
            now = datetime.now(UTC)
            await undo.keep_cancelled(connection, person, removed=removed, now=now)
            outcomes = {person.object_id: outcome}
            await progress.note_outcomes(connection, request_id, outcomes, now)

    async def candidate(self, object_id: str) -> GroupCandidate | None:
        """Return somebody who may be added to the group, None when the tables have nobody."""
        async with self._database.reading() as connection:
            return await group.read_candidate(connection, object_id)

    async def added(
        self,
        request_id: str,
        person: GroupCandidate,
        outcome: Outcome,
        *,
        at: datetime,
        written: dict[str, Json],
        by_us: bool,
        actor: str,
    ) -> None:
        """Say in a person's row that they are in the group, and record the outcome with it.

        ``at`` is since when, and ``written`` what was written to their item on the list.
        """
        async with self._database.writing() as connection:
            await group.write_added(
                connection,
                person,
                written=written,
                by_us=by_us,
                request_id=request_id,
                actor=actor,
                now=at,
            )
            await progress.note_outcomes(connection, request_id, {person.object_id: outcome}, at)

    async def unknown_names(self, batch_id: str) -> list[str]:
        """Return the names in a batch's imports that the directory didn't know."""
        async with self._database.reading() as connection:
            return await read_unknown_names(connection, batch_id)

    async def cancel_imports(self, batch_id: str) -> None:
        """Say that imports of a batch were cancelled, those that had finished too."""
        async with self._database.writing() as connection:
            await undo.cancel_imports(connection, batch_id, datetime.now(UTC))

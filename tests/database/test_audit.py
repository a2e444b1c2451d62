"""The audit log shows every change that was made to it, and forgets people who are erased."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select, text, update

from database.audit.chain import append, begin, finish, head, verify
from database.audit.entries import AuditFilter, read_entries, read_outcomes
from database.audit.subjects import forget
from database.engine import Database
from database.schema import audit, audit_subject
from domain.tables.audit import Actor, AuditCheck, AuditEntry, AuditHead, AuditOutcome
from tests.database.values import NOW, object_id

ADA = Actor(name="Ada", object_id=object_id(900), app="portal", address="192.0.2.1")


def _entry(action: str = "pause", **values: Any) -> AuditEntry:
    usual: dict[str, Any] = {"at": NOW, "actor": ADA, "action": action, "reason": "long leave"}
    return AuditEntry(**{**usual, **values})


async def _append(database: Database, entries: Iterable[AuditEntry]) -> list[int]:
    numbers = []
    for entry in entries:
        async with database.writing() as connection:
            numbers.append(await append(connection, entry))
    return numbers


async def _verify(database: Database, known: AuditHead | None = None) -> AuditCheck:
    async with database.reading() as connection:
        return await verify(connection, known)


async def _five(database: Database) -> None:
    await _append(database, [_entry(person=object_id(n % 2)) for n in range(5)])


async def test_an_entry_is_read_as_it_was_appended(database: Database) -> None:
    """Action and outcome come back, the latest first, with the person they are about."""
    asked = _entry(person=object_id(1))
    [number] = await _append(database, [asked])
    answered = _entry("pause", reason=None, answers=number, outcome="paused")
    await _append(database, [answered])
    async with database.reading() as connection:
        assert await read_entries(connection) == {2: answered, 1: asked}
        assert await read_entries(connection, before=2) == {1: asked}
        about = AuditFilter(person=object_id(1), actor_id=ADA.object_id, since=NOW)
        assert await read_entries(connection, about) == {1: asked}
        assert await read_entries(connection, AuditFilter(until=NOW)) == {}
        assert await read_entries(connection, AuditFilter(action="resume")) == {}


async def test_a_request_that_is_made_again_has_one_entry(database: Database) -> None:
    """While it goes on, and once it is done; after a failure, or of somebody else, it is new."""
    request_id = object_id(500).upper()
    asked = _entry(person=object_id(1), request_id=request_id)
    eve = Actor(name="Eve", object_id=object_id(901))
    others = (
        replace(asked, actor=eve),
        replace(asked, action="resume"),
        replace(asked, person=object_id(2)),
        replace(asked, person=None),
    )

    async def begun(entry: AuditEntry) -> int:
        async with database.writing() as connection:
            return await begin(connection, entry)

    async def ended(number: int, outcome: AuditOutcome) -> None:
        async with database.writing() as connection:
            await finish(connection, _entry(reason=None, answers=number, outcome=outcome))

    assert [await begun(asked), await begun(asked)] == [1, 1]
    assert [await begun(one) for one in others] == [2, 3, 4, 5]
    await ended(1, AuditOutcome.FAILED)
    assert await begun(asked) == 7
    for outcome in (AuditOutcome.DONE, AuditOutcome.DONE, AuditOutcome.FAILED):
        await ended(7, outcome)
    assert await begun(asked) == 7
    await ended(1, AuditOutcome.DONE)
    async with database.reading() as connection:
        assert (await read_outcomes(connection, [1]))[1].outcome == AuditOutcome.DONE
        assert list(await read_entries(connection)) == list(range(9, 0, -1))
    assert (await _verify(database)).is_whole


async def test_an_untouched_log_is_whole(database: Database) -> None:
    """A log of more rows than are read at once is checked from end to end."""
    async with database.writing() as connection:
        for _ in range(505):
            await append(connection, _entry(reason="a\x00\ud800 b"))
    check = await _verify(database)
    assert check.is_whole
    async with database.reading() as connection:
        assert check.head == await head(connection)
    assert check.head.number == 505


async def test_a_changed_value_shows(database: Database) -> None:
    """Whatever is changed in a row, the check names its number."""
    await _five(database)
    for column in {one.name for one in audit.c} - {"number", "at"}:
        value = 77 if column in {"subject", "answers"} else object_id(5)
        changed = update(audit).where(audit.c.number == 3).values({column: value})
        async with database.writing() as connection:
            async with connection.begin_nested() as change:
                await connection.execute(changed)
                assert (await verify(connection)).broken_at == 3, column
                await change.rollback()
            assert (await verify(connection)).is_whole


async def test_a_removed_row_shows(database: Database) -> None:
    """A row that is missing in the middle is named."""
    await _five(database)
    async with database.writing() as connection:
        await connection.execute(delete(audit).where(audit.c.number == 3))
    assert (await _verify(database)).broken_at == 3


async def test_a_row_moved_in_time_shows(database: Database) -> None:
    """The instant of a row is part of its hash to the microsecond."""
    await _five(database)
    async with database.writing() as connection:
        await connection.execute(text("UPDATE audit SET at = at + 1 WHERE number = 5"))
    assert (await _verify(database)).broken_at == 5


async def test_a_cut_tail_shows_against_an_older_head(database: Database) -> None:
    """A chain that was cut is whole in itself; the head that was noted before tells."""
    await _five(database)
    async with database.writing() as connection:
        noted = await head(connection)
        await connection.execute(delete(audit).where(audit.c.number > 3))
    assert (await _verify(database)).is_whole
    assert (await _verify(database, noted)).broken_at == 4


async def test_a_log_written_anew_shows_against_an_older_head(database: Database) -> None:
    """A forged log with a right chain has another hash at the number that was noted."""
    await _five(database)
    async with database.writing() as connection:
        noted = await head(connection)
        await connection.execute(delete(audit))
    await _append(database, [_entry("forged") for _ in range(6)])
    assert (await _verify(database, noted)).broken_at == 5


async def test_two_processes_append_to_one_chain(database: Database, other: Database) -> None:
    """Entries that are appended at once all get a number, and the chain is whole."""
    async with asyncio.TaskGroup() as group:
        for number in range(40):
            process = other if number % 2 else database
            group.create_task(_append(process, [_entry(person=object_id(number % 3))]))
    check = await _verify(database)
    assert (check.is_whole, check.head.number) == (True, 40)


async def test_an_erased_subject_leaves_the_chain_whole(database: Database) -> None:
    """After the erasure nobody can tell who it was; a new person never gets the old number."""
    await _five(database)
    async with database.writing() as connection:
        assert await forget(connection, object_id(1))
        assert not await forget(connection, object_id(1))
    await _append(database, [_entry(person=object_id(1)), _entry(person=object_id(8))])
    assert (await _verify(database)).is_whole
    async with database.reading() as connection:
        entries = await read_entries(connection)
        numbers = (await connection.scalars(select(audit_subject.c.number))).all()
    assert [entries[n].person for n in (2, 4, 6)] == [None, None, object_id(1)]
    assert sorted(numbers) == [1, 6, 7]

"""The counts of people are those of their rows, whatever has become of these."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from database.engine import Database
from database.enrolments.record import record_all
from database.erasure.erase import erase
from database.erasure.retention import strip_ended
from database.figures.counts import count_by_batch, count_by_department, count_people
from database.requests.undo import forget_enrolment
from database.schema import enrolment
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.enrolment import EnrolmentChange, EnrolmentRecord
from domain.tables.people import PeopleCount
from tests.database.values import NOW, TOMBSTONES, object_id, person

ACTIVE = {"status": InviteStatus.ACTIVE, "ended": EnrolmentEnd.ACTIVE, "ended_at": NOW}


async def _write(database: Database, *rows: EnrolmentRecord) -> None:
    async with database.writing() as connection:
        changes = [EnrolmentChange(row=row) for row in rows]
        await record_all(connection, changes, tombstones=TOMBSTONES)


async def _check(database: Database) -> int:
    """Compare all counts with the rows, and return how many people there are."""
    columns = enrolment.c
    async with database.reading() as connection:
        query = select(columns.batch_id, columns.department, columns.status, columns.ended)
        rows = (await connection.execute(query)).all()
        assert await count_people(connection) == _count(rows)
        assert await count_by_batch(connection) == {
            one: _count([row for row in rows if row.batch_id == one])
            for one in {row.batch_id for row in rows}
        }
        assert await count_by_department(connection) == {
            one: _count([row for row in rows if row.department == one])
            for one in {row.department for row in rows}
        }
        assert await count_by_department(connection, batch_id="autumn") == {
            one: _count([row for row in rows if (row[0], row[1]) == ("autumn", one)])
            for one in {row.department for row in rows if row.batch_id == "autumn"}
        }
    return len(rows)


def _count(rows: Sequence[Any]) -> PeopleCount:
    return PeopleCount(
        by_status=dict(Counter(row[2] for row in rows)),
        running=dict(Counter(row[2] for row in rows if row[3] is None)),
        by_end=dict(Counter(row[3] for row in rows if row[3] is not None)),
    )


async def test_counts_follow_the_rows(database: Database) -> None:
    """Rows that are new, changed, late, moved, ended, stripped, erased and forgotten."""
    people = [person(number, revision=1, department=None) for number in range(6)]
    await _write(database, *people, person(6, revision=1, department="", batch_id="spring"))
    assert await _check(database) == 7
    await _write(
        database,
        person(0, revision=2, status=InviteStatus.CLICKED, department="Sales"),
        person(1, revision=2, batch_id="spring"),
        person(2, revision=2, **ACTIVE),
        person(3, revision=0, status=InviteStatus.CLICKED),
        person(4, revision=2, department=None),
        person(7, revision=1),
    )
    assert await _check(database) == 8
    async with database.writing() as connection:
        assert await strip_ended(connection, before=NOW + timedelta(days=1), now=NOW) == 1
    assert await _check(database) == 8
    async with database.writing() as connection:
        await erase(connection, object_id(0), now=NOW, tombstones=TOMBSTONES)
        await forget_enrolment(connection, object_id(1))
    assert await _check(database) == 6
    async with database.writing() as connection:
        await connection.execute(text("DELETE FROM enrolment"))
    assert await _check(database) == 0

"""Counts people by status, batch and department."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnCollection, exists, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from database.errors import UnknownBatch, UnknownDepartment
from database.schema import enrolment, import_
from database.schema.people_count import people_count
from domain.enrolment.policy import DAY
from domain.instants import MICROSECOND
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.people import PeopleCount

_C = enrolment.c


async def count_people(
    connection: AsyncConnection, *, batch_id: str | None = None, department: str | None = None
) -> PeopleCount:
    """Count all people, or those of a batch, of a department, or of both.

    Raises:
        UnknownBatch: there is no such batch.
        UnknownDepartment: nobody is in this department.
    """
    columns, number = _counted(connection)
    query = select(columns.status, columns.ended, number).group_by(columns.status, columns.ended)
    if batch_id is not None:
        query = query.where(columns.batch_id == batch_id)
    if department is not None:
        query = query.where(columns.department == department)
    counted = _count((await connection.execute(query)).all())
    if not counted.total:
        await _check_names(connection, batch_id, department)
    return counted


async def count_by_batch(connection: AsyncConnection) -> dict[str, PeopleCount]:
    """Count the people of each batch."""
    return await _count_by(connection, "batch_id")


async def count_by_department(
    connection: AsyncConnection, *, batch_id: str | None = None
) -> dict[str | None, PeopleCount]:
    """Count the people of each department, or of a batch; those of none are under None."""
    return await _count_by(connection, "department", batch_id)


async def count_registered_after(connection: AsyncConnection) -> dict[str, int]:
    """Count the people who registered after each mail: which ones worked."""
    query = select(_C.registered_after, func.count()).where(_C.registered_after.is_not(None))
    rows: Iterable[Any] = await connection.execute(query.group_by(_C.registered_after))
    return {str(mail): int(number) for mail, number in rows}


async def count_days_to_register(
    connection: AsyncConnection, day: timedelta = DAY
) -> dict[int, int]:
    """Count the people who registered so many whole days after their invitation."""
    took = type_coerce(_C.registered_at, BigInteger) - type_coerce(_C.invite_sent_at, BigInteger)
    days = (took // (day // MICROSECOND)).label("days")
    known = _C.registered_after.is_not(None), _C.registered_at >= _C.invite_sent_at
    query = select(days, func.count()).where(*known).group_by(days)
    rows: Iterable[Any] = await connection.execute(query)
    return {int(day): number for day, number in rows}


def sum_of(counts: Iterable[PeopleCount]) -> PeopleCount:
    """Return how many people groups have together that have nobody in common."""
    by_status: Counter[InviteStatus] = Counter()
    running: Counter[InviteStatus] = Counter()
    by_end: Counter[EnrolmentEnd] = Counter()
    for one in counts:
        by_status.update(one.by_status)
        running.update(one.running)
        by_end.update(one.by_end)
    return PeopleCount(by_status=dict(by_status), running=dict(running), by_end=dict(by_end))


def _counted(connection: AsyncConnection) -> tuple[ColumnCollection[str, Any], Any]:
    """Return the columns by which people are counted, and their number.

    SQLite counts them whenever a row is written; PostgreSQL now, which it does as quickly.
    """
    if connection.dialect.name == "sqlite":
        return people_count.c, func.sum(people_count.c.people)
    return _C, func.count()


async def _count_by(
    connection: AsyncConnection, by: str, batch_id: str | None = None
) -> dict[Any, PeopleCount]:
    columns, number = _counted(connection)
    name, status, ended = columns[by], columns.status, columns.ended
    query = select(name, status, ended, number).group_by(name, status, ended)
    if batch_id is not None:
        query = query.where(columns.batch_id == batch_id)
    grouped: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    rows: Iterable[Any] = await connection.execute(query)
    for name, status, ended, number in rows:
        grouped[name].append((status, ended, number))
    return {name: _count(rows) for name, rows in grouped.items()}


def _count(rows: Iterable[Any]) -> PeopleCount:
    by_status: dict[Any, int] = defaultdict(int)
    running: dict[Any, int] = defaultdict(int)
    by_end: dict[Any, int] = defaultdict(int)
    for status, ended, number in rows:
        by_status[status] += number
        if ended is not None:
            by_end[ended] += number
        else:
            running[status] += number
    return PeopleCount(by_status=dict(by_status), running=dict(running), by_end=dict(by_end))


async def _check_names(
    connection: AsyncConnection, batch_id: str | None, department: str | None
) -> None:
    if batch_id is not None:
        people, imports = _C.batch_id == batch_id, import_.c.batch_id == batch_id
        known = exists().where(people) | exists().where(imports)
        if not (await connection.execute(select(known))).scalar_one():
            raise UnknownBatch(f"There is no batch {batch_id!r}.")
    if department is not None:
        anybody = exists().where(_C.department == department)
        if not (await connection.execute(select(anybody))).scalar_one():
            raise UnknownDepartment(f"Nobody is in the department {department!r}.")

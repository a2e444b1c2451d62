"""On PostgreSQL a list of few people is found without looking up all the others."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, func, insert, select, text

from database.engine import Database
from database.enrolments.people import read_people
from database.migrate import upgrade
from database.schema import enrolment
from demo.past.people import people, write
from domain.instants import EPOCH
from domain.status import EnrolmentEnd, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.people import PeopleFilter, PeopleOrder

OUTSIDE, COPIES = 5, 5000


@pytest.fixture
async def registered(empty_postgresql: str) -> Database:
    """Give people of whom half have registered, and are in the group, but for a few."""
    database = Database(empty_postgresql)
    await upgrade(database)
    done: dict[str, Any] = {"registration": RegistrationState.REGISTERED, "registered_at": EPOCH}
    ended: dict[str, Any] = {"excluded": False, "attention": None, "ended": EnrolmentEnd.ACTIVE}
    waits: dict[str, Any] = {
        "registration": RegistrationState.NOT_REGISTERED,
        "registered_at": None,
        "ended": None,
    }
    kinds = [{**done, **ended, "in_group": False}] * OUTSIDE
    kinds += [{**done, **ended, "in_group": True}, {**ended, **waits, "in_group": False}]
    drawn = [replace(row, **kind) for (row, _), kind in zip(people(len(kinds)), kinds, strict=True)]
    await write(database, [(row, []) for row in drawn])
    columns = [c for c in enrolment.c if c.name not in {"object_id", "search"}]
    one = select(func.gen_random_uuid(), func.gen_random_uuid(), *columns)
    many = one.where(enrolment.c.in_group | enrolment.c.ended.is_(None)).join_from(
        enrolment, func.generate_series(1, COPIES).alias("number"), text("true")
    )
    names = ["object_id", "search", *(column.name for column in columns)]
    async with database.writing() as connection:
        await connection.execute(insert(enrolment).from_select(names, many))
    autocommit = database.writer.execution_options(isolation_level="AUTOCOMMIT")
    async with autocommit.connect() as connection:
        await connection.execute(text("VACUUM ANALYZE"))
    return database


def _looked_up(plan: dict[str, Any]) -> int:
    """Return how often a plan looked for a person by their key."""
    mine = plan["Actual Loops"] if plan.get("Index Name") == "pk_enrolment" else 0
    return int(mine) + sum(_looked_up(one) for one in plan.get("Plans", ()))


async def test_few_are_looked_up_to_find_few(registered: Database) -> None:
    """Whoever isn't in the group is found without asking after all who are."""
    wanted = PeopleFilter(attention=AttentionKind.NOT_IN_GROUP)
    made: list[tuple[str, Any]] = []

    @event.listens_for(registered.reader.sync_engine, "before_cursor_execute")
    def _keep(*given: Any) -> None:
        made.append((given[2], given[3]))

    async with registered.reading() as connection:
        for order in PeopleOrder:
            assert len((await read_people(connection, wanted, order=order)).people) == OUTSIDE
        lists = [one for one in made if "FROM enrolment" in one[0]]
        plans = [
            await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values)
            for sql, values in lists
        ]
        found = [_looked_up(plan.scalar_one()[0]["Plan"]) for plan in plans]
    # Once to find out that they are among those whom the list looks for, and once to show them.
    assert len(found) == 6
    assert max(found) <= 2 * OUTSIDE
    await registered.close()

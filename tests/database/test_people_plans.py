"""Lists and counts of people are read from indexes on SQLite, whatever they are filtered by."""

from typing import Any

import pytest
from sqlalchemy import event

from database.engine import Database
from database.enrolments.people import count_matching, read_people
from domain.status import InviteStatus
from domain.tables.attention import FOUND_WHEN_READ
from domain.tables.people import PeopleFilter, PeopleOrder

FILTERS = {
    "all": PeopleFilter(),
    "status": PeopleFilter(status=InviteStatus.SENT),
    "batch": PeopleFilter(batch_id="autumn"),
    "department": PeopleFilter(department="Sales"),
    "manager": PeopleFilter(manager_upn="boss@contoso.com"),
    "language": PeopleFilter(language="fr"),
    "running": PeopleFilter(has_ended=False),
    "escalated": PeopleFilter(escalated=True),
    "not active": PeopleFilter(not_active=True),
    "no department": PeopleFilter(no_department=True),
    "registered after": PeopleFilter(registered_after="reminder-1"),
    **{kind.value: PeopleFilter(attention=kind) for kind in sorted(FOUND_WHEN_READ)},
    "text": PeopleFilter(text="ada"),
    "text and status": PeopleFilter(text="ada", status=InviteStatus.SENT),
}


@pytest.mark.parametrize("wanted", FILTERS.values(), ids=FILTERS)
async def test_no_list_reads_whole_rows_to_find_people(
    sqlite_database: Database, wanted: PeopleFilter
) -> None:
    """People are counted and found in an index alone; only those who are shown are read whole."""
    # Text isn't searched so often in the others that it should make them larger.
    orders = (PeopleOrder.NAME, PeopleOrder.ATTENTION) if wanted.text else PeopleOrder
    made: list[tuple[str, Any]] = []
    engine = sqlite_database.reader.sync_engine

    @event.listens_for(engine, "before_cursor_execute")
    def _keep(*given: Any) -> None:
        made.append((given[2], given[3]))

    async with sqlite_database.reading() as connection:
        await count_matching(connection, wanted)
        for order in orders:
            await read_people(connection, wanted, order=order)
        listed = [one for one in made if "FROM enrolment" in one[0]]
        plans = [
            (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)).scalars(
                "detail"
            )
            for sql, values in listed
        ]
        steps = [step for plan in plans for step in plan]
    assert len(listed) == (4 if wanted.text else 7)
    # A person who is shown is looked up by their key.
    read = [step for step in steps if "enrolment" in step and "PRIMARY KEY" not in step]
    assert read
    assert [step for step in read if "COVERING INDEX" not in step] == []

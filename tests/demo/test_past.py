"""People of the past are the same in our tables, the directory, the group and the list."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from cli.processes.demo import demo_tenant
from database.engine import Database, default_url
from database.enrolments.person import read_record
from database.imports.imports import read_imports
from database.migrate import upgrade
from demo.past.in_tenant import PastInTenant
from demo.past.people import DAYS, department_of, fill, manager_of
from domain.demo_calendar import DemoCalendar
from domain.tables.import_parts import totals
from simulated_tenant import SimulatedTenant
from simulated_tenant.people.app import create_people_app
from simulated_tenant.population import GROUP_ID, TENANT_ID, populate

PAST = 60
NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
CALENDAR = DemoCalendar(NOW - DAYS * timedelta(seconds=2), timedelta(seconds=2))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """Empty tables."""
    made = Database(default_url(tmp_path))
    await upgrade(made)
    yield made
    await made.close()


def test_departments_and_managers_have_names_of_their_own() -> None:
    """The head office comes first, then the branches, which never end; each manager is one."""
    names = [department_of(number) for number in (0, 6, 7, 8, 7 * 20 + 6, 7 * 21)]
    assert names == ["Sales", "IT", "Sales Zurich", "Finance Zurich", "IT Utrecht", "Sales Zurich"]
    assert len({manager_of(number)[0] for number in range(500)}) == 500


async def test_pages_and_tables_agree(database: Database) -> None:
    """Each of them has an account, a row as it was written, and a membership if they are in it."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID)
    populate(tenant)
    transport = httpx.ASGITransport(app=create_people_app(tenant))
    async with httpx.AsyncClient(transport=transport, base_url="http://people.example") as http:
        add = PastInTenant(http, demo_tenant()).add
        await fill(database, PAST, calendar=CALENDAR, list_=add)
    items = tenant.list_items()
    members = tenant.members(GROUP_ID)
    assert len(items) == PAST
    async with database.reading() as connection:
        for item in items:
            row = await read_record(connection, str(item["ObjectId"]))
            assert row is not None
            assert {"id": row.item_id, **row.written} == item
            user = tenant.user(row.object_id)
            assert (user.user_principal_name, user.department) == (row.upn, row.department)
            assert any(method.reported_as for method in user.methods)
            manager = tenant.user(row.manager_upn or "")
            assert manager.id == user.manager_id
            number = int(manager.user_principal_name.partition("@")[0].rpartition(".m")[2])
            named = (manager.user_principal_name, manager.display_name)
            assert named == manager_of(number)
            assert (row.object_id in members) == row.in_group
            assert row.ended_at is not None
            assert CALENDAR.zero <= row.ended_at <= NOW
        imports = await read_imports(connection)
    assert sum(one.rows for one in imports) == PAST
    assert [totals(one.counts) for one in imports] == [
        (one.rows, {"started": one.rows}) for one in imports
    ]

"""People of the past are the same in our tables, the directory, the group and the list."""

from collections import Counter
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
from demo.past.people import BEGAN_AT, DAYS, department_of, fill, manager_of, people
from demo.past.stories import with_usual_story
from domain.demo_calendar import DemoCalendar
from domain.tables.import_parts import totals
from domain.tables.story import StoryKind
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


def test_most_stories_are_short() -> None:
    """Half register within a week, some after a reminder or their manager's word, none too late."""
    ended = [row for row, _ in people(1500) if row.ended][:1000]
    before = BEGAN_AT + timedelta(days=90)
    told = [with_usual_story(row, before=before) for row in ended]
    assert told[0] == with_usual_story(ended[0], before=before)
    took = sorted((row.registered_at or NOW) - (row.invite_sent_at or NOW) for row, _ in told)
    assert timedelta() < took[0]
    assert took[500] < timedelta(days=7) < took[700]
    assert max(row.registered_at or NOW for row, _ in told) <= before
    after = Counter(row.registered_after for row, _ in told)
    assert [name for name, _ in after.most_common(2)] == ["invitation", "reminder-1"]
    assert set(after) == {"invitation", "reminder-1", "reminder-2", "escalation"}
    for row, events in told:
        kinds = Counter(event.kind for event in events)
        assert kinds[StoryKind.REMINDED] == row.reminder_count
        assert kinds[StoryKind.ESCALATED] == row.escalated
        assert kinds[StoryKind.ADDED_TO_GROUP] == row.in_group
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert events[-1].at == row.registered_at
    soon = with_usual_story(ended[0], before=(ended[0].invite_sent_at or NOW) + timedelta(hours=1))
    assert soon[0].registered_after == "invitation"

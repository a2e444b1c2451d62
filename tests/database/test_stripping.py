"""Retention strips people and rows of imports, and keeps what figures need."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from database.engine import Database
from database.enrolments.link_owners import AskedLink, find_link_owners
from database.enrolments.people import count_matching
from database.erasure.erase import erase
from database.erasure.retention import strip_ended, strip_imports
from database.figures.counts import count_people
from database.imports.imports import begin_import, read_imports, set_import_state
from database.imports.rows import put_rows
from database.requests.requests import Requests
from database.schema import enrolment, sent_mail, story
from domain.bulk.records import Outcome, PersonOutcome
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.enrolment import WriteOutcome
from domain.tables.imports import ImportRow, ImportState, RowOutcome
from domain.tables.mail import MailLimits
from domain.tables.people import PeopleFilter
from tests.database.test_imports import IMPORT
from tests.database.traces import BOSS, call_entry, keep, send, traces
from tests.database.values import NOW, TOMBSTONES, event, object_id, person, put


@pytest.mark.parametrize("ended", [EnrolmentEnd.ACTIVE, EnrolmentEnd.CANCELLED])
async def test_stripped_people_are_counted_and_not_listed(
    database: Database, ended: EnrolmentEnd
) -> None:
    """A link is still answered and the funnel stays right when the name is gone."""
    old = {"status": InviteStatus.ACTIVE, "ended": ended, "ended_at": NOW - timedelta(days=400)}
    row = person(1, upn="ada@contoso.com", display_name="Ada Lovelace", **old)
    await put(database, row, [event(1)])
    await put(database, person(2, ended=ended, ended_at=NOW))
    await put(database, person(3))
    await send(database, 1, MailLimits())
    await keep(database, 1, BOSS)
    before = NOW - timedelta(days=365)
    async with database.writing() as connection:
        assert await strip_ended(connection, before=before, now=NOW) == 1
        assert await strip_ended(connection, before=before, now=NOW) == 0
    async with database.reading() as connection:
        assert (await count_people(connection)).total == 3
        assert await count_matching(connection, PeopleFilter()) == 2
        for table in (story, sent_mail):
            rows = select(func.count()).select_from(table)
            assert (await connection.execute(rows)).scalar_one() == 0
        (answer,) = await find_link_owners(connection, [AskedLink([object_id(1)], None)])
    assert (answer.status, answer.ended) == (InviteStatus.ACTIVE, ended)
    await keep(database, 1, BOSS)
    assert await call_entry(database, 1) is None
    assert {one for one in await traces(database) if not one.endswith("object_id")} == set()


async def test_a_late_write_never_brings_a_stripped_story_back(database: Database) -> None:
    """Only a new enrolment of the person fills the row again."""
    ended_at = NOW - timedelta(days=400)
    row = person(1, ended=EnrolmentEnd.GONE, ended_at=ended_at)
    await put(database, row, [event(1)])
    async with database.writing() as connection:
        await strip_ended(connection, before=NOW, now=NOW)
    assert await put(database, row, [event(1)]) is WriteOutcome.SUPERSEDED
    async with database.reading() as connection:
        assert (await connection.execute(select(story))).all() == []
    again = person(1, revision=row.revision + 1)
    assert await put(database, again, [event(2)]) is WriteOutcome.APPLIED
    async with database.reading() as connection:
        assert await count_matching(connection, PeopleFilter(text="person 1")) == 1


async def test_rows_of_old_imports_are_stripped(database: Database) -> None:
    """What an import was stays known; the addresses of its file don't."""
    async with database.writing() as connection:
        await begin_import(connection, IMPORT)
        row = ImportRow(line=2, value="ada@contoso.com", outcome=RowOutcome.STARTED)
        await put_rows(connection, IMPORT.import_id, [row])
        assert await strip_imports(connection, before=NOW) == 0
        done = ImportState.DONE
        await set_import_state(connection, IMPORT.import_id, done, finished_at=NOW)
        assert await strip_imports(connection, before=NOW + timedelta(seconds=1)) == 1
        assert [one.state for one in await read_imports(connection)] == [done]


@pytest.mark.parametrize("erased", [False, True])
async def test_a_group_that_answers_late_brings_nobody_back(
    database: Database, *, erased: bool
) -> None:
    """Whoever is erased or stripped while the group is asked leaves neither name nor story."""
    ended_at = NOW - timedelta(days=400)
    row = person(1, ended=EnrolmentEnd.ACTIVE, ended_at=ended_at, display_name="Ada Lovelace")
    await put(database, row)
    requests, request_id = Requests(database), str(uuid4())
    candidate = await requests.candidate(object_id(1))
    assert candidate is not None
    async with database.writing() as connection:
        if erased:
            await erase(connection, object_id(1), now=NOW, tombstones=TOMBSTONES)
        else:
            await strip_ended(connection, before=NOW, now=NOW)
    await requests.added(
        request_id,
        candidate,
        Outcome(outcome=PersonOutcome.DONE),
        at=NOW,
        written={"InGroup": True, "Title": "Ada Lovelace"},
        by_us=True,
        actor="Charles",
    )
    async with database.reading() as connection:
        rows = select(func.count()).select_from(story)
        assert (await connection.execute(rows)).scalar_one() == 0
        written = (await connection.scalars(select(enrolment.c.written))).all()
    assert written == ([] if erased else [{}])

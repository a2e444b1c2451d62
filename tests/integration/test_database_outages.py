"""Enrolments while our own database is killed, read-only, hung, full, or of an older schema.

Worker, API and mails are the product's own, on a real Temporal server and over real HTTP.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from temporalio.client import Client

from activities.mail.activities import MailActivities
from database.engine import Database
from database.enrolments.person import read_person
from database.errors import DatabaseUnavailable
from database.migrate import upgrade
from domain.identifiers import enrolment_workflow_id
from domain.status import InviteStatus
from domain.tables.mail import MailState
from domain.tables.people import PersonPage
from domain.tables.story import StoryKind
from domain.tracking_token import tracking_token
from simulated_tenant.directory.users import User
from tests.activities.ground import Ground, grounded
from tests.activities.stage import TOKEN_KEY, Stage, set_up
from tests.api.running import running_api
from tests.database import cluster
from tests.database.conftest import create_database, drop_database
from tests.database.own_cluster import OwnCluster, own_cluster
from tests.database.values import person, put
from tests.support.eventually import eventually
from tests.support.working import working
from tests.support.world import Handle
from workflows.enrolment.workflow import EnrolmentWorkflow

Outage = Callable[[Database, OwnCluster], AbstractAsyncContextManager[None]]

_DELIVER = MailActivities.deliver_mail.__name__


@pytest.fixture(scope="module")
async def ground() -> AsyncIterator[Ground]:
    """Serve a tenant."""
    async with grounded() as ground:
        yield ground


@pytest.fixture(scope="module")
async def own_postgresql() -> AsyncIterator[OwnCluster]:
    """Give a PostgreSQL cluster that these tests may kill."""
    programs = cluster.executables()
    if programs is None:
        pytest.skip("PostgreSQL isn't installed (Debian: apt-get install postgresql)")
    async with own_cluster(programs) as own:
        yield own


@pytest.fixture
async def postgresql_stage(
    ground: Ground, client: Client, own_postgresql: OwnCluster
) -> AsyncIterator[Stage]:
    """Give a stage whose tables are in a database of that cluster."""
    url = await create_database(own_postgresql.address)
    database = Database(url)
    await upgrade(database)
    yield set_up(ground, client, database)
    await database.close()
    await drop_database(url)


@pytest.fixture
def sqlite_stage(ground: Ground, client: Client, sqlite_database: Database) -> Stage:
    """Give a stage with the embedded database."""
    return set_up(ground, client, sqlite_database)


@asynccontextmanager
async def killed(_database: Database, own: OwnCluster) -> AsyncIterator[None]:
    """Kill all of the server's processes, and start it again."""
    await own.kill()
    yield
    await own.start()


@asynccontextmanager
async def read_only(database: Database, _own: OwnCluster) -> AsyncIterator[None]:
    """Let all sessions only read, as on a standby."""
    name = database.url.database
    ended = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    setting = f"ALTER DATABASE {name} SET default_transaction_read_only"
    await _do(database, f"{setting} = on", ended)
    yield
    await _do(database, "SET default_transaction_read_only = off", f"{setting} = off", ended)


@asynccontextmanager
async def hung(database: Database, _own: OwnCluster) -> AsyncIterator[None]:
    """Let every statement about people and mails wait, as behind one that doesn't end."""
    admin = Database(database.url.render_as_string(hide_password=False))
    async with admin.writing() as connection:
        await connection.execute(text("LOCK TABLE enrolment, sent_mail IN ACCESS EXCLUSIVE MODE"))
        yield
    await admin.close()


@asynccontextmanager
async def older(database: Database, _own: OwnCluster) -> AsyncIterator[None]:
    """Take away tables that migrations make, and the mark that these were run."""
    tables = ("story", "sent_mail")
    at = "UPDATE alembic_version SET version_num ="
    away = [f"ALTER TABLE {table} RENAME TO later_{table}" for table in tables]
    back = [f"ALTER TABLE later_{table} RENAME TO {table}" for table in tables]
    async with database.reading() as connection:
        query = text("SELECT version_num FROM alembic_version")
        version = (await connection.execute(query)).scalar_one()
    await _do(database, *away, f"{at} '0001'")
    yield
    await _do(database, *back, f"{at} '{version}'")


@asynccontextmanager
async def full(database: Database) -> AsyncIterator[None]:
    """Let the file grow no further, as on a full disk; what room it has is used up."""
    await _limit(database, pages=1)
    with pytest.raises(DatabaseUnavailable, match="SQLITE_FULL"):
        await _fill(database)
    yield
    await _limit(database, pages=4_294_967_294)


async def _limit(database: Database, *, pages: int) -> None:
    """Limit the file for both connections that write to it."""
    limit = text(f"PRAGMA max_page_count = {pages}")
    async with database.writing() as connection:
        await connection.execute(limit)
    await database.write(lambda connection: connection.execute(limit))


async def _fill(database: Database) -> None:
    for number in range(1000):
        await put(database, person(number))


async def _do(database: Database, *statements: str) -> None:
    admin = Database(database.url.render_as_string(hide_password=False))
    autocommit = admin.writer.execution_options(isolation_level="AUTOCOMMIT")
    async with autocommit.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await admin.close()


@pytest.mark.parametrize("outage", [killed, read_only, hung, older])
async def test_enrolments_go_on_without_postgresql(
    postgresql_stage: Stage, own_postgresql: OwnCluster, tmp_path: Path, outage: Outage
) -> None:
    """Clicks and the group go on, opens too where the tables can be read.

    Mails wait; afterwards they leave, and nothing lacks.
    """
    away = outage(postgresql_stage.database, own_postgresql)
    await _goes_on(
        postgresql_stage,
        away,
        tmp_path,
        hangs=outage is hung,
        opens_wait=outage is not read_only,
    )


async def test_enrolments_go_on_while_the_disk_is_full(sqlite_stage: Stage, tmp_path: Path) -> None:
    """The same with the embedded database."""
    await _goes_on(sqlite_stage, full(sqlite_stage.database), tmp_path)


async def _goes_on(
    stage: Stage,
    outage: AbstractAsyncContextManager[None],
    folder: Path,
    *,
    hangs: bool = False,
    opens_wait: bool = False,
) -> None:
    client, queue = stage.client, str(uuid4())
    ada, bob = stage.user("ada"), stage.user("bob")

    async def enrolled(user: User) -> Handle:
        return await client.start_workflow(
            EnrolmentWorkflow.run,
            stage.enrolment(user),
            id=enrolment_workflow_id(user.id),
            task_queue=queue,
        )

    api_of_this = running_api(
        client, folder, database=stage.database, token_keys=(TOKEN_KEY,), task_queue=queue
    )
    async with working(client, stage, queue), api_of_this as api:
        await enrolled(ada)
        await eventually(lambda: _tells(stage, ada, StoryKind.INVITED))
        async with outage:
            waiting = await enrolled(bob)
            token = tracking_token(ada.id, TOKEN_KEY)
            assert (await api.press_button(token)).status_code == 200
            assert (await api.show_pixel(token)).status_code == 200
            await eventually(lambda: ada.id in stage.tenant.members(stage.group.id))
            await eventually(lambda: _has_in_the_list(stage, ada, "InGroup"))
            if opens_wait:
                assert not _has_in_the_list(stage, ada, "EmailOpenedDate")
            else:
                await eventually(lambda: _has_in_the_list(stage, ada, "EmailOpenedDate"))
            # Its first attempt hangs, or it has failed and is tried again.
            await eventually(lambda: _attempts_at_a_mail(waiting, 1 if hangs else 2))
            assert [*stage.drafts(bob), *stage.mails(bob)] == []
        await eventually(lambda: _tells(stage, bob, StoryKind.INVITED))
        await eventually(lambda: _tells(stage, ada, StoryKind.OPENED))
        await eventually(lambda: _has_in_the_list(stage, ada, "EmailOpenedDate"))
        page = await _page(stage, ada)
        assert page is not None
        assert (page.row.status, page.row.in_group) == (InviteStatus.ADDED_TO_GROUP, True)
        told = Counter(one.kind for one in page.story)
        once = (StoryKind.IMPORTED, StoryKind.CLICKED, StoryKind.OPENED, StoryKind.ADDED_TO_GROUP)
        assert {kind: told[kind] for kind in once} == dict.fromkeys(once, 1)
        for user in (ada, bob):
            assert len(stage.mails(user)) == 1
            page = await _page(stage, user)
            assert page is not None
            assert [mail.state for mail in page.mails] == [MailState.SENT]
            await client.get_workflow_handle(enrolment_workflow_id(user.id)).terminate()


async def _page(stage: Stage, user: User) -> PersonPage | None:
    async with stage.database.reading() as connection:
        return await read_person(connection, user.id)


async def _tells(stage: Stage, user: User, kind: StoryKind) -> bool:
    page = await _page(stage, user)
    return page is not None and kind in [one.kind for one in page.story]


def _has_in_the_list(stage: Stage, user: User, column: str) -> bool:
    rows: list[dict[str, Any]] = [row for row in stage.items() if row.get("ObjectId") == user.id]
    return bool(rows) and bool(rows[0].get(column))


async def _attempts_at_a_mail(handle: Handle, least: int) -> bool:
    described = await handle.describe()
    return any(
        pending.activity_type.name == _DELIVER and pending.attempt >= least
        for pending in described.raw_description.pending_activities
    )

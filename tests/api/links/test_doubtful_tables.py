"""Tables that are incomplete, behind, restored, locked or away call nobody's link unknown."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from temporalio.api.command.v1 import Command
from temporalio.client import (
    Client,
    DescribeWorkflowInput,
    Interceptor,
    OutboundInterceptor,
    WorkflowExecutionDescription,
)

from api.circuit_breaker import CircuitBreaker, breaker_of
from api.links import high_water
from database.engine import Database
from database.rollout.marks import unmark
from domain.identifiers import (
    CONTROL_WORKFLOW_ID,
    object_id_of,
)
from domain.status import InviteStatus
from tests.api.enrolments import FAIL, publish, start_enrolment
from tests.api.links.conftest import UNAVAILABLE, UNKNOWN, Calls, follow_made_up_link, hits_are_kept
from tests.api.links.tables import MARK, complete
from tests.api.looks import is_not_recognised, is_started
from tests.api.running import lazy_client, running_api
from tests.database.values import person, put
from tests.support.eventually import eventually


@pytest.mark.parametrize(
    ("command", "shown"), [(publish(InviteStatus.CLICKED), is_started), (FAIL, is_not_recognised)]
)
async def test_tables_that_are_behind_tell_no_untruth(
    calls: tuple[Client, Calls],
    sqlite_database: Database,
    tmp_path: Path,
    command: Command,
    shown: Callable[[object], bool],
) -> None:
    """Whom they still show as invited has started if they clicked, and not if they have ended."""
    client, _ = calls
    enrolment = await start_enrolment(client)
    await enrolment.answer_workflow_task(command)
    await put(sqlite_database, person(object_id=object_id_of(enrolment.handle.id)))
    await complete(sqlite_database)
    async with running_api(client, tmp_path, database=sqlite_database) as api:
        assert shown(await api.press_button(enrolment.token))
        assert api.depth() == 0


async def test_an_empty_database_calls_no_link_unknown(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """New tables have no mark."""
    await hits_are_kept(sqlite_database, await lazy_client("127.0.0.1:1"), tmp_path)


async def test_an_unmarked_database_calls_no_link_unknown(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """The mark is taken away before a rebuild."""
    await complete(sqlite_database)
    async with sqlite_database.writing() as connection:
        await unmark(connection)
    await hits_are_kept(sqlite_database, await lazy_client("127.0.0.1:1"), tmp_path)


async def test_an_unknown_mark_calls_no_link_unknown(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """Who has never read the mark that is kept apart can't know whether the tables are old."""
    await complete(sqlite_database)
    await hits_are_kept(sqlite_database, await lazy_client("127.0.0.1:1"), tmp_path)


async def test_no_database_calls_no_link_unknown(tmp_path: Path) -> None:
    """A file that isn't there is not made, and means nothing."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'none.sqlite'}")
    await hits_are_kept(database, await lazy_client("127.0.0.1:1"), tmp_path, is_read=False)
    assert not (tmp_path / "none.sqlite").exists()


async def test_an_older_schema_calls_no_link_unknown(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """Tables that lack a migration aren't read."""
    await complete(sqlite_database)
    async with sqlite_database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    await hits_are_kept(sqlite_database, await lazy_client("127.0.0.1:1"), tmp_path, is_read=False)


async def test_a_restored_database_calls_no_link_unknown(
    kept_apart: Client, client: Client, sqlite_database: Database, tmp_path: Path
) -> None:
    """Complete tables below the mark that is kept apart only send the API to Temporal.

    There the token is nobody's; in the tables that come up to the mark it is at once.
    """
    await complete(sqlite_database)
    async with running_api(kept_apart, tmp_path, database=sqlite_database) as api:
        resolution = await api.resolve(str(uuid4()))
        assert resolution == UNAVAILABLE
        await follow_made_up_link(api)
        await api.emptied()
    await complete(sqlite_database, mark=MARK + 1)
    async with running_api(kept_apart, tmp_path, database=sqlite_database) as api:
        assert is_not_recognised(await api.open_link(str(uuid4())))
        await follow_made_up_link(api)
        assert api.held() == []


async def test_a_file_put_in_place_of_another_is_read(
    client: Client, sqlite_database: Database, sqlite_template: Path, tmp_path: Path
) -> None:
    """A running API notices that the file was replaced: an empty one calls no link unknown."""
    path = Path(str(sqlite_database.url.database))
    await complete(sqlite_database)
    async with running_api(client, tmp_path, database=sqlite_database) as api:
        assert await api.resolve(str(uuid4())) == UNKNOWN
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copy(sqlite_template, tmp_path / "new.sqlite")
        (tmp_path / "new.sqlite").replace(path)
        assert await api.resolve(str(uuid4())) == UNAVAILABLE


async def test_a_locked_database_holds_nobody_up(
    client: Client, sqlite_database: Database, tmp_path: Path
) -> None:
    """Readers don't wait for a writer: the answer is there while a transaction is open."""
    await complete(sqlite_database)
    async with (
        running_api(client, tmp_path, database=sqlite_database) as api,
        sqlite_database.writing() as connection,
    ):
        await unmark(connection)
        async with asyncio.timeout(600):
            assert is_not_recognised(await api.open_link(str(uuid4())))


async def test_the_mark_is_read_once_in_seconds(client: Client) -> None:
    """However many links are followed, Temporal is asked for the mark now and then."""
    now = 0.0
    marks = _Marks()
    config = client.config()
    config["interceptors"] = [marks]
    counting = Client(**config)
    mark = high_water.HighWaterMark(counting, breaker_of(counting), clock=lambda: now)
    for _ in range(10):
        assert await mark.current() is not None
    assert marks.reads == 1
    now = high_water.KEEP_FOR.total_seconds()
    await mark.current()
    assert marks.reads == 2


async def test_a_temporal_that_hangs_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """An image waits a moment for the mark; that none comes is noted, and nobody asks any more."""
    monkeypatch.setattr("api.temporal_calls.CALL_TIMEOUT", timedelta(milliseconds=50))
    marks = _Marks(hangs=True)
    client = await Client.connect("127.0.0.1:1", lazy=True, interceptors=[marks])
    breaker = CircuitBreaker(marks.asked.wait, pause=timedelta(hours=1))
    mark = high_water.HighWaterMark(client, breaker)
    waiting = asyncio.create_task(mark.current())
    await marks.asked.wait()
    waiting.cancel()
    await eventually(lambda: breaker.refuses)
    assert await mark.current() is None
    assert marks.reads == 1
    await mark.close()
    await breaker.close()


class _Marks(Interceptor):
    """Counts how often the mark is read."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.reads = 0
        self.hangs = hangs
        self.asked = asyncio.Event()

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _Reads(next, self)


class _Reads(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, marks: _Marks) -> None:
        super().__init__(next)
        self._marks = marks

    async def describe_workflow(self, input: DescribeWorkflowInput) -> WorkflowExecutionDescription:
        self._marks.reads += input.id == CONTROL_WORKFLOW_ID
        self._marks.asked.set()
        if self._marks.hangs:
            await asyncio.Event().wait()
        return await super().describe_workflow(input)

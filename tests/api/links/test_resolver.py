"""Whose is a link? Running APIs beside our tables in every state that tables can be in."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from temporalio.api.command.v1 import Command
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import (
    Client,
    DescribeWorkflowInput,
    Interceptor,
    OutboundInterceptor,
    SignalWorkflowInput,
    WorkflowExecutionDescription,
)
from temporalio.service import RPCError

from api.circuit_breaker import CircuitBreaker, breaker_of
from api.links import high_water
from api.links.resolver import LookupUnavailable, UnknownLink
from database.engine import Database
from database.rollout.marks import unmark
from domain.identifiers import (
    CONTROL_WORKFLOW,
    CONTROL_WORKFLOW_ID,
    ENROLMENT_PREFIX,
    HIGH_WATER_MARK,
    object_id_of,
)
from domain.status import EnrolmentEnd, InviteStatus
from domain.tracking_token import tracking_token
from temporal.connect import DATA_CONVERTER
from tests.api.enrolments import FAIL, publish, start_enrolment
from tests.api.links.tables import MARK, complete
from tests.api.looks import is_already, is_landing, is_not_recognised, is_saved, is_started
from tests.api.running import KEY, OLDER_KEY, Api, lazy_client, running_api
from tests.api.statements import READ_OF_LINKS, WRITE_OF_HITS, Statements
from tests.database.values import person, put
from tests.support.world import eventually

UNKNOWN, UNAVAILABLE = UnknownLink(), LookupUnavailable()


class Calls(Interceptor):
    """Counts the calls that are about enrolments."""

    def __init__(self) -> None:
        """Start with none."""
        self.count = 0

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        """Count from now on."""
        return _Counted(next, self)


class _Counted(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, calls: Calls) -> None:
        super().__init__(next)
        self._calls = calls

    async def describe_workflow(self, input: DescribeWorkflowInput) -> WorkflowExecutionDescription:
        self._calls.count += input.id.startswith(ENROLMENT_PREFIX)
        return await super().describe_workflow(input)

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:
        self._calls.count += 1
        await super().signal_workflow(input)


@pytest.fixture
async def calls(temporal_address: str) -> tuple[Client, Calls]:
    """Connect a client whose calls are counted."""
    calls = Calls()
    client = await Client.connect(
        temporal_address, data_converter=DATA_CONVERTER, interceptors=[calls]
    )
    return client, calls


@pytest.fixture(scope="module")
async def kept_apart(temporal_address: str) -> Client:
    """Give a namespace whose control workflow keeps a higher mark than the tests' tables have."""
    name = f"high-water-{uuid4()}"
    client = await Client.connect(temporal_address, namespace=name, data_converter=DATA_CONVERTER)
    request = RegisterNamespaceRequest(namespace=name)
    request.workflow_execution_retention_period.FromTimedelta(timedelta(days=1))
    await client.workflow_service.register_namespace(request)

    async def started() -> bool:
        try:
            await client.start_workflow(
                CONTROL_WORKFLOW,
                id=CONTROL_WORKFLOW_ID,
                task_queue="no-worker",
                memo={HIGH_WATER_MARK: MARK + 1},
            )
        except RPCError:
            return False
        return True

    await eventually(started)
    return client


async def follow_made_up_link(api: Api) -> str:
    """Do with a made-up token whatever can be done with a link."""
    token = str(uuid4())
    await api.open_link(token)
    await api.show_pixel(token)
    await api.press_button(token)
    return token


async def test_a_made_up_token_ends_in_the_tables(
    calls: tuple[Client, Calls],
    statements: Statements,
    sqlite_database: Database,
    tmp_path: Path,
) -> None:
    """Link Not Recognised; one read, no call to Temporal, no row in the outbox, no *Started*."""
    client, counted = calls
    await complete(sqlite_database)
    async with running_api(client, tmp_path, database=sqlite_database) as api:
        for _ in range(5):
            token = str(uuid4())
            assert is_not_recognised(await api.open_link(token))
            assert is_not_recognised(await api.press_button(token))
            assert (await api.show_pixel(token)).status_code == 200
            await api.sorted()
        assert statements.count(READ_OF_LINKS) == 5 * 3
        assert statements.count(WRITE_OF_HITS) == 0
        assert api.held() == []
        assert api.depth() == 0
    assert counted.count == 0


@pytest.mark.parametrize("key", [KEY, OLDER_KEY], ids=["newest key", "older key"])
async def test_what_somebody_in_the_tables_costs(
    calls: tuple[Client, Calls],
    statements: Statements,
    sqlite_database: Database,
    tmp_path: Path,
    *,
    key: bytes,
) -> None:
    """Under whichever key of the ring a token was made: each hit is one read, and one call at most.

    The page is what Temporal says; a first press is a signal alone, since the tables know who waits
    to click; a second one is looked at, and an open is a row that is signalled later.
    """
    client, counted = calls
    enrolment = await start_enrolment(client, key=key)
    object_id = object_id_of(enrolment.handle.id)
    await put(sqlite_database, person(object_id=object_id))
    await complete(sqlite_database)
    async with running_api(client, tmp_path, database=sqlite_database) as api:
        assert is_landing(await api.open_link(enrolment.token), enrolment.token)
        assert is_started(await api.press_button(enrolment.token))
        assert is_already(await api.press_button(enrolment.token))
        assert (statements.count(READ_OF_LINKS), counted.count) == (3, 3)
        await api.show_pixel(enrolment.token)
        assert [one.name for one in await enrolment.next_signals(2)] == [
            "link_clicked",
            "email_opened",
        ]
        await api.emptied()
        await api.show_pixel(enrolment.token)
    # The delivery reads, too.
    assert (statements.count(READ_OF_LINKS), counted.count) == (5, 4)
    assert statements.count(WRITE_OF_HITS) == 1


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


async def test_a_known_click_starts_while_temporal_is_away(
    client: Client, sqlite_database: Database, tmp_path: Path
) -> None:
    """Whom the tables know gets the usual pages, and the click is kept."""
    ids = [str(uuid4()) for _ in range(2)]
    await put(sqlite_database, person(1, object_id=ids[0]))
    await put(sqlite_database, person(2, object_id=ids[1], status=InviteStatus.CLICKED))
    sent, clicked = [tracking_token(one, KEY) for one in ids]
    async with running_api(
        await lazy_client("127.0.0.1:1"), tmp_path, database=sqlite_database
    ) as api:
        assert is_landing(await api.open_link(sent), sent)
        assert is_started(await api.press_button(sent))
        assert is_already(await api.open_link(clicked))
        assert api.held() == [("clicked", sent)]


async def test_a_restarted_api_shows_no_second_button(
    client: Client, sqlite_database: Database, tmp_path: Path
) -> None:
    """A click that waits in the outbox is remembered from there; other links keep their button."""
    ids = [str(uuid4()) for _ in range(2)]
    for number, object_id in enumerate(ids):
        await put(sqlite_database, person(number, object_id=object_id))
    pressed, other = [tracking_token(one, KEY) for one in ids]
    away = await lazy_client("127.0.0.1:1")
    async with running_api(away, tmp_path, database=sqlite_database) as api:
        assert is_started(await api.press_button(pressed))
    async with running_api(away, tmp_path, database=sqlite_database) as api:
        assert is_already(await api.open_link(pressed))
        assert is_landing(await api.open_link(other), other)


@pytest.mark.parametrize(
    ("ended", "status", "looks"),
    [
        (EnrolmentEnd.ACTIVE, InviteStatus.ACTIVE, is_already),
        (EnrolmentEnd.CANCELLED, InviteStatus.SENT, is_not_recognised),
    ],
)
async def test_the_tables_outlive_temporals_memory(  # noqa: PLR0917 - fixtures
    client: Client,
    sqlite_database: Database,
    tmp_path: Path,
    ended: EnrolmentEnd,
    status: InviteStatus,
    looks: Callable[[object], bool],
) -> None:
    """A person whose history is gone is answered by how they ended, without the list."""
    object_id = str(uuid4())
    await put(sqlite_database, person(object_id=object_id, status=status, ended=ended))
    await complete(sqlite_database)
    async with running_api(client, tmp_path, database=sqlite_database) as api:
        assert looks(await api.open_link(tracking_token(object_id, KEY)))
        assert looks(await api.press_button(tracking_token(object_id, KEY)))


async def hits_are_kept(
    database: Database | None, client: Client, folder: Path, *, is_read: bool = True
) -> None:
    """Follow made-up links with Temporal away: no link is unknown, and no enrolment has started.

    An open waits in its journal for tables that can't be read.
    """
    async with running_api(client, folder, database=database) as api:
        token = str(uuid4())
        assert is_landing(await api.open_link(token), token)
        assert is_saved(await api.press_button(token))
        await api.show_pixel(token)
        if is_read:
            await api.sorted()
        assert api.held() == [("clicked", token), *[("opened", token)] * is_read]
        assert api.depth() == 2


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
        async with asyncio.timeout(120):
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
    await eventually(lambda: breaker.refuses, seconds=60)
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

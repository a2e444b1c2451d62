"""Opens that come together are one read of the tables and one row each, written together."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import (
    Client,
    DescribeWorkflowInput,
    Interceptor,
    OutboundInterceptor,
    WorkflowExecutionDescription,
)

from api.circuit_breaker import breaker_of
from api.links.resolver import LinkResolver
from api.outbox.hit import HitKind
from api.outbox.hit_counters import DropReason, HitCounters
from api.outbox.open_keeper import OpenKeeper
from api.outbox.outbox import Outbox
from api.public.client_address import ClientAddresses
from api.public.rate_limits import Limits
from database.engine import Database
from domain.tracking_token import tracking_token
from tests.api.links.tables import complete
from tests.api.running import KEY, lazy_client
from tests.api.statements import READ_OF_LINKS, WRITE_OF_HITS, Statements
from tests.database.values import object_id, person, put

SCOPE = {"type": "http", "headers": [], "client": ("192.0.2.7", 1234)}


@contextlib.asynccontextmanager
async def keeping(
    client: Client, database: Database, folder: Path, *, counters: HitCounters | None = None
) -> AsyncIterator[tuple[OpenKeeper, Outbox]]:
    """Run what keeps opens, and no delivery beside it."""
    outbox = Outbox(folder / "outbox.sqlite")
    outbox.start()
    breaker = breaker_of(client)
    resolver = LinkResolver(database=database, client=client, token_keys=(KEY,), breaker=breaker)
    opens = OpenKeeper(
        resolver=resolver,
        outbox=outbox,
        limits=Limits(),
        addresses=ClientAddresses(()),
        counters=counters or HitCounters(),
    )
    yield opens, outbox
    await opens.close()
    await outbox.close()
    await resolver.close()
    await breaker.close()


async def invited(database: Database, number: int) -> list[str]:
    """Put so many people into complete tables, and return their tokens."""
    for one in range(number):
        await put(database, person(one))
    await complete(database)
    return [tracking_token(object_id(one), KEY) for one in range(number)]


async def test_opens_that_come_together(
    statements: Statements, sqlite_database: Database, tmp_path: Path
) -> None:
    """A group costs one read and one write, and each of its people has an open of their own."""
    tokens = await invited(sqlite_database, 20)
    away = await lazy_client("127.0.0.1:1")
    async with keeping(away, sqlite_database, tmp_path) as (opens, outbox):
        answers = [opens.keep(token, SCOPE) for token in tokens]
        await asyncio.gather(*(answer for answer in answers if answer is not None))
        assert len(answers) == 20
        assert (statements.count(READ_OF_LINKS), statements.count(WRITE_OF_HITS)) == (1, 1)
        # As a process that is started after this one was killed would find them.
        with contextlib.closing(sqlite3.connect(tmp_path / "outbox.sqlite")) as file:
            assert {row[0] for row in file.execute("SELECT subject FROM held")} == set(tokens)
        assert outbox.depth() == 20


async def test_an_open_that_comes_again(
    statements: Statements, sqlite_database: Database, tmp_path: Path
) -> None:
    """While the first open of a token is kept the next ones cost neither a read nor a row."""
    (token,) = await invited(sqlite_database, 1)
    away = await lazy_client("127.0.0.1:1")
    async with keeping(away, sqlite_database, tmp_path) as (opens, _):
        answer = opens.keep(token, SCOPE)
        assert answer is not None
        await answer
        assert opens.keep(token, SCOPE) is None
        assert (statements.count(READ_OF_LINKS), statements.count(WRITE_OF_HITS)) == (1, 1)


class _Hangs(Interceptor):
    """Keeps whoever describes a workflow waiting."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.goes_on = asyncio.Event()

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _Hanging(next, self)


class _Hanging(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, hangs: _Hangs) -> None:
        super().__init__(next)
        self._hangs = hangs

    async def describe_workflow(self, input: DescribeWorkflowInput) -> WorkflowExecutionDescription:
        self._hangs.asked.set()
        await self._hangs.goes_on.wait()
        return await super().describe_workflow(input)


async def test_a_made_up_token_holds_up_nobody_of_its_group(
    statements: Statements, sqlite_database: Database, tmp_path: Path
) -> None:
    """While Temporal is asked whether a token is nobody's, somebody's open beside it is kept."""
    (token,) = await invited(sqlite_database, 1)
    hangs = _Hangs()
    client = await Client.connect("127.0.0.1:1", lazy=True, interceptors=[hangs])
    async with keeping(client, sqlite_database, tmp_path) as (opens, outbox):
        stranger = opens.keep(str(uuid4()), SCOPE)
        somebody = opens.keep(token, SCOPE)
        assert stranger is not None
        assert somebody is not None
        await somebody
        await hangs.asked.wait()
        assert not stranger.done()
        assert (statements.count(READ_OF_LINKS), outbox.depth()) == (1, 1)
        hangs.goes_on.set()
        await stranger
        assert (statements.count(READ_OF_LINKS), outbox.depth()) == (1, 2)


async def test_nobody_waits_longer_than_an_image_may(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The image goes out while Temporal still says nothing of a token that the tables lack."""
    await complete(sqlite_database)
    monkeypatch.setattr("api.outbox.open_keeper.LONGEST_WAIT", timedelta(milliseconds=10))
    hangs = _Hangs()
    client = await Client.connect("127.0.0.1:1", lazy=True, interceptors=[hangs])
    async with keeping(client, sqlite_database, tmp_path) as (opens, _):
        answer = opens.keep(str(uuid4()), SCOPE)
        assert answer is not None
        await answer
        assert not hangs.goes_on.is_set()


async def test_groups_follow_each_other(sqlite_database: Database, tmp_path: Path) -> None:
    """What comes in while a group is kept is the next one; the end waits for all of them."""
    tokens = await invited(sqlite_database, 5)
    away = await lazy_client("127.0.0.1:1")
    async with keeping(away, sqlite_database, tmp_path) as (opens, outbox):
        first = [opens.keep(token, SCOPE) for token in tokens[:2]]
        await asyncio.sleep(0)
        for token in tokens[2:]:
            opens.keep(token, SCOPE)
        await opens.close()
        assert all(answer is not None and answer.done() for answer in first)
        assert outbox.depth() == 5


async def test_a_client_has_its_share_of_unknown_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While nobody can say whose a token is, one client fills no outbox; what fails is counted."""
    monkeypatch.setattr("api.public.rate_limits.UNKNOWN_OPENS_OF_CLIENT", "1/hour")
    nowhere = Database(f"sqlite+aiosqlite:///{tmp_path / 'none.sqlite'}")
    counters = HitCounters()
    away = await lazy_client("127.0.0.1:1")
    async with keeping(away, nowhere, tmp_path, counters=counters) as (opens, outbox):
        for scope in (SCOPE, SCOPE, {**SCOPE, "client": ("198.51.100.1", 1)}, {"type": "none"}):
            answer = opens.keep(str(uuid4()), scope)
            assert answer is not None
            await answer
        assert outbox.depth() == 2
    await nowhere.close()
    assert counters.dropped == {
        (HitKind.OPENED, DropReason.CLIENT_LIMIT): 1,
        (HitKind.OPENED, DropReason.FAILED): 1,
    }

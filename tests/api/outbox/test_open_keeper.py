"""Opens that come together are one read of the tables and one row each, written together."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
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
from api.outbox.hit_counters import HitCounters
from api.outbox.open_keeper import OpenKeeper
from api.outbox.outbox import Outbox
from api.public.client_address import ClientAddresses
from api.public.rate_limits import Limits
from database.engine import Database
from domain.tracking_token import tracking_token
from tests.api.links.tables import complete
from tests.api.running import KEY, lazy_client
from tests.database.values import object_id, person, put

SCOPE = {"type": "http", "headers": [], "client": ("192.0.2.7", 1234)}
Count = Callable[[str], int]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Count:
    """Count the statements of all SQLite connections that hold some words."""
    seen: list[str] = []
    connect = sqlite3.connect

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(seen.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", traced)
    return lambda words: sum(words in one for one in seen)


READ, WRITE = "FROM older_token WHERE token", "INTO held"


@contextlib.asynccontextmanager
async def keeping(
    client: Client, database: Database, folder: Path
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
        counters=HitCounters(),
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
    statements: Count, sqlite_database: Database, tmp_path: Path
) -> None:
    """A group costs one read and one write, and each of its people has an open of their own."""
    tokens = await invited(sqlite_database, 20)
    away = await lazy_client("127.0.0.1:1")
    async with keeping(away, sqlite_database, tmp_path) as (opens, outbox):
        answers = [opens.keep(token, SCOPE) for token in tokens]
        await asyncio.gather(*(answer for answer in answers if answer is not None))
        assert len(answers) == 20
        assert (statements(READ), statements(WRITE), outbox.depth()) == (1, 1, 20)


async def test_an_open_that_comes_again(
    statements: Count, sqlite_database: Database, tmp_path: Path
) -> None:
    """While the first open of a token is kept the next ones cost neither a read nor a row."""
    (token,) = await invited(sqlite_database, 1)
    away = await lazy_client("127.0.0.1:1")
    async with keeping(away, sqlite_database, tmp_path) as (opens, _):
        answer = opens.keep(token, SCOPE)
        assert answer is not None
        await answer
        assert opens.keep(token, SCOPE) is None
        assert (statements(READ), statements(WRITE)) == (1, 1)


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
    statements: Count, sqlite_database: Database, tmp_path: Path
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
        assert (statements(READ), outbox.depth()) == (1, 1)
        hangs.goes_on.set()
        await stranger
        assert (statements(READ), outbox.depth()) == (1, 2)

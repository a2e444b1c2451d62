"""Opens are durable when they are answered, and sorted together behind the answer."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.client import (
    Client,
    DescribeWorkflowInput,
    Interceptor,
    OutboundInterceptor,
    WorkflowExecutionDescription,
)

from api.circuit_breaker import breaker_of
from api.limits.client_address import ClientAddresses
from api.limits.rate_limits import Limits
from api.links.resolver import LinkResolver
from api.opens.journal import OpenJournal
from api.opens.keeper import OpenKeeper
from api.opens.sorter import OpenClients, OpenSorter
from api.outbox.hit import HitKind, Lane
from api.outbox.hit_counters import DropReason, HitCounters
from api.outbox.outbox import CAPACITY, Outbox
from database.engine import Database
from domain.instants import microseconds
from domain.tracking_token import tracking_token
from tests.api.links.tables import complete
from tests.api.running import KEY, lazy_client
from tests.api.statements import READ_OF_LINKS, WRITE_OF_HITS, Statements
from tests.database.values import NOW, object_id, person, put, run_id
from tests.support.world import eventually

SCOPE = {"type": "http", "headers": [], "client": ("192.0.2.7", 1234)}


@dataclass(frozen=True, slots=True)
class Keeping:
    """What keeps opens, and where they end."""

    opens: OpenKeeper
    outbox: Outbox
    folder: Path

    async def open(self, *tokens: str) -> None:
        """Show the images of mails at the same time, and wait until their opens are durable."""
        answers = [self.opens.keep(token, SCOPE) for token in tokens]
        await asyncio.gather(*(answer for answer in answers if answer is not None))

    async def sorted(self) -> None:
        """Wait until none is in the journal alone."""
        await eventually(lambda: not self.outbox.opens_in_journal)

    def rows(self) -> list[str]:
        """Return the tokens in the outbox's file."""
        with contextlib.closing(sqlite3.connect(self.folder / "outbox.sqlite")) as file:
            return [row[0] for row in file.execute("SELECT subject FROM held ORDER BY id")]

    def files(self) -> list[str]:
        """Return the journal's files."""
        return sorted(one.name for one in self.folder.glob("outbox.sqlite-opens.*"))


@contextlib.asynccontextmanager
async def keeping(
    client: Client,
    database: Database,
    folder: Path,
    *,
    counters: HitCounters | None = None,
    capacity: int = CAPACITY,
) -> AsyncIterator[Keeping]:
    """Run what keeps opens, and no delivery beside it."""
    path, counters = folder / "outbox.sqlite", counters or HitCounters()
    outbox, journal = Outbox(path, capacity=capacity), OpenJournal(path)
    outbox.start()
    breaker = breaker_of(client)
    resolver = LinkResolver(database=database, client=client, token_keys=(KEY,), breaker=breaker)
    sorter = OpenSorter(
        resolver=resolver,
        journal=journal,
        outbox=outbox,
        clients=OpenClients(Limits(), ClientAddresses(())),
        counters=counters,
    )
    opens = OpenKeeper(
        journal=journal, sorter=sorter, recent=outbox.recent_opens, counters=counters
    )
    opens.start()
    yield Keeping(opens, outbox, folder)
    await opens.close()
    await outbox.close()
    await resolver.close()
    await breaker.close()


async def invited(database: Database, number: int, **values: Any) -> list[str]:
    """Put so many people into complete tables, and return their tokens."""
    for one in range(number):
        await put(database, person(one, **values))
    await complete(database)
    return [tracking_token(object_id(one), KEY) for one in range(number)]


async def test_opens_that_come_together(
    statements: Statements, sqlite_database: Database, tmp_path: Path
) -> None:
    """They cost one read and one write, and each of their people has an open of their own."""
    tokens = await invited(sqlite_database, 20)
    async with keeping(await away(), sqlite_database, tmp_path) as api:
        await api.open(*tokens)
        assert api.outbox.depth() == 20
        await api.sorted()
        assert (statements.count(READ_OF_LINKS), statements.count(WRITE_OF_HITS)) == (1, 1)
        assert api.rows() == tokens
        assert api.outbox.depth() == 20


async def test_an_open_that_comes_again(
    statements: Statements, sqlite_database: Database, tmp_path: Path
) -> None:
    """While the first open of a token is kept the next ones cost neither a read nor a row."""
    (token,) = await invited(sqlite_database, 1)
    async with keeping(await away(), sqlite_database, tmp_path) as api:
        await api.open(token, token)
        await api.sorted()
        assert api.opens.keep(token, SCOPE) is None
        assert api.rows() == [token]
        assert (statements.count(READ_OF_LINKS), statements.count(WRITE_OF_HITS)) == (1, 1)


async def test_an_open_of_an_enrolment_that_was_started_anew(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That an open was delivered is remembered of its run alone, also by the next process."""
    monkeypatch.setattr("api.outbox.recent_opens.BELIEVED_FOR", timedelta(0))
    (token,) = await invited(sqlite_database, 1)
    async with keeping(await away(), sqlite_database, tmp_path) as api:
        for run, rows in ((0, [token]), (0, []), (1, [token]), (1, [])):
            row = person(0, run_id=run_id(run), revision=microseconds(NOW) + run)
            await put(sqlite_database, row)
            await api.open(token)
            await api.sorted()
            assert api.rows() == rows
            for held in (await api.outbox.due({Lane.OPEN: 1}, datetime.now(UTC))).hits:
                assert held.hit.run_id == UUID(run_id(run)).hex
                await api.outbox.settle(held, delivered=True)
    async with keeping(await away(), sqlite_database, tmp_path) as api:
        await api.open(token)
        await api.sorted()
        assert api.rows() == []


async def test_what_a_killed_process_had_answered_is_kept(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal is read by the next one, but for what was cut, or filled with zeros."""
    tokens = await invited(sqlite_database, 3)
    (tmp_path / "outbox.sqlite").mkdir()
    async with keeping(await away(), sqlite_database, tmp_path) as api:
        # An outbox that can't be written loses none, either.
        await api.open(*tokens[:2])
        (name,) = api.files()
    file = tmp_path / name
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open("a") as lines:
        lines.write(f"{tokens[2]} 17.000\0\0\0\n\0\0 \nno-token 17.000000\n{tokens[2]} 17.0000")
    # One that can't be read keeps nobody from starting.
    (tmp_path / "outbox.sqlite-opens.9").mkdir()
    (tmp_path / "outbox.sqlite").rmdir()
    async with keeping(await away(), sqlite_database, tmp_path) as api:
        await api.sorted()
        assert api.rows() == tokens[:2]
    assert api.files() == ["outbox.sqlite-opens.9"]


async def test_the_outbox_gets_as_many_opens_as_it_delivers(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest waits in the journal, whose files go when all that they hold is in the outbox."""
    monkeypatch.setattr("api.opens.sorter.OUTBOX_HOLDS", 1)
    monkeypatch.setattr("api.opens.sorter.SORTED_AT_ONCE", 2)
    tokens = await invited(sqlite_database, 5)
    async with keeping(await away(), sqlite_database, tmp_path) as api:
        await api.open(*tokens)
        await eventually(lambda: api.outbox.opens_in_journal == 3)
        assert api.rows() == tokens[:2]
        assert (api.outbox.depth(), len(api.files())) == (5, 1)
        for held in (await api.outbox.due({Lane.OPEN: 2}, datetime.now(UTC))).hits:
            await api.outbox.settle(held, delivered=True)
        await eventually(lambda: api.outbox.opens_in_journal == 1)
        assert api.rows() == tokens[2:4]
        monkeypatch.setattr("api.opens.sorter.JOURNAL_HOLDS", 0)
        await api.sorted()
        await eventually(lambda: not api.files())
        assert api.rows() == tokens[2:]


async def test_strangers_fill_few_files(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A known open that waits for the outbox doesn't keep many files of what is nobody's."""
    monkeypatch.setattr("api.opens.sorter.OUTBOX_HOLDS", 0)
    monkeypatch.setattr("api.opens.sorter.MOST_FILES", 2)
    monkeypatch.setattr("api.opens.journal.LARGEST_FILE", 1)
    tokens = await invited(sqlite_database, 3)
    async with keeping(await away(), sqlite_database, tmp_path) as api:
        await api.open(tokens[0])
        await api.open(tokens[1])
        assert len(api.files()) == 2
        await api.open(tokens[2])
        await api.sorted()
        assert api.rows() == tokens


async def test_opens_that_cannot_be_taken_are_counted(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal that can't be written, or is full, makes nobody wait; it can be written again."""
    tokens = await invited(sqlite_database, 3)
    folder, counters = tmp_path / "folder", HitCounters()
    folder.write_text("in the way")
    lost = (HitKind.OPENED, DropReason.OUTBOX)
    async with keeping(await away(), sqlite_database, folder, counters=counters) as api:
        await api.open(tokens[0])
        assert counters.dropped == {lost: 1}
        folder.unlink()
        await api.open(tokens[1])
        monkeypatch.setattr("api.opens.sorter.MOST", 0)
        assert api.opens.keep(tokens[2], SCOPE) is None
        assert counters.dropped == {lost: 2}
        await api.sorted()
        assert api.rows() == [tokens[1]]


async def test_an_open_that_found_no_room_may_come_again(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """What was dropped isn't taken for kept, by which the person's next opens would be lost."""
    tokens = await invited(sqlite_database, 2)
    async with keeping(await away(), sqlite_database, tmp_path, capacity=1) as api:
        await api.open(tokens[0])
        await api.sorted()
        await api.open(tokens[1])
        await api.sorted()
        assert api.rows() == [tokens[0]]
        for held in (await api.outbox.due({Lane.OPEN: 1}, datetime.now(UTC))).hits:
            await api.outbox.settle(held, delivered=True)
        await api.open(tokens[1])
        await api.sorted()
        assert api.rows() == [tokens[1]]


async def test_what_was_left_is_kept_while_nobody_can_say_whose_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that starts its API before its database loses none of what was answered."""
    monkeypatch.setattr("api.limits.rate_limits.UNKNOWN_OPENS_OF_CLIENT", "1/hour")
    tokens = [str(uuid4()) for _ in range(3)]
    lines = "".join(f"{token} 1764255600.000000\n" for token in tokens)
    (tmp_path / "outbox.sqlite-opens.1").write_text(lines)
    nowhere, counters = Database(f"sqlite+aiosqlite:///{tmp_path / 'none.sqlite'}"), HitCounters()
    async with keeping(await away(), nowhere, tmp_path, counters=counters) as api:
        await api.sorted()
        assert api.rows() == tokens
    await nowhere.close()
    assert not counters.dropped


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
    stranger = str(uuid4())
    hangs = _Hangs()
    client = await Client.connect("127.0.0.1:1", lazy=True, interceptors=[hangs])
    async with keeping(client, sqlite_database, tmp_path) as api:
        await api.open(stranger, token)
        await hangs.asked.wait()
        await eventually(lambda: api.outbox.opens_in_journal == 1)
        assert api.rows() == [token]
        hangs.goes_on.set()
        await api.sorted()
        assert statements.count(READ_OF_LINKS) == 1
        assert api.rows() == [token, stranger]


async def test_opens_that_just_came_in_are_kept_at_the_end(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """The end waits for all groups: that which is being written, and that which is coming."""
    tokens = await invited(sqlite_database, 5)
    async with keeping(await away(), sqlite_database, tmp_path) as api:
        first = [api.opens.keep(token, SCOPE) for token in tokens[:2]]
        await asyncio.sleep(0)
        for token in tokens[2:]:
            api.opens.keep(token, SCOPE)
        await api.opens.close()
        assert all(answer is not None and answer.done() for answer in first)
        assert api.rows() == tokens


async def test_a_client_has_its_share_of_unknown_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While nobody can say whose a token is, one client fills no outbox; what fails is counted."""
    monkeypatch.setattr("api.limits.rate_limits.UNKNOWN_OPENS_OF_CLIENT", "1/hour")
    nowhere = Database(f"sqlite+aiosqlite:///{tmp_path / 'none.sqlite'}")
    counters = HitCounters()
    async with keeping(await away(), nowhere, tmp_path, counters=counters) as api:
        for scope in (SCOPE, SCOPE, {**SCOPE, "client": ("198.51.100.1", 1)}):
            api.opens.keep(str(uuid4()), scope)
        await eventually(lambda: api.outbox.held(Lane.UNKNOWN) == 2)
        await api.sorted()
        api.opens.keep(str(uuid4()), {"type": "none"})
        await eventually(lambda: sum(counters.dropped.values()) > 1)
    await nowhere.close()
    assert counters.dropped == {
        (HitKind.OPENED, DropReason.CLIENT_LIMIT): 1,
        (HitKind.OPENED, DropReason.FAILED): 1,
    }


async def away() -> Client:
    """Return a client of a Temporal that can't be reached."""
    return await lazy_client("127.0.0.1:1")

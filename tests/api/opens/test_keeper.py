"""Opens are durable when they are answered, and sorted together behind the answer."""

import asyncio
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from temporalio.client import (
    Client,
    DescribeWorkflowInput,
    Interceptor,
    OutboundInterceptor,
    WorkflowExecutionDescription,
)

from api.outbox.hit import HitKind, Lane
from api.outbox.hit_counters import DropReason, HitCounters
from database.engine import Database
from domain.instants import microseconds
from tests.api.opens.keeping import SCOPE, away, invited, keeping
from tests.api.statements import READ_OF_LINKS, WRITE_OF_HITS, Statements
from tests.database.values import NOW, person, put, run_id
from tests.support.eventually import eventually


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
    monkeypatch.setattr("api.opens.sorter.MOVED_AT_ONCE", 2)
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
    sqlite_database: Database, tmp_path: Path
) -> None:
    """A journal that can't be written makes nobody wait; it can be written again."""
    tokens = await invited(sqlite_database, 2)
    folder, counters = tmp_path / "folder", HitCounters()
    folder.write_text("in the way")
    lost = (HitKind.OPENED, DropReason.OUTBOX)
    async with keeping(await away(), sqlite_database, folder, counters=counters) as api:
        await api.open(tokens[0])
        assert counters.dropped == {lost: 1}
        folder.unlink()
        await api.open(tokens[1])
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


async def test_a_disk_that_hangs_holds_up_nobody_for_long(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Images go out without their opens being durable; these are, once the disk goes on."""
    monkeypatch.setattr("api.opens.keeper.LONGEST_WAIT", timedelta(milliseconds=1))
    tokens = await invited(sqlite_database, 2)
    goes_on, write = threading.Event(), os.write

    def hangs(descriptor: int, lines: bytes) -> int:
        goes_on.wait()
        return write(descriptor, lines)

    monkeypatch.setattr(os, "write", hangs)
    async with keeping(await away(), sqlite_database, tmp_path) as api:
        await api.open(tokens[0])
        await api.open(tokens[1])
        assert api.outbox.opens_in_journal == 0
        goes_on.set()
        await eventually(lambda: api.outbox.depth() == 2)
        await api.sorted()
        assert api.rows() == tokens

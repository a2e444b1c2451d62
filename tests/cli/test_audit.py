"""Every admin verb is in the audit log before it acts, and how it ended afterwards."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.audit.backlog import PendingEntries
from cli.audit.entry import audited
from client.audit.entry import AuditUnavailable
from database.audit.chain import verify
from database.audit.entries import read_entries
from database.engine import Database, default_url
from database.migrate import upgrade
from domain.tables.audit import Actor, AuditAction, AuditEntry, AuditOutcome
from tests.support.in_process import run_in_process

ADA = "0a0a0a0a-1111-4222-8333-444444444444"


@pytest.fixture
async def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make this folder the one of the settings; there are no tables in it yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
async def database(folder: Path) -> AsyncIterator[Database]:
    """Give the database in that folder, with all tables."""
    database = Database(default_url(folder))
    await upgrade(database)
    yield database
    await database.close()


async def entries(database: Database) -> list[AuditEntry]:
    """Return the log, the oldest entry first."""
    async with database.reading() as connection:
        assert (await verify(connection)).is_whole
        return list(reversed((await read_entries(connection)).values()))


async def test_an_action_is_written_before_and_after(database: Database) -> None:
    """The entry is there while the verb acts; the outcome answers it and names nobody."""
    async with audited(AuditAction.PAUSE, reason="on leave", person=ADA):
        (entry,) = await entries(database)
    assert (entry.action, entry.reason, entry.person) == ("pause", "on leave", ADA)
    assert entry.actor.name.startswith("command line: ")
    assert entry.actor.object_id is None
    _, outcome = await entries(database)
    assert (outcome.answers, outcome.outcome, outcome.person) == (1, AuditOutcome.DONE, None)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ValueError("no"), AuditOutcome.FAILED),
        (asyncio.CancelledError(), AuditOutcome.INTERRUPTED),
    ],
)
async def test_an_action_that_failed_is_told(
    database: Database, error: BaseException, outcome: AuditOutcome
) -> None:
    """A failure and an interruption are outcomes, too; the verb sees its own error."""
    with pytest.raises(type(error)):
        async with audited(AuditAction.RESUME, person=ADA):
            raise error
    assert [entry.outcome for entry in await entries(database)] == [None, outcome]


async def test_nothing_is_done_that_cannot_be_written(folder: Path) -> None:
    """Without a database the verb is refused before it acts, and leaves nothing behind."""
    acted = False
    with pytest.raises(AuditUnavailable, match="Nothing was done"):
        async with audited(AuditAction.CANCEL, person=ADA):
            acted = True
    assert not acted
    assert not PendingEntries(folder).path.exists()


async def test_what_is_urgent_is_done_and_written_later(folder: Path) -> None:
    """The next verb that reaches the database writes the entry with its own time and outcome."""
    async with audited(AuditAction.STOP_MAIL, reason="wrong date", acts_unwritten=True):
        pass
    pending = PendingEntries(folder)
    assert pending.path.stat().st_mode & 0o077 == 0
    database = Database(default_url(folder))
    await upgrade(database)

    begun = datetime.now(UTC)
    async with audited(AuditAction.START_MAIL):
        pass

    stop, stopped, start, _ = await entries(database)
    await database.close()
    assert (stop.action, stop.reason) == ("stop-mail", "wrong date")
    assert stop.at < begun < start.at
    assert (stopped.answers, stopped.outcome) == (1, AuditOutcome.DONE)
    assert not pending.path.exists()


async def test_entries_stay_pending_while_the_database_is_away(folder: Path) -> None:
    """An attempt that fails loses none of them, and a later one keeps their order."""
    pending = PendingEntries(folder)
    for number in range(3):
        action = f"action {number}"
        pending.add(AuditEntry(at=datetime.now(UTC), actor=Actor(name="a"), action=action))
    before = pending.path.read_text()
    away = Database(default_url(folder / "nowhere"))
    with pytest.raises(Exception, match="SQLITE_CANTOPEN"):
        await pending.write_to(away)
    await away.close()
    assert pending.path.read_text() == before


async def test_the_log_is_listed_exported_and_verified(database: Database, folder: Path) -> None:
    """Tables for people, CSV without formulas, JSON; and a log that was changed is told."""
    async with audited(AuditAction.PAUSE, reason="=1+1", person=ADA):
        pass

    async def told(*words: str) -> tuple[int, str]:
        settings = {"MFA_ROLLOUT_ENV_FILE": os.devnull, "COLUMNS": "200"}
        status, output, errors = await run_in_process(settings, "audit", *words)
        return status, output + errors

    _, listed = await told("list")
    assert "(unverified)" in listed
    (action,) = [line.split() for line in listed.splitlines() if "pause" in line]
    assert (action[0], action[-2:]) == ("1", ["=1+1", "done"])
    _, exported = await told("export")
    lines = exported.splitlines()
    assert lines[0].startswith("number,at,actor,actorId,app,address,verified,action")
    assert f"pause,{ADA},'=1+1" in lines[1]
    _, as_json = await told("list", "--json", "--limit=1")
    assert '"answers": 1' in as_json
    status, whole = await told("verify")
    head = whole.rpartition("Head: ")[2].strip()
    assert (status, head.startswith("2:")) == (0, True), whole

    async with database.writing() as connection:
        await connection.exec_driver_sql("UPDATE audit SET reason = 'another' WHERE number = 1")
    status, broken = await told("verify", f"--head={head}")
    assert status == 1
    assert "broken at entry 1" in broken

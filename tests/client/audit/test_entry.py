"""What acts for an admin without a file of its own writes to the log, or doesn't act."""

import logging
from pathlib import Path

import pytest

from client.audit.entry import AuditUnavailable, audited
from database.audit.entries import read_entries
from database.engine import Database, default_url
from database.migrate import upgrade
from domain.tables.audit import Actor, AuditAction, AuditOutcome

ADA = "0a0a0a0a-1111-4222-8333-444444444444"
ACTOR = Actor(name="Grace Hopper", object_id=ADA, app="portal", address="192.0.2.1")


async def test_the_actor_is_who_signed_in(tmp_path: Path) -> None:
    """Both entries name the person who signed in; the second answers the first."""
    database = Database(default_url(tmp_path))
    await upgrade(database)
    async with audited(database, ACTOR, AuditAction.PAUSE, reason="on leave", person=ADA):
        pass
    async with database.reading() as connection:
        outcome, entry = (await read_entries(connection)).values()
    await database.close()
    assert (entry.actor, outcome.actor) == (ACTOR, ACTOR)
    assert (entry.person, entry.reason, entry.outcome) == (ADA, "on leave", None)
    assert (outcome.person, outcome.answers, outcome.outcome) == (None, 1, AuditOutcome.DONE)


async def test_nothing_is_done_without_a_log(tmp_path: Path) -> None:
    """Without a backlog nothing is urgent enough to be done unwritten."""
    database = Database(default_url(tmp_path / "nowhere"))
    with pytest.raises(AuditUnavailable, match="Nothing was done"):
        async with audited(database, ACTOR, AuditAction.PAUSE, acts_unwritten=True):
            raise AssertionError("it acted")
    await database.close()


async def test_a_lost_outcome_is_logged_and_hides_no_result(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What was done stays done when its outcome can't be written; the log names nobody."""
    database = Database(default_url(tmp_path))
    await upgrade(database)
    with caplog.at_level(logging.ERROR):
        async with (
            audited(database, ACTOR, AuditAction.CANCEL, person=ADA),
            database.writing() as connection,
        ):
            await connection.exec_driver_sql("ALTER TABLE audit RENAME TO elsewhere")
    await database.close()
    (record,) = caplog.records
    assert record.getMessage().startswith("audit log: the outcome of entry 1, done, can't be")
    assert ADA not in record.getMessage()

"""On PostgreSQL worker and API may do what they need, and neither rewrites the audit log."""

import asyncio

import pytest
from sqlalchemy import text

from database import migrate
from database.engine import Database
from database.errors import DatabaseUnavailable
from database.roles import API, WORKER
from database.schema import METADATA

AUDIT_ROW = "INSERT INTO audit (number, at, actor_name, action, hash) VALUES (1, 0, 'a', 'b', 'c')"
STOP = "INSERT INTO control (name, mail_stopped, since, untold) VALUES ('mail', true, 0, 'a')"


pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


async def _as(database: Database, role: str, statement: str) -> None:
    async with database.writing() as connection:
        await connection.execute(text(f"SET LOCAL ROLE {role}"))
        await connection.execute(text(statement))


async def _refused(database: Database, role: str, statement: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="42501"):
        await _as(database, role, statement)


@pytest.mark.parametrize("role", [WORKER, API])
async def test_the_audit_log_only_grows(database: Database, role: str) -> None:
    """Neither role changes, deletes or empties rows of the audit log."""
    await _as(database, role, AUDIT_ROW)
    await _refused(database, role, "UPDATE audit SET action = 'x'")
    await _refused(database, role, "DELETE FROM audit")
    await _refused(database, role, "TRUNCATE audit")


@pytest.mark.parametrize("role", [WORKER, API])
async def test_both_roles_read_every_table(database: Database, role: str) -> None:
    """Pages and reports read everything, the schema's version included."""
    for table in [*METADATA.tables, "alembic_version"]:
        await _as(database, role, f'TABLE "{table}"')


@pytest.mark.parametrize("table", ["enrolment", "story", "sent_mail", "sender", "policy", "state"])
async def test_the_api_changes_nothing_of_the_worker(database: Database, table: str) -> None:
    """The process that strangers reach can't write what the worker goes by."""
    await _refused(database, API, f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")


async def test_the_api_stops_mail(database: Database) -> None:
    """An admin stops mail in the portal though Temporal is away; the row can't be taken away."""
    await _as(database, API, STOP)
    await _as(database, API, "UPDATE control SET untold = NULL")
    await _refused(database, API, "DELETE FROM control")


@pytest.mark.parametrize("role", [WORKER, API])
async def test_no_role_changes_the_schema(database: Database, role: str) -> None:
    """Only the owner migrates."""
    await _refused(database, role, "CREATE TABLE mine (number integer)")
    with pytest.raises(DatabaseUnavailable, match="42501"):
        await _as(database, role, "DROP TABLE enrolment")


async def test_grants_wait_for_whoever_changes_them(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that isn't to be had for long is waited for, again and again."""
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "20ms")
    monkeypatch.setattr(migrate, "PAUSE", 0.1)
    async with database.writer.connect() as other:
        await other.execute(text(f"REVOKE ALL ON enrolment FROM {WORKER}"))
        upgrading = asyncio.create_task(migrate.upgrade(database))
        # Many times as long as the first attempt takes.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(upgrading), 1)
        await other.rollback()
    assert await upgrading == []

"""A database that can't be used as it is has the one name that callers retry, and says why."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from database.engine import Database, default_url
from database.errors import DatabaseUnavailable
from database.migrate import upgrade
from database.texts import POSTGRESQL, SQLITE

# What a server says while somebody has to act, or other programs are in its way.
STATES = ["25P03", "25P04", "26000", "28P01", "3D000", "40P01", "53300", "57014", "57P04", "XX000"]


async def assert_unavailable(database: Database, match: str) -> None:
    """Make sure that every way to a transaction tells the same."""
    try:
        with pytest.raises(DatabaseUnavailable, match=match):
            await database.read(lambda connection: connection.execute(text("SELECT 1")))
        with pytest.raises(DatabaseUnavailable, match=match):
            await database.write(lambda connection: connection.execute(text("SELECT 1")))
        with pytest.raises(DatabaseUnavailable, match=match):
            async with database.reading() as connection:
                await connection.execute(text("SELECT 1"))
        with pytest.raises(DatabaseUnavailable, match=match):
            async with database.writing() as connection:
                await connection.execute(text("SELECT 1"))
    finally:
        await database.close()


@pytest.mark.parametrize("state", STATES)
async def test_what_a_server_says_is_told(postgresql_url: str, state: str) -> None:
    """A pool in between, a time limit of the server's, a move to another machine: tried again."""
    database = Database(postgresql_url)
    raised = f"DO $$ BEGIN RAISE EXCEPTION 'ada@contoso.com' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(DatabaseUnavailable, match=state) as caught:
        await database.write(lambda connection: connection.execute(text(raised)))
    await database.close()
    assert "ada" not in str(caught.value)


async def test_a_database_that_is_not_there_is_unavailable(postgresql_url: str) -> None:
    """It was dropped, or is being restored."""
    url = f"{postgresql_url.rpartition('/')[0]}/not_made_yet"
    await assert_unavailable(Database(url), r"3D000\. .")


async def test_a_sign_in_that_is_refused_is_told(postgresql_url: str) -> None:
    """The password was changed, and this process has the former one."""
    _, _, server = postgresql_url.rpartition("@")
    database = Database(f"postgresql+asyncpg://nobody_of_this_name@{server}")
    await assert_unavailable(database, r"28000\. .")


async def test_a_server_without_connections_says_what_helps(postgresql_url: str) -> None:
    """Whoever reads it needs no list of the server's codes."""
    database = Database(postgresql_url)
    raised = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '53300'; END $$"
    with pytest.raises(DatabaseUnavailable) as caught:
        await database.write(lambda connection: connection.execute(text(raised)))
    await database.close()
    assert str(caught.value).endswith(POSTGRESQL["53300"])


async def test_a_file_that_another_process_writes_says_so(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An admin's shell with a transaction that is open, or a backup that takes long."""
    monkeypatch.setattr("database.sqlite.engines._COMMON", ("PRAGMA busy_timeout = 1",))
    monkeypatch.setattr("database.sqlite.engines._WRITER", ("PRAGMA busy_timeout = 1",))
    database = Database(sqlite_url)
    with contextlib.closing(sqlite3.connect(database.url.database or "")) as shell:
        shell.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable) as caught:
            await database.write(lambda connection: connection.execute(text("SELECT 1")))
    await database.close()
    assert str(caught.value).endswith(SQLITE["SQLITE_BUSY"])


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    """Somebody has put another file in its place."""
    (tmp_path / "mfa-rollout.sqlite").write_bytes(b"no database" * 1000)
    await assert_unavailable(Database(default_url(tmp_path)), "NOTADB")


async def test_a_damaged_file_is_unavailable(tmp_path: Path) -> None:
    """A disk has lost the first page of what the tables are."""
    database = Database(default_url(tmp_path))
    await upgrade(database)
    # The last connection takes everything into the file.
    await database.close()
    with (tmp_path / "mfa-rollout.sqlite").open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 900)
    await assert_unavailable(Database(default_url(tmp_path)), "CORRUPT|NOTADB")

"""Migrations run once, whole or not at all; an older schema is refused by name."""

import asyncio
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from database.engine import Database
from database.errors import SchemaOutdated
from database.migrate import upgrade
from database.schema import METADATA
from database.schema_version import MIGRATIONS, check, known_revisions

ALL = ["0001", "0002", "0003", "0004", "0005", "0006"]
HEADER = '''"""Another step."""

import sys

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
'''
FIRST_HALF = """

def upgrade():
    op.create_table("first_half", sa.Column("number", sa.Integer))
"""
STOP = """    print("half way", flush=True)
    sys.stdin.read()
"""
SECOND_HALF = """    op.create_table("second_half", sa.Column("number", sa.Integer))
"""


@pytest.fixture
async def postgresql_url(empty_postgresql: str) -> str:
    """Give the address of a migrated database that no other test uses."""
    database = Database(empty_postgresql)
    await upgrade(database)
    await database.close()
    return empty_postgresql


def _migrations(folder: Path, seventh: str) -> Path:
    """Return a copy of the migrations with one more."""
    copy = folder / "migrations"
    shutil.copytree(MIGRATIONS, copy, dirs_exist_ok=True)
    (copy / "versions" / "0007_another.py").write_text(HEADER + seventh)
    return copy


async def _migrating(url: str, migrations: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.database.migrating",
        url,
        str(migrations),
        stdin=PIPE,
        stdout=PIPE,
    )


async def _line(process: Process) -> str:
    assert process.stdout
    return (await process.stdout.readline()).decode().strip()


async def _tables(database: Database) -> set[str]:
    async with database.reading() as connection:
        return await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))


async def test_migrations_make_the_tables_of_the_code(database: Database) -> None:
    """The migrated database has every table, column and index of the schema, and no other."""

    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))

    async with database.reading() as connection:
        found = await connection.run_sync(differences)
    # What SQLite's triggers keep is no table of the schema.
    counts = {"people_count", "ix_people_count"} if database.is_sqlite else set()
    assert {one[1].name for one in found} == counts, found


async def test_migrations_run_once(empty_url: str) -> None:
    """A second run finds nothing to do."""
    database = Database(empty_url)
    assert await upgrade(database) == ALL
    assert await upgrade(database) == []
    await check(database)
    await database.close()


def test_a_file_is_named_by_its_revision() -> None:
    """What a starting process takes from the files' names is what Alembic reads in them."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    assert known_revisions() == [script.revision for script in scripts][::-1] == ALL


async def test_a_database_without_tables_is_refused(empty_url: str) -> None:
    """A process that finds no tables says which command makes them."""
    database = Database(empty_url)
    with pytest.raises(SchemaOutdated, match="no tables yet: run `mfa-rollout migrate`"):
        await check(database)
    await database.close()


async def test_an_older_schema_is_refused(database: Database, tmp_path: Path) -> None:
    """A process of the next release names both schemas and the command."""
    newer = _migrations(tmp_path, FIRST_HALF)
    with pytest.raises(SchemaOutdated, match=r"0006 .* needs 0007: run `mfa-rollout migrate`"):
        await check(database, migrations=newer)


async def test_a_newer_schema_is_accepted(database: Database, tmp_path: Path) -> None:
    """A process of the last release goes on beside a migrated database and migrates nothing."""
    assert await upgrade(database, migrations=_migrations(tmp_path, FIRST_HALF)) == ["0007"]
    await check(database)
    assert await upgrade(database) == []


async def test_a_migration_killed_in_the_middle_leaves_nothing(
    url: str, database: Database, tmp_path: Path
) -> None:
    """A killed migration has made no table, and the next run makes all of it."""
    process = await _migrating(url, _migrations(tmp_path, FIRST_HALF + STOP + SECOND_HALF))
    assert await _line(process) == "half way"
    process.kill()
    await process.wait()
    assert not await _tables(database) & {"first_half", "second_half"}
    whole = _migrations(tmp_path, FIRST_HALF + SECOND_HALF)
    assert await upgrade(database, migrations=whole) == ["0007"]
    assert await _tables(database) >= {"first_half", "second_half"}


async def test_a_second_migrating_process_waits(
    url: str, database: Database, tmp_path: Path
) -> None:
    """Two processes that migrate at once run each step once."""
    slow = _migrations(tmp_path, FIRST_HALF + STOP + SECOND_HALF)
    first = await _migrating(url, slow)
    assert await _line(first) == "half way"
    second = asyncio.create_task(upgrade(database, migrations=slow))
    assert first.stdin
    first.stdin.close()
    assert await _line(first) == "0007"
    assert await second == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_migration_waits_for_a_table_in_use(
    database: Database, other: Database, tmp_path: Path
) -> None:
    """A lock that can't be had for two seconds is given up, and tried again until it is free."""
    alter = '\n\ndef upgrade():\n    op.add_column("state", sa.Column("more", sa.Integer))\n'
    async with other.writing() as connection:
        await connection.execute(text("LOCK TABLE state IN ACCESS SHARE MODE"))
        task = asyncio.create_task(upgrade(database, migrations=_migrations(tmp_path, alter)))
        refused = text(
            "SELECT count(*) FROM pg_stat_database"
            " WHERE datname = current_database() AND xact_rollback > :before"
        )
        before = await _rollbacks(other)
        while not (await connection.scalar(refused, {"before": before})):
            await connection.execute(text("SELECT pg_stat_clear_snapshot(), pg_sleep(0.1)"))
        assert not task.done()
    assert await task == ["0007"]


async def _rollbacks(database: Database) -> int:
    async with database.reading() as connection:
        query = text(
            "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()"
        )
        return int((await connection.execute(query)).scalar_one())


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_an_index_is_made_beside_writers(database: Database, tmp_path: Path) -> None:
    """A migration outside a transaction makes its index CONCURRENTLY, and may be run again."""
    concurrently = """
TRANSACTIONAL = False


def upgrade():
    op.create_index(
        "ix_state_at", "state", ["at"], postgresql_concurrently=True, if_not_exists=True
    )
"""
    migrations = _migrations(tmp_path, concurrently)
    assert await upgrade(database, migrations=migrations) == ["0007"]
    assert await upgrade(database, migrations=migrations) == []
    async with database.reading() as connection:
        indexes = await connection.run_sync(lambda sync: inspect(sync).get_indexes("state"))
    assert [index["name"] for index in indexes] == ["ix_state_at"]

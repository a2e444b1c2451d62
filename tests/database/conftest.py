"""Databases for tests: each has one of its own, of either engine, with all tables."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text

from database.engine import Database, default_url
from database.migrate import upgrade
from database.schema import METADATA

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
async def shared_postgresql(postgresql: str) -> AsyncIterator[Database]:
    """Give a migrated PostgreSQL database, which the tests of this process use in turn."""
    database = Database(await create_database(postgresql))
    await upgrade(database)
    yield database
    await database.close()


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without tables."""
    if request.param == "sqlite":
        yield default_url(tmp_path)
        return
    yield request.getfixturevalue("empty_postgresql")


@pytest.fixture
async def empty_postgresql(postgresql: str) -> AsyncIterator[str]:
    """Give the address of a PostgreSQL database without tables."""
    url = await create_database(postgresql)
    yield url
    await drop_database(url)


@pytest.fixture
async def postgresql_url(shared_postgresql: Database) -> str:
    """Give the address of a PostgreSQL database with all tables, which are empty."""
    emptied = "; ".join(f'DELETE FROM "{t.name}"' for t in reversed(METADATA.sorted_tables))  # noqa: S608 - our own names
    async with shared_postgresql.writing() as connection:
        await connection.execute(text(f"DO $$ BEGIN {emptied}; END $$"))
    return shared_postgresql.url.render_as_string(hide_password=False)


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest) -> str:
    """Give the address of a database with all tables, of either engine in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """Give a database with all tables, of either engine in turn."""
    database = Database(url)
    yield database
    await database.close()


@pytest.fixture
async def other(url: str) -> AsyncIterator[Database]:
    """Give the same database as another process sees it."""
    other = Database(url)
    yield other
    await other.close()


async def create_database(postgresql: str) -> str:
    """Create a PostgreSQL database and return its address."""
    name = f"test_{uuid4().hex}"
    await _administer(f"postgresql+asyncpg://{postgresql}/postgres", f"CREATE DATABASE {name}")
    return f"postgresql+asyncpg://{postgresql}/{name}"


async def drop_database(url: str) -> None:
    """Drop a PostgreSQL database, whoever is still connected."""
    name = make_url(url).database
    await _administer(url.replace(f"/{name}", "/postgres"), f"DROP DATABASE {name} WITH (FORCE)")


async def _administer(url: str, statement: str) -> None:
    server = Database(url)
    autocommit = server.writer.execution_options(isolation_level="AUTOCOMMIT")
    async with autocommit.connect() as connection:
        await connection.execute(text(statement))
    await server.close()

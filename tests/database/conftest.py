"""Databases for tests: each has one of its own, of either engine, with all tables."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from database.engine import Database, default_url
from database.migrate import upgrade
from tests.database import cluster

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """Give the address of the cluster that all processes of this run share."""
    programs = cluster.executables()
    if programs is None:
        pytest.skip("PostgreSQL isn't installed (Debian: apt-get install postgresql)")
    folder = tmp_path_factory.getbasetemp()
    with cluster.shared(folder if worker_id == "master" else folder.parent, programs) as address:
        yield address


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated SQLite file to copy."""
    folder = tmp_path_factory.mktemp("template")
    database = Database(default_url(folder))
    await upgrade(database)
    await database.close()
    return Path(str(database.url.database))


@pytest.fixture(scope="session")
async def postgresql_template(postgresql: str) -> str:
    """Give the name of a migrated PostgreSQL database to copy."""
    name = await create_database(postgresql)
    database = Database(f"postgresql+asyncpg://{postgresql}/{name}")
    await upgrade(database)
    await database.close()
    return name


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without tables."""
    if request.param == "sqlite":
        yield default_url(tmp_path)
        return
    yield request.getfixturevalue("empty_postgresql")


@pytest.fixture
async def empty_postgresql(postgresql: str) -> str:
    """Give the address of a PostgreSQL database without tables."""
    return f"postgresql+asyncpg://{postgresql}/{await create_database(postgresql)}"


@pytest.fixture
async def postgresql_url(postgresql: str, postgresql_template: str) -> str:
    """Give the address of a PostgreSQL database with all tables."""
    name = await create_database(postgresql, template=postgresql_template)
    return f"postgresql+asyncpg://{postgresql}/{name}"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Give the address of a SQLite database with all tables."""
    shutil.copy(sqlite_template, tmp_path)
    return default_url(tmp_path)


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


async def create_database(postgresql: str, *, template: str = "template0") -> str:
    """Create a database and return its name."""
    name = f"test_{uuid4().hex}"
    server = Database(f"postgresql+asyncpg://{postgresql}/postgres")
    autocommit = server.writer.execution_options(isolation_level="AUTOCOMMIT")
    async with autocommit.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    await server.close()
    return name

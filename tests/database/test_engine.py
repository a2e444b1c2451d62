"""Readers read, writers write one after the other, and failures have one name."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from database.engine import Database, default_url
from database.errors import DatabaseUnavailable
from database.migrate import upgrade
from database.schema import state

AT = datetime(2026, 11, 26, tzinfo=UTC)


async def _put(database: Database, name: str, value: int = 0) -> None:
    async with database.writing() as connection:
        await connection.execute(state.insert().values(name=name, value=value, at=AT))


async def _names(database: Database) -> list[str]:
    async with database.reading() as connection:
        return list((await connection.scalars(select(state.c.name).order_by(state.c.name))).all())


async def test_a_reader_refuses_to_write(database: Database) -> None:
    """A transaction for reading changes nothing, whatever it is told."""
    with pytest.raises(DatabaseUnavailable):
        async with database.reading() as connection:
            await connection.execute(state.insert().values(name="a", value=0, at=AT))
    assert await _names(database) == []


async def test_what_is_committed_survives_a_crash(database: Database) -> None:
    """Whatever the server's default is: the cluster of these tests has it off."""
    name = "PRAGMA synchronous" if database.is_sqlite else "SHOW synchronous_commit"
    async with database.writing() as connection:
        assert (await connection.exec_driver_sql(name)).scalar_one() in {2, "on"}


async def test_a_failed_block_leaves_nothing_behind(database: Database) -> None:
    """What was written before an error is rolled back."""

    async def fail() -> None:
        async with database.writing() as connection:
            await connection.execute(state.insert().values(name="a", value=0, at=AT))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await _names(database) == []


async def test_two_processes_count_exactly(database: Database, other: Database) -> None:
    """Nothing is lost when two writers read, add one and write at once."""
    await _put(database, "count")
    count = select(state.c.value).where(state.c.name == "count")

    async def add(database: Database) -> None:
        async with database.writing() as connection:
            value = (await connection.scalars(count.with_for_update())).one()
            await connection.execute(update(state).values(value=value + 1))

    async with asyncio.TaskGroup() as group:
        for number in range(60):
            group.create_task(add(other if number % 2 else database))
    async with database.reading() as connection:
        assert (await connection.scalars(count)).one() == 60


async def test_a_reader_is_not_held_up_by_a_writer(database: Database) -> None:
    """While a writer is busy, readers see the last committed state."""
    async with database.writing() as connection:
        await connection.execute(state.insert().values(name="a", value=0, at=AT))
        assert await _names(database) == []
    assert await _names(database) == ["a"]


async def test_a_cancelled_writer_leaves_the_connection_usable(database: Database) -> None:
    """A writer that is cancelled inside its transaction keeps no lock."""
    inside = asyncio.Event()

    async def write() -> None:
        async with database.writing() as connection:
            await connection.execute(state.insert().values(name="a", value=0, at=AT))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _put(database, "b")
    assert await _names(database) == ["b"]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("call", ["prepare", "execute"])
async def test_a_connection_in_the_middle_of_something_is_replaced(
    database: Database, call: str
) -> None:
    """Whoever was cancelled may leave a call under way: the next gets another connection."""
    async with database.reading() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    left = asyncio.ensure_future(getattr(driver, call)("SELECT pg_sleep(0.2)"))
    await asyncio.sleep(0)
    assert await _names(database) == []
    await asyncio.gather(left, return_exceptions=True)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_connection_that_died_is_noticed(database: Database, other: Database) -> None:
    """After the server closed an idle connection the next use gets a new one."""
    await _put(database, "a")
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    async with other.writing() as connection:
        ended = f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}"  # noqa: S608 - no value
        assert set((await connection.scalars(text(ended))).all()) == {True}
    assert await _names(database) == ["a"]


async def test_a_server_that_is_away_is_unavailable() -> None:
    """A refused connection has the one name that callers retry."""
    database = Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseUnavailable, match="can't be reached"):
        await _names(database)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_full_database_is_unavailable(database: Database) -> None:
    """A disk without room is a failure to retry, and readers go on."""
    async with database.writing() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(DatabaseUnavailable, match=r"FULL|OperationalError"):
        await _put(database, "a" * 1_000_000)
    assert await _names(database) == []


async def test_no_error_names_anybody(database: Database) -> None:
    """Neither parameters nor details of an error hold what was written."""
    await _put(database, "ada@contoso.com")
    with pytest.raises(Exception, match=r"(?i)unique") as caught:
        await _put(database, "ada@contoso.com")
    assert "parameters:" not in str(caught.value)


async def test_the_embedded_database_is_private(tmp_path: Path) -> None:
    """No other user of the machine can read the file or what stands beside it."""
    database = Database(default_url(tmp_path))
    await upgrade(database)
    await _put(database, "a")
    listing = await asyncio.to_thread(lambda: list(tmp_path.iterdir()))
    assert {path.suffix for path in listing} == {".sqlite", ".sqlite-shm", ".sqlite-wal"}
    assert {path.stat().st_mode & 0o077 for path in listing} == {0}
    await database.close()


def test_another_kind_of_database_is_refused() -> None:
    """A synchronous driver or another product is refused by name."""
    with pytest.raises(ValueError, match="DATABASE_URL must begin with"):
        Database("postgresql://localhost/rollout")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_two_embedded_writers_wait(database: Database, other: Database) -> None:
    """The write lock is taken at the beginning, not at the first INSERT."""
    async with database.writing() as connection:
        await connection.execute(select(state))
        task = asyncio.create_task(_put(other, "second"))
        assert await _names(other) == []
        await connection.execute(state.insert().values(name="first", value=0, at=AT))
        assert await _names(other) == []
        assert not task.done()
    await task
    assert await _names(database) == ["first", "second"]


async def test_a_missing_table_is_for_an_admin(database: Database) -> None:
    """Both engines tell alike that a migration has yet to make it: a later try may succeed."""
    with pytest.raises(DatabaseUnavailable):
        async with database.reading() as connection:
            await connection.execute(text("SELECT 1 FROM not_made_yet"))

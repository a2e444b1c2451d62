"""Values come back from both engines as they were stored."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Row, select
from sqlalchemy.exc import StatementError

from database.engine import Database
from database.schema import state
from database.types import Choice, Guid, storable
from domain.instants import microseconds
from domain.tables.story import StoryKind

AT = datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC)


async def _stored(database: Database, **values: object) -> Row[Any]:
    async with database.writing() as connection:
        row = {"name": "a", "value": None, "at": AT, **values}
        await connection.execute(state.insert().values(row))
    async with database.reading() as connection:
        return (await connection.execute(select(state))).one()


async def test_an_instant_keeps_its_microseconds_and_becomes_utc(database: Database) -> None:
    """An instant of another zone comes back as the same instant in UTC."""
    row = await _stored(database, at=AT.astimezone(timezone(timedelta(hours=5, minutes=45))))
    assert row.at == AT
    assert row.at.tzinfo is UTC


async def test_a_naive_instant_is_refused(database: Database) -> None:
    """A datetime without a zone is never stored."""
    with pytest.raises(StatementError, match="without a time zone"):
        await _stored(database, at=datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize("year", [1, 1969, 2026, 9999])
def test_microseconds_are_exact(year: int) -> None:
    """No instant loses its last digit on the way through a float."""
    at = datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds(at)) == at


async def test_text_that_no_engine_takes_is_made_storable(database: Database) -> None:
    """NUL and lone surrogates are replaced, in text and inside documents."""
    row = await _stored(database, name="A\x00da \ud83d", value={"n\x00": ["\udc00", 1, None]})
    assert row.name == "A\ufffdda \ufffd"
    assert row.value == {"n\ufffd": ["\ufffd", 1, None]}


def test_whole_characters_beyond_the_basic_plane_are_kept() -> None:
    """An emoji is no lone surrogate."""
    assert storable("Ada \N{PARTY POPPER}") == "Ada \N{PARTY POPPER}"


@pytest.mark.parametrize("spelling", ["{0}", "{{{0}}}", "urn:uuid:{0}"])
def test_a_guid_is_one_value_however_it_is_spelt(spelling: str) -> None:
    """Capitals, braces and prefixes make no difference."""
    guid = "8b081ef6-4792-4def-b2c9-c363a1bf41d5"
    stored = Guid().process_bind_param(spelling.format(guid.upper()), None)  # type: ignore[arg-type]
    assert stored == guid


async def test_text_is_sorted_by_code_point(database: Database) -> None:
    """Both engines sort alike, so that the same page follows the same row."""
    names = ["Z", "a", "é", "B", "z", " ", "_"]
    async with database.writing() as connection:
        rows = [{"name": name, "value": None, "at": AT} for name in names]
        await connection.execute(state.insert(), rows)
    async with database.reading() as connection:
        found = (await connection.scalars(select(state.c.name).order_by(state.c.name))).all()
    assert found == sorted(names)


def test_a_value_of_a_newer_release_is_returned_as_text() -> None:
    """A kind that this release doesn't know is read as it stands."""
    kinds = Choice(StoryKind)
    assert kinds.process_result_value("invited", None) is StoryKind.INVITED  # type: ignore[arg-type]
    assert kinds.process_result_value("teleported", None) == "teleported"  # type: ignore[arg-type]

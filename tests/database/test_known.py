"""A link is only nobody's when the tables are known to hold everybody."""

import pytest

from database.engine import Database
from database.enrolments.known import find_link_owner, read_known
from database.enrolments.mirrored import read_mirrored
from database.rollout.marks import mark_complete, raise_high_water, unmark
from database.rollout.older_tokens import OlderToken, finish_pass, put_tokens
from domain.enrolment.state import EnrolmentEnd
from domain.enrolment.status import InviteStatus
from domain.tables.people import LinkOwner
from tests.database.values import NOW, object_id, person, put

MARK = 7


async def _owner(database: Database, numbers: list[int], token: int | None = None) -> LinkOwner:
    ids = [object_id(number) for number in numbers]
    async with database.reading() as connection:
        return await find_link_owner(connection, ids, None if token is None else object_id(token))


async def _complete(database: Database) -> None:
    async with database.writing() as connection:
        await put_tokens(
            connection,
            [
                OlderToken(token=object_id(70), item_id="17"),
                OlderToken(token=object_id(71), item_id="18", object_id=object_id(3)),
            ],
            pass_number=1,
        )
        await finish_pass(connection, 1, now=NOW)
        await raise_high_water(connection, MARK, now=NOW)
        await mark_complete(connection, now=NOW)


async def test_a_link_is_found_in_one_read(database: Database) -> None:
    """Any key of the ring may have made the token; older tokens give the item of the list."""
    ended = {"status": InviteStatus.ACTIVE, "ended": EnrolmentEnd.ACTIVE}
    await put(database, person(1))
    await put(database, person(2, **ended))
    await _complete(database)
    sent = LinkOwner(object_id=object_id(1), status=InviteStatus.SENT)
    assert await _owner(database, [9, 1, 8], 99) == sent
    assert await _owner(database, [1], 70) == sent
    active = await _owner(database, [2])
    assert (active.status, active.ended) == (InviteStatus.ACTIVE, EnrolmentEnd.ACTIVE)
    assert await _owner(database, [9], 70) == LinkOwner(item_id="17")
    older = LinkOwner(item_id="18", object_id=object_id(3))
    assert await _owner(database, [9], 71) == older


async def test_a_made_up_token_is_nobodys(database: Database) -> None:
    """In complete tables what isn't found isn't there."""
    await _complete(database)
    answer = await _owner(database, [9], 99)
    assert answer.is_unknown
    assert not answer.is_known


async def test_an_empty_database_calls_no_link_unknown(database: Database) -> None:
    """New tables know nothing about anybody."""
    assert await _owner(database, [9], 99) == LinkOwner(is_certain=False)


async def test_an_answer_has_the_mark_of_its_tables(database: Database) -> None:
    """By it tables that were restored, and lack people, are told from those that are up to date."""
    await _complete(database)
    assert (await _owner(database, [9], 99)).high_water == MARK


async def test_an_unmarked_database_calls_no_link_unknown(database: Database) -> None:
    """While a rebuild runs people may be missing."""
    await _complete(database)
    async with database.writing() as connection:
        await unmark(connection)
    assert not (await _owner(database, [9], 99)).is_unknown


async def test_unread_older_tokens_are_never_nobodys(database: Database) -> None:
    """Until the list was read whole once, an unknown token may be an older system's."""
    async with database.writing() as connection:
        await raise_high_water(connection, MARK, now=NOW)
        await mark_complete(connection, now=NOW)
    assert not (await _owner(database, [9], 99)).is_unknown


@pytest.mark.parametrize("others", [0, 2500])
async def test_an_import_asks_about_all_its_rows_at_once(database: Database, others: int) -> None:
    """Those who are in the tables come back, however many are asked about."""
    await put(database, person(1, status=InviteStatus.ACTIVE))
    await put(database, person(2))
    asked = [object_id(number) for number in (1, 2, *range(100, 100 + others))]
    async with database.reading() as connection:
        known = await read_known(connection, asked)
    assert {one: found.status for one, found in known.items()} == {
        object_id(1): InviteStatus.ACTIVE,
        object_id(2): InviteStatus.SENT,
    }


async def test_the_mirror_is_read_in_one_pass(database: Database) -> None:
    """Every row that has a person comes once, with the columns as they were written."""
    for number in range(5):
        await put(database, person(number, item_id=str(number), written={"Title": str(number)}))
    seen: list[object] = []
    async with database.reading() as connection:
        rows = await read_mirrored(connection, limit=2)
        while rows:
            seen += [row.written["Title"] for row in rows]
            rows = await read_mirrored(connection, after=rows[-1].object_id, limit=2)
    assert seen == ["0", "1", "2", "3", "4"]

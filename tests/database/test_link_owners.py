"""A link is only nobody's when the tables are known to hold everybody."""

import asyncio
import threading
from datetime import timedelta
from uuid import UUID

import pytest

from database.engine import Database
from database.enrolments.link_owners import (
    OF_SQLITE,
    RUNS_OF_SQLITE,
    AskedLink,
    LinkOwners,
    find_link_owners,
)
from database.rollout.held_clicks import hold_click, release_clicks
from database.rollout.marks import mark_complete, raise_high_water, unmark
from database.rollout.older_tokens import OlderToken, finish_pass, put_tokens
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.people import LinkOwner
from tests.database.values import NOW, object_id, person, put, run_id

MARK = 7


async def _owner(database: Database, numbers: list[int], token: int | None = None) -> LinkOwner:
    ids = [object_id(number) for number in numbers]
    (owner,) = await _owners(database, AskedLink(ids, None if token is None else object_id(token)))
    return owner


async def _owners(database: Database, *asked: AskedLink) -> list[LinkOwner]:
    """Ask as the API does, and in a transaction, which has to be answered alike; and for opens."""
    links = LinkOwners(database)
    try:
        found = await links.find(asked)
        for link, owner in zip(asked, found, strict=True):
            token = link.token or object_id(98)
            opens = await links.find_runs([token], [[UUID(one).hex] for one in link.object_ids])
            assert list(opens.runs) == [token] * owner.is_known
            assert owner.is_known or opens.mark == (owner.high_water if owner.is_unknown else None)
    finally:
        await links.close()
    async with database.reading() as connection:
        assert await find_link_owners(connection, asked) == found
    return found


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
    sent = LinkOwner(object_id=object_id(1), status=InviteStatus.SENT, invited_at=NOW)
    assert await _owner(database, [9, 1, 8], 99) == sent
    assert await _owner(database, [1], 70) == sent
    active = await _owner(database, [2])
    assert (active.status, active.ended) == (InviteStatus.ACTIVE, EnrolmentEnd.ACTIVE)
    assert await _owner(database, [9], 70) == LinkOwner(item_id="17")
    older = LinkOwner(item_id="18", object_id=object_id(3))
    assert await _owner(database, [9], 71) == older


async def test_an_open_is_of_a_run(database: Database) -> None:
    """Each link of a read has the run of its own person, also where two keys made somebody's links.

    One of an older system has none, and what is nobody's isn't among them.
    """
    await put(database, person(1))
    await put(database, person(2))
    await _complete(database)
    links = LinkOwners(database)
    tokens = [object_id(one) for one in (90, 91, 70, 92, 93)]
    newer, older = ((2, 8, 8, 8, 1), (9, 1, 9, 9, 9))
    meant = [[UUID(object_id(one)).hex for one in of_key] for of_key in (newer, older)]
    found = await links.find_runs(tokens, meant)
    await links.close()
    runs = {token: run and UUID(run) for token, run in found.runs.items()}
    first = UUID(run_id(1))
    assert runs == {
        object_id(90): UUID(run_id(2)),
        object_id(91): first,
        object_id(70): None,
        object_id(93): first,
    }
    assert found.mark == MARK


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


async def test_many_links_are_one_read(database: Database) -> None:
    """Each link has its own answer, in the order in which they were asked about."""
    await put(database, person(1, language="pl-PL"))
    await put(database, person(2))
    await _complete(database)
    asked = [
        AskedLink([object_id(9)], object_id(99)),
        AskedLink([object_id(8), object_id(2)], object_id(70)),
        AskedLink([object_id(9)], object_id(70)),
        AskedLink([object_id(1)], None),
    ]
    nobody, second, older, first = await _owners(database, *asked)
    assert nobody == LinkOwner(high_water=MARK)
    assert second == LinkOwner(object_id=object_id(2), status=InviteStatus.SENT, invited_at=NOW)
    assert older == LinkOwner(item_id="17")
    assert (first.object_id, first.language) == (object_id(1), "pl-PL")


async def test_a_click_that_waits_is_told_with_its_owner(database: Database) -> None:
    """Since when it has waited, until it is released; of the latest where there were two."""
    await put(database, person(1, invite_sent_at=NOW - timedelta(days=1)))
    for at in (NOW - timedelta(minutes=1), NOW):
        async with database.writing() as connection:
            await hold_click(connection, object_id(1), at=at)
    assert (await _owner(database, [1])).click_held_at == NOW
    for until, left in ((NOW - timedelta(seconds=1), NOW), (NOW, None)):
        async with database.writing() as connection:
            await release_clicks(
                connection, {object_id(9): NOW + timedelta(seconds=1), object_id(1): until}
            )
        assert (await _owner(database, [1])).click_held_at == left


@pytest.mark.parametrize(
    ("invited", "clicked", "waits"),
    [(-60, None, True), (-60, -30, True), (-60, 0, False), (1, -30, False), (None, None, True)],
)
async def test_a_click_that_is_known_waits_no_more(
    database: Database, invited: int | None, clicked: int | None, waits: bool
) -> None:
    """Neither where the row tells of it, nor for a mail that left since, may it hide the button."""
    invite_sent_at, clicked_at = (
        None if one is None else NOW + timedelta(minutes=one) for one in (invited, clicked)
    )
    await put(database, person(1, invite_sent_at=invite_sent_at, clicked_at=clicked_at))
    async with database.writing() as connection:
        await hold_click(connection, object_id(1), at=NOW)
    assert (await _owner(database, [1])).click_held_at == (NOW if waits else None)


@pytest.mark.parametrize("statement", [OF_SQLITE, RUNS_OF_SQLITE])
async def test_links_are_read_by_indexes(sqlite_database: Database, statement: str) -> None:
    """No table is searched from end to end, however large it is."""
    async with sqlite_database.reading() as connection:
        plan = await connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, ("[]", "[]"))
        steps = [row.detail for row in plan]
    tables = {"enrolment", "held_click", "older_token", "state"}
    searched = [one.split()[:2] for one in steps if one.split()[1:2] and one.split()[1] in tables]
    assert len(searched) == len(tables) - (statement == RUNS_OF_SQLITE)
    assert {how for how, _ in searched} == {"SEARCH"}


async def test_the_first_links_share_a_connection(sqlite_database: Database) -> None:
    """Links that are followed at once, before any other, open one connection, which is closed."""
    await _complete(sqlite_database)
    before = set(threading.enumerate())
    links = LinkOwners(sqlite_database)
    asked = [AskedLink([object_id(1)], None)]
    await asyncio.gather(*(links.find(asked) for _ in range(5)))
    (opened,) = set(threading.enumerate()) - before
    await links.close()
    await asyncio.to_thread(opened.join, 60)
    assert not opened.is_alive()

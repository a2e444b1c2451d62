"""Requests about many people: chosen at once, counted, and ended once, on both engines."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.event import listen

from database.audit.entries import read_entries
from database.engine import Database
from database.requests.begin import NewRequest, add_people, begin_request
from database.requests.digest import OtherPeople
from database.requests.preview import preview_request, preview_undo
from database.requests.read import read_request
from database.requests.requests import Requests
from domain.bulk.records import (
    GroupReason,
    Outcome,
    OutcomeCount,
    PersonOutcome,
    RequestAction,
)
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.audit import Actor
from domain.tables.people import PeopleFilter
from domain.tables.rollout import RequestState
from tests.database.values import NOW, object_id, person, put

SALES = PeopleFilter(department="Sales")
# Of six people of Sales: whom each action would refuse, by number.
PEOPLE: list[dict[str, Any]] = [
    {},
    {"ended": EnrolmentEnd.ACTIVE, "in_group": True, "added_by_us": True, "registered_at": NOW},
    {"paused_by": "ada"},
    {"disabled_since": NOW, "in_group": True},
    {"excluded": True, "invite_sent_at": None, "clicked_at": NOW},
    {"registration": RegistrationState.REGISTERED},
    {"status": InviteStatus.PENDING, "invite_sent_at": None, "batch_id": "spring"},
]


async def test_a_request_meets_who_was_there(database: Database) -> None:
    """Previews count what each action would meet; the choice is fixed and recorded once."""
    for number, values in enumerate(PEOPLE):
        await put(database, person(number, **values))
    async with database.reading() as connection:
        refused = {
            action: (await preview_request(connection, action, wanted=SALES)).refused
            for action in RequestAction
            if action is not RequestAction.UNDO_IMPORT
        }
        named = await preview_request(
            connection, RequestAction.PAUSE, object_ids=[object_id(1), object_id(2), object_id(99)]
        )
        undo = await preview_undo(connection, "autumn")
    assert refused == {
        RequestAction.PAUSE: 1,
        RequestAction.RESUME: 5,
        RequestAction.RESEND: 5,
        RequestAction.RETRY: 6,
        RequestAction.CANCEL: 0,
        RequestAction.ADD_TO_GROUP: 6,
    }
    assert (named.people, named.ended, named.refused, named.unknown, named.asked) == (3, 1, 1, 1, 0)
    assert (undo.people, undo.invited, undo.erased) == (6, 6, 0)
    assert (undo.in_group, undo.left_in_group, undo.registered) == (1, 1, 1)

    new = NewRequest(
        request_id="r",
        action=RequestAction.PAUSE,
        actor=Actor(name="grace"),
        reason="closing",
        at=NOW,
        selection={"department": "Sales"},
        wanted=SALES,
    )
    async with database.writing() as connection:
        assert await begin_request(connection, new) is True
        assert await begin_request(connection, new) is False
    requests = Requests(database)
    await put(database, person(7))
    assert await requests.begin("r") is True
    assert await requests.waiting("r", 100) == [object_id(number) for number in range(7)]
    missed = Outcome(outcome=PersonOutcome.NOT_REACHED, reason="UNKNOWN")
    await requests.note("r", {object_id(0): missed})
    assert await requests.try_again("r") == 1
    await requests.note("r", {object_id(0): Outcome(outcome=PersonOutcome.DONE)})

    for _ in range(2):
        ended = await requests.finish("r", RequestState.STOPPED)
    assert ended is not None
    assert ended.state is RequestState.STOPPED
    assert ended.counts == [
        OutcomeCount(outcome=PersonOutcome.DONE, reason=None, people=1),
        OutcomeCount(outcome=PersonOutcome.STOPPED, reason=None, people=6),
    ]
    assert await requests.begin("r") is False
    async with database.reading() as connection:
        outcome, entry = (await read_entries(connection)).values()
    assert entry.reason == "closing (7 people)"
    assert (outcome.answers, outcome.outcome) == (1, "interrupted")


async def test_one_person_is_one_in_the_audit_log(database: Database) -> None:
    """The entry's reason counts a single person in the singular."""
    await put(database, person(1))
    new = NewRequest(
        request_id="one",
        action=RequestAction.PAUSE,
        actor=Actor(name="grace"),
        reason="closing",
        at=NOW,
        selection={},
        wanted=PeopleFilter(),
    )
    async with database.writing() as connection:
        await begin_request(connection, new)
        (entry,) = (await read_entries(connection)).values()
    assert entry.reason == "closing (1 person)"


async def test_people_are_added_in_portions(database: Database) -> None:
    """One by one, 100,000 people kept everybody else from writing to SQLite for half a minute."""
    new = NewRequest(
        request_id="undo",
        action=RequestAction.UNDO_IMPORT,
        actor=Actor(name="grace"),
        reason="the wrong file",
        at=NOW,
        selection={"batch_id": "spring"},
        object_ids=[object_id(1)],
    )
    statements: list[str] = []
    async with database.writing() as connection:
        await begin_request(connection, new)
        heard = (connection.sync_connection, "before_cursor_execute")
        listen(*heard, lambda *told: statements.append(told[2]))
        people = [object_id(number) for number in range(1500)]
        assert await add_people(connection, "undo", people) == 1499
        assert await add_people(connection, "undo", [*people, object_id(1500)]) == 1
    assert len(statements) == 2 + 2 + 2 + 1


async def test_a_request_is_about_who_was_shown(database: Database) -> None:
    """One who left and one who came make other people of as many; then nothing is recorded."""
    for number in (1, 2):
        await put(database, person(number))
    async with database.reading() as connection:
        shown = await preview_request(connection, RequestAction.PAUSE, wanted=SALES)
        undo = await preview_undo(connection, "autumn")
        named = await preview_request(
            connection, RequestAction.PAUSE, object_ids=[object_id(2), object_id(1)]
        )
    assert shown.people_digest == undo.people_digest == named.people_digest
    await put(database, person(1, department="Finance", revision=person(1).revision + 1))
    await put(database, person(3))
    new = NewRequest(
        request_id="shown",
        action=RequestAction.PAUSE,
        actor=Actor(name="grace"),
        reason="closing",
        at=NOW,
        selection={"department": "Sales"},
        wanted=SALES,
        confirmed=shown.people_digest,
    )
    with pytest.raises(OtherPeople) as others:
        async with database.writing() as connection:
            await begin_request(connection, new)
    assert others.value.people == shown.people
    async with database.reading() as connection:
        assert await read_request(connection, "shown") is None
        assert await read_entries(connection) == {}
        now = await preview_request(connection, RequestAction.PAUSE, wanted=SALES)
    async with database.writing() as connection:
        assert await begin_request(connection, replace(new, confirmed=now.people_digest)) is True


async def test_an_undo_forgets_or_keeps(database: Database) -> None:
    """A kept row is no case for a later look; of a forgotten one nothing is there any more."""
    later = NOW + timedelta(days=1)
    for number, values in enumerate(PEOPLE):
        await put(database, person(number, **values))
    new = NewRequest(
        request_id="u",
        action=RequestAction.UNDO_IMPORT,
        actor=Actor(name="grace"),
        reason="wrong",
        at=later,
        selection={"batch_id": "autumn"},
        wanted=PeopleFilter(batch_id="autumn"),
    )
    async with database.writing() as connection:
        await begin_request(connection, new)
    requests = Requests(database)
    stranger = object_id(50)
    assert await requests.choose_batch("u", "autumn", {stranger, object_id(0), object_id(6)}) == 1
    active, nobody = await requests.person(object_id(1)), await requests.person(stranger)
    assert active is not None
    assert (active.mailed, active.added_by_us, nobody) == (True, True, None)
    outcome = Outcome(outcome=PersonOutcome.KEPT, reason=GroupReason.REMOVED_FROM_GROUP)
    await requests.keep("u", active, outcome, removed=True)
    await requests.forget("u", object_id(0), Outcome(outcome=PersonOutcome.ERASED))
    kept = await requests.person(object_id(1))
    assert kept is not None
    assert (kept.ended, kept.in_group, kept.added_by_us) == (EnrolmentEnd.CANCELLED, False, False)
    assert await requests.person(object_id(0)) is None
    async with database.reading() as connection:
        record = await read_request(connection, "u")
        entry = (await read_entries(connection))[1]
    assert record is not None
    assert (record.people, record.with_outcome(None)) == (7, 5)
    assert entry.reason == "wrong (6 people of batch autumn)"

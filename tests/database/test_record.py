"""A person's row follows the highest revision, and a story has each event once."""

import asyncio
import itertools
from collections import Counter
from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from database.engine import Database
from database.enrolments.person import read_record
from database.enrolments.record import note_look, record, record_all
from database.schema import enrolment, story, story_day
from domain.instants import microseconds
from domain.status import Concern, EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import EnrolmentChange, EnrolmentRecord, NextStep, WriteOutcome
from domain.tables.story import StoryKind
from tests.database.values import NOW, TOMBSTONES, event, object_id, person, put, run_id

WHOLE = EnrolmentRecord(
    object_id=object_id(1),
    run_id=run_id(1),
    revision=7,
    upn="ada@contoso.com",
    status=InviteStatus.CLICKED,
    registration=RegistrationState.NOT_REGISTERED,
    batch_id="autumn",
    source="Manual",
    display_name="Ada Lovelace",
    mail="ada.lovelace@contoso.com",
    department="Research",
    language="en-GB",
    in_group=True,
    invite_sent_at=NOW,
    opened_at=NOW + timedelta(hours=1),
    clicked_at=NOW + timedelta(hours=2),
    added_to_group_at=NOW + timedelta(hours=3),
    last_reminder_at=NOW + timedelta(days=7),
    reminder_count=1,
    reminders_sent=2,
    follow_ups_sent=3,
    escalated=True,
    escalated_at=NOW + timedelta(days=15),
    manager_upn="byron@contoso.com",
    last_checked_at=NOW + timedelta(days=16),
    registered_at=NOW + timedelta(days=17),
    registered_after="reminder-2",
    problem_concern=Concern.MANAGER,
    problem="No manager.",
    problem_since=NOW,
    attention=AttentionKind.NO_MANAGER,
    attention_since=NOW,
    paused_by="Charles",
    paused_reason="Long leave",
    disabled_since=NOW,
    excluded=True,
    returned_since=NOW,
    slot_at=NOW,
    mail_not_before=NOW,
    next_step=NextStep.FOLLOW_UP,
    due_at=NOW + timedelta(days=21),
    sender="mfa@contoso.com",
    correlation_id="abc",
    item_id="17",
    written={"Title": "ada@contoso.com", "ReminderCount": 1, "InGroup": True, "Notes": None},
    refused={"Department": "2026-11-26T09:00:00Z"},
    ended=EnrolmentEnd.GONE,
    ended_at=NOW,
    replaced_by=object_id(2),
)


async def _row(database: Database, number: int = 0) -> EnrolmentRecord | None:
    columns = [enrolment.c[one.name] for one in fields(EnrolmentRecord)]
    query = select(*columns).where(enrolment.c.object_id == object_id(number))
    async with database.reading() as connection:
        row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else EnrolmentRecord(**row)


async def _counted(database: Database) -> dict[str, int]:
    """Return the roll-up by kind, after it was compared with the stories themselves."""
    rolled_up = select(story_day.c.kind, func.sum(story_day.c.events)).group_by(story_day.c.kind)
    async with database.reading() as connection:
        counted = {kind: int(total) for kind, total in await connection.execute(rolled_up)}
        told = Counter((await connection.scalars(select(story.c.kind))).all())
    assert counted == told
    return counted


async def test_a_row_is_read_as_it_was_written(database: Database) -> None:
    """Every field of a record comes back."""
    columns = {column.name for column in enrolment.c} - {"search", "stripped_at"}
    assert {one.name for one in fields(WHOLE)} == columns
    assert await put(database, WHOLE) is WriteOutcome.APPLIED
    assert await _row(database, 1) == WHOLE


async def test_writes_in_any_order_end_alike(database: Database) -> None:
    """Late and doubled writes never put an old row back, nor tell or count an event twice."""
    kinds = [StoryKind.IMPORTED, StoryKind.INVITED, StoryKind.OPENED, StoryKind.CLICKED]
    orders = list(itertools.permutations(range(4)))
    for number, order in enumerate(orders):
        events = [event(n, kind, run_id=run_id(number)) for n, kind in enumerate(kinds)]
        for n in (*order, order[0]):
            row = person(number, revision=n + 1, reminder_count=n)
            # Each write repeats the event that the one before may not have brought.
            await put(database, row, events[max(0, n - 1) : n + 1])
        assert await _row(database, number) == person(number, revision=4, reminder_count=3)
    assert await _counted(database) == dict.fromkeys(kinds, len(orders))


async def test_a_row_of_the_same_revision_stays(database: Database) -> None:
    """A retry of a write that was committed is told that it isn't needed."""
    assert await put(database, person(reminder_count=1)) is WriteOutcome.APPLIED
    assert await put(database, person(reminder_count=2)) is WriteOutcome.SUPERSEDED
    row = await _row(database)
    assert row is not None
    assert row.reminder_count == 1


async def test_the_latest_look_stays(database: Database) -> None:
    """A row knows only of its own looks; the poll's stay where they are later."""
    at, hour = NOW + timedelta(hours=6), timedelta(hours=1)
    told = [(None, at), (at - hour, at), (at + hour, at + hour)]
    await put(database, person(1))
    async with database.writing() as connection:
        await note_look(connection, object_id(1).upper(), at)
        await note_look(connection, object_id(2), at)
    for number, (written, expected) in enumerate(told, 1):
        later = microseconds(NOW) + number
        await put(database, person(1, revision=later, last_checked_at=written))
        async with database.reading() as connection:
            row = await read_record(connection, object_id(1))
            assert await read_record(connection, object_id(2)) is None
        assert row is not None
        assert row.last_checked_at == expected


async def test_events_of_another_run_are_others(database: Database) -> None:
    """A number is used again after a new start; both events are told."""
    again = event(1, StoryKind.IMPORTED, run_id=run_id(9))
    await put(database, person(revision=1), [event(1, StoryKind.IMPORTED)])
    await put(database, person(revision=2, run_id=run_id(9)), [again])
    assert await _counted(database) == {"imported": 2}


async def test_two_processes_tell_an_event_once(database: Database, other: Database) -> None:
    """The same events written at once by many are counted once."""
    events = [event(number, StoryKind.CHECKED) for number in range(20)]
    async with asyncio.TaskGroup() as group:
        for number in range(10):
            process = other if number % 2 else database
            group.create_task(put(process, person(revision=number), events))
    row = await _row(database)
    assert row is not None
    assert row.revision == 9
    assert await _counted(database) == {"checked": 20}


async def test_two_processes_write_many_people(database: Database, other: Database) -> None:
    """Writes of many people in different orders never wait for each other in a circle."""
    changes = [
        EnrolmentChange(row=person(n, revision=1), events=[event(1, run_id=run_id(n))])
        for n in range(40)
    ]

    async def write(process: Database, some: list[EnrolmentChange]) -> None:
        async with process.writing() as connection:
            await record_all(connection, some, tombstones=TOMBSTONES)

    async with asyncio.TaskGroup() as group:
        group.create_task(write(database, changes))
        group.create_task(write(other, changes[::-1]))
    assert await _counted(database) == {"invited": 40}


async def test_a_failed_write_leaves_nothing(database: Database) -> None:
    """Row, story and counts are written together or not at all."""

    async def fail() -> None:
        async with database.writing() as connection:
            await record(connection, person(), [event(1)], tombstones=TOMBSTONES)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await _row(database) is None
    assert await _counted(database) == {}


async def test_an_erased_person_stays_erased(database: Database) -> None:
    """A late write does nothing; a new import after the erasure is a new beginning."""
    async with database.writing() as connection:
        await TOMBSTONES.put(connection, object_id(0).upper(), 5, NOW)
    assert await put(database, person(revision=5), [event(1)]) is WriteOutcome.ERASED
    assert await _row(database) is None
    assert await _counted(database) == {}
    assert await put(database, person(revision=6), [event(2)]) is WriteOutcome.APPLIED
    assert await _counted(database) == {"invited": 1}


async def test_no_data_of_a_directory_stops_a_write(database: Database) -> None:
    """Endless names, NUL, lone surrogates and absurd counts are cut to what can be stored."""
    odd = person(
        display_name="\U0001f469" * 5000,
        upn="a\x00\ud800" * 2000,
        department="Ä" * 5000,
        manager_upn="m" * 5000,
        language="x" * 500,
        reminder_count=10**30,
        reminders_sent=-5,
        problem="p\x00" * 100_000,
    )
    assert await put(database, odd, [event(1, data={"x\x00": "\udfff"})]) is WriteOutcome.APPLIED
    row = await _row(database)
    assert row is not None
    assert (row.reminder_count, row.reminders_sent) == (2**31 - 1, 0)


async def test_nobody_is_written_twice_at_once(database: Database) -> None:
    """Two changes of one person in one transaction have no order, and are refused."""
    twice = [EnrolmentChange(row=person()), EnrolmentChange(row=person())]
    async with database.writing() as connection:
        with pytest.raises(ValueError, match="each person once"):
            await record_all(connection, twice, tombstones=TOMBSTONES)

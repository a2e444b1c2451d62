"""A seeded rollout of any size: people, their stories and mails, as they look after months."""

# ruff: noqa: PLR2004 - the shares of a made-up population are named where they are used

import random
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import UUID

from database.engine import Database
from database.enrolments.record import record_all
from database.imports.imports import begin_import
from database.tombstones import Tombstones
from demo.past.mails import write_mails
from demo.past.stories import with_usual_story
from domain.demo_calendar import DemoCalendar
from domain.instants import microseconds
from domain.status import Concern, EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import EnrolmentChange, EnrolmentRecord, NextStep
from domain.tables.import_parts import PartProgress
from domain.tables.imports import ImportRecord, ImportState
from domain.tables.story import StoryEvent, StoryKind

BEGAN_AT = datetime(2026, 8, 27, 6, 0, tzinfo=UTC)
DAYS = 91
NOW = BEGAN_AT + timedelta(days=DAYS)
BATCHES = 20
PEOPLE_PER_DEPARTMENT = 1500
EVENTS = 15
AT_ONCE = 1_000

ListThem = Callable[[list[EnrolmentRecord]], Awaitable[list[EnrolmentRecord]]]


_FIRST = """
Ada Björn Chloé Dmitri Élodie Fatima Grzegorz Hélène İpek João Kofi Łukasz Małgorzata Noël Øyvind
Priya Quentin Renée Søren Tomáš Ursula Věra Wei Zoë
"""
_PARTS = "an bel cor dan el far gor hin is jan kel lor mar nor os per quin ros son tal"
_AREAS = ("Sales", "Finance", "Research", "Operations", "Logistics", "Legal", "IT")
_BRANCHES = """
Zurich Geneva Lyon Milan Vienna Antwerp Leeds Lisbon Oslo Porto Turin Ghent Graz Basel Malmö Nantes
Poznań Bilbao Dublin Utrecht
"""
_LANGUAGES = ("en-GB", "de-CH", "fr-CH", "it-CH", None)
_NUDGES = (StoryKind.CHECKED, StoryKind.OPENED, StoryKind.REMINDED)


def people(number: int, seed: int = 1) -> Iterator[tuple[EnrolmentRecord, list[StoryEvent]]]:
    """Yield so many people and the events of each, the same for the same seed."""
    # Nothing here is a secret.
    source = random.Random(seed)  # noqa: S311
    for index in range(number):
        yield _person(index, number, source)


def department_of(number: int) -> str:
    """Return a department's name: those of the head office first, then those of each branch."""
    branch, place = divmod(number, len(_AREAS))
    if branch == 0:
        return _AREAS[place]
    branches = _BRANCHES.split()
    return f"{_AREAS[place]} {branches[(branch - 1) % len(branches)]}"


def manager_of(number: int) -> tuple[str, str]:
    """Return user principal name and display name of a team's manager, always the same."""
    first, last = _name(random.Random(number))  # noqa: S311
    return f"{first[:1].lower()}{last.lower()}.m{number}@contoso.example", f"{first} {last}"


def _name(source: random.Random) -> tuple[str, str]:
    first = source.choice(_FIRST.split())
    return first, "".join(source.choices(_PARTS.split(), k=3)).capitalize()


def _person(
    index: int, number: int, source: random.Random
) -> tuple[EnrolmentRecord, list[StoryEvent]]:
    object_id, run_id = (str(UUID(int=source.getrandbits(128), version=4)) for _ in range(2))
    first, last = _name(source)
    upn = f"{first[:1].lower()}{last.lower()}{index}@contoso.example"
    batch = index * BATCHES // number
    invited_at = _in_hours(BEGAN_AT + timedelta(days=batch * 4), source)
    events = list(_events(run_id, invited_at, source))
    events[0] = replace(events[0], data={"batch": f"wave-{batch + 1:02}"})
    values = _standing(events[-1].at, source)
    if "registered_at" in values:
        events[-1] = replace(events[-1], kind=StoryKind.REGISTERED)
    department = department_of(source.randrange(max(1, number // PEOPLE_PER_DEPARTMENT)))
    row = EnrolmentRecord(
        object_id=object_id,
        run_id=run_id,
        revision=int(events[-1].at.timestamp() * 1_000_000),
        upn=upn,
        display_name=f"{first} {last}",
        mail=f"{first.lower()}.{last.lower()}{index}@contoso.example",
        department=department if source.random() < 0.97 else None,
        language=source.choice(_LANGUAGES),
        batch_id=f"wave-{batch + 1:02}",
        source="CSV Upload",
        manager_upn=manager_of(source.randrange(max(1, number // 12)))[0],
        invite_sent_at=invited_at,
        correlation_id=run_id,
        sender=f"mfa{index % 3}@contoso.example",
        item_id=str(index + 1),
        written={"Title": upn, "DisplayName_": f"{first} {last}", "ObjectId": object_id},
        **values,
    )
    return row, events


def _events(run_id: str, invited_at: datetime, source: random.Random) -> Iterator[StoryEvent]:
    at = invited_at - timedelta(hours=2)
    kinds = [StoryKind.IMPORTED, StoryKind.INVITED, StoryKind.OPENED, StoryKind.CLICKED]
    kinds += [StoryKind.ADDED_TO_GROUP]
    kinds += [source.choice(_NUDGES) for _ in range(EVENTS - len(kinds))]
    for number, kind in enumerate(kinds):
        yield StoryEvent(run_id=run_id, number=number, at=min(at, NOW), kind=kind)
        at = invited_at if number == 0 else _in_hours(at + timedelta(days=2), source)


def _in_hours(day: datetime, source: random.Random) -> datetime:
    """Return an instant of working hours on that day."""
    minutes = source.randrange(10 * 60)
    return day.replace(hour=6, minute=0) + timedelta(minutes=minutes, seconds=minutes % 60)


def _standing(at: datetime, source: random.Random) -> dict[str, Any]:
    """Return where somebody stands: most have registered, some wait, a few need help."""
    draw = source.random()
    registered = {"registration": RegistrationState.REGISTERED, "registered_at": at}
    waiting = {"registration": RegistrationState.NOT_REGISTERED}
    if draw < 0.7:
        after = source.choice(["invitation", "reminder-1", "reminder-2", "escalation"])
        ended = {"ended": EnrolmentEnd.ACTIVE, "ended_at": at, "registered_after": after}
        in_group = {"in_group": draw > 0.001, "status": InviteStatus.ACTIVE}
        return {**registered, **ended, **in_group, "clicked_at": at}
    due = {"next_step": NextStep.REMINDER, "due_at": NOW + timedelta(hours=draw * 200)}
    if draw < 0.85:
        return {**waiting, **due, "status": InviteStatus.SENT, "reminder_count": 1}
    if draw < 0.97:
        clicked = {"status": InviteStatus.ADDED_TO_GROUP, "in_group": True}
        return {**waiting, **due, **clicked, "clicked_at": NOW - timedelta(days=draw * 14)}
    if draw < 0.99:
        return {**waiting, "status": InviteStatus.PENDING}
    problem = {"problem": "Mail comes back.", "problem_concern": Concern.DELIVERY}
    attention = {"attention": AttentionKind.BOUNCED, "attention_since": at, "returned_since": at}
    return {**waiting, **problem, **attention, "problem_since": at, "status": InviteStatus.SENT}


def in_calendar(
    calendar: DemoCalendar, row: EnrolmentRecord, events: list[StoryEvent]
) -> tuple[EnrolmentRecord, list[StoryEvent]]:
    """Return a person and their story with dates of the demo's calendar."""

    def dated(instant: datetime) -> datetime:
        return calendar.zero + (instant - BEGAN_AT) * (calendar.day / timedelta(days=1))

    dates: dict[str, Any] = {
        one.name: dated(value)
        for one in fields(row)
        if isinstance(value := getattr(row, one.name), datetime)
    }
    told = [replace(event, at=dated(event.at)) for event in events]
    return replace(row, revision=microseconds(told[-1].at), **dates), told


async def fill(
    database: Database,
    number: int,
    *,
    calendar: DemoCalendar | None = None,
    list_: ListThem | None = None,
) -> None:
    """Write so many people who have come to an end, with their stories; a minute for 100,000.

    Their dates are in the ``calendar``; ``list_`` puts each thousand where else they have to be,
    and returns their rows with what they have there.
    """
    # Seven of ten have ended. The others would be missed by the reconcile: they have no workflow.
    ended = (one for one in people(2 * number + 20) if one[0].ended)
    some: Iterator[tuple[EnrolmentRecord, list[StoryEvent]]] = islice(ended, number)
    if calendar is not None:
        usual = (with_usual_story(row, before=NOW) for row, _ in some)
        some = (in_calendar(calendar, *one) for one in usual)
    waves: dict[str, list[datetime]] = {}
    while part := list(islice(some, AT_ONCE)):
        rows = [row for row, _ in part]
        for row, events in part:
            waves.setdefault(row.batch_id, []).append(events[0].at)
        listed = rows if list_ is None else await list_(rows)
        told = list(zip(listed, (events for _, events in part), strict=True))
        await write(database, told)
        await write_mails(database, told)
    async with database.writing() as connection:
        for wave, imported in waves.items():
            await begin_import(connection, _import_of(wave, len(imported), min(imported)))


def _import_of(wave: str, count: int, at: datetime) -> ImportRecord:
    part = PartProgress(
        number=0, of_parts=1, rows_done=count, state=ImportState.DONE, counts={"started": count}
    )
    return ImportRecord(
        import_id=wave,
        batch_id=wave,
        requested_by="Ada Admin",
        requested_at=at,
        file_hash=sha256(wave.encode()).hexdigest(),
        file_name=f"{wave}.csv",
        rows=count,
        counts={"0": part.as_json()},
        state=ImportState.DONE,
        finished_at=at,
    )


async def write(
    database: Database, population: Iterable[tuple[EnrolmentRecord, list[StoryEvent]]]
) -> None:
    """Write people with their stories into new tables, and let these be counted."""
    changes = iter(EnrolmentChange(row=row, events=events) for row, events in population)
    while some := list(islice(changes, AT_ONCE)):
        async with database.writing() as connection:
            await record_all(connection, some, tombstones=Tombstones())
    await database.optimize()

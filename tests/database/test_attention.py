"""Whoever needs an admin's eye is listed under the reason, and nobody else."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select, update

from database.engine import Database
from database.enrolments.people import count_matching, read_people
from database.figures.attention import count_attention, read_attention
from database.imports.imports import begin_import
from database.imports.rows import put_rows
from database.mail import budget, steps
from database.mail.reservation import reserve
from database.people.attention import attention_at, read_kinds
from database.requests.begin import NewRequest, begin_request
from database.requests.preview import preview_request
from database.requests.requests import Requests
from database.rollout.control import set_control
from database.rollout.policy import set_worker_settings
from database.schema import enrolment, request_person
from domain.bulk.records import RequestAction
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.audit import Actor
from domain.tables.enrolment import NextStep
from domain.tables.imports import ImportRow, RowOutcome
from domain.tables.mail import MailLimits
from domain.tables.people import AttentionItem, PeopleFilter, PeopleOrder
from domain.tables.rollout import MailControl, WorkerSettingsInForce
from tests.database.test_imports import IMPORT
from tests.database.values import NOW, mail, object_id, person, put

LONG_AGO = NOW - timedelta(days=20)


async def _counts(database: Database) -> dict[AttentionKind, int]:
    async with database.reading() as connection:
        return await count_attention(connection, await attention_at(connection, NOW))


async def _items(database: Database, kind: AttentionKind) -> list[AttentionItem]:
    async with database.reading() as connection:
        return await read_attention(connection, kind, await attention_at(connection, NOW))


async def _people(database: Database, kind: AttentionKind) -> list[str | None]:
    """Return who is listed, and see that everything else finds the same people."""
    listed = [item.object_id for item in await _items(database, kind)]
    wanted = PeopleFilter(attention=kind)
    request = NewRequest(
        request_id=str(uuid4()),
        action=RequestAction.PAUSE,
        actor=Actor(name="Ada"),
        reason="a look",
        at=NOW,
        selection={},
        wanted=wanted,
    )
    async with database.writing() as connection:
        page = await read_people(connection, wanted, order=PeopleOrder.CHANGED, now=NOW)
        counted = await count_matching(connection, wanted, now=NOW)
        preview = await preview_request(connection, RequestAction.PAUSE, wanted=wanted, now=NOW)
        await begin_request(connection, request)
        asked = await connection.scalars(
            select(request_person.c.object_id).where(
                request_person.c.request_id == request.request_id
            )
        )
        at = await attention_at(connection, NOW)
        everybody = (await connection.scalars(select(enrolment.c.object_id))).all()
        theirs = {one: await read_kinds(connection, one, at) for one in everybody}
        assert sorted(asked.all()) == sorted(map(str, listed))
    assert {line.attention for line in page.people} <= {kind}, "each line says why it is there"
    assert sorted(line.object_id for line in page.people) == sorted(map(str, listed))
    assert counted == preview.people == (await _counts(database)).get(kind, 0) == len(listed)
    assert sorted(one for one in theirs if kind in theirs[one]) == sorted(map(str, listed))
    return listed


async def test_nobody_needs_attention_at_first(database: Database) -> None:
    """People who are on their way aren't listed."""
    await put(database, person())
    assert await _counts(database) == {}


async def test_what_a_workflow_says_is_listed(database: Database) -> None:
    """The reason in the row is the kind; those who wait longest come first."""
    for number, kind in enumerate([AttentionKind.BOUNCED, AttentionKind.BOUNCED]):
        since = NOW - timedelta(days=number)
        row = person(number, attention=kind, attention_since=since, problem="Mail came back.")
        await put(database, row)
    assert await _counts(database) == {AttentionKind.BOUNCED: 2}
    assert await _people(database, AttentionKind.BOUNCED) == [object_id(1), object_id(0)]
    [_, last] = await _items(database, AttentionKind.BOUNCED)
    assert (last.since, last.detail, last.upn) == (NOW, "Mail came back.", "person0@contoso.com")


async def test_people_who_clicked_long_ago_are_listed(database: Database) -> None:
    """Somebody should call them after two weeks, or whatever the worker was started with."""
    clicked = person(1, status=InviteStatus.ADDED_TO_GROUP, clicked_at=LONG_AGO)
    await put(database, clicked)
    await put(database, replace(clicked, object_id=object_id(2), clicked_at=NOW))
    await put(database, replace(clicked, object_id=object_id(3), ended=EnrolmentEnd.ACTIVE))
    await put(database, replace(clicked, object_id=object_id(4), status=InviteStatus.SENT))
    assert await _people(database, AttentionKind.NOT_REGISTERED) == [object_id(1)]
    assert await _counts(database) == {AttentionKind.NOT_REGISTERED: 1}
    edge = replace(clicked, object_id=object_id(5), clicked_at=NOW - timedelta(days=14, seconds=1))
    await put(database, edge)
    await put(database, replace(edge, object_id=object_id(6), clicked_at=NOW - timedelta(days=14)))
    assert await _people(database, AttentionKind.NOT_REGISTERED) == [object_id(1), object_id(5)]
    in_force = WorkerSettingsInForce(
        guests="reject",
        counted_methods=(),
        recheck_active=None,
        registration_sweep="auto",
        attention_after_click=timedelta(days=15),
        retain_ended=None,
    )
    async with database.writing() as connection:
        await set_worker_settings(connection, in_force, now=NOW)
    assert await _people(database, AttentionKind.NOT_REGISTERED) == [object_id(1)]


async def test_registered_people_outside_the_group_are_listed(database: Database) -> None:
    """Who is registered and not in the group isn't protected; excluded people are meant so."""
    registered = person(1, registration=RegistrationState.REGISTERED, registered_at=NOW)
    await put(database, registered)
    await put(database, replace(registered, object_id=object_id(2), in_group=True))
    await put(database, replace(registered, object_id=object_id(3), excluded=True))
    ended = replace(registered, object_id=object_id(4), ended=EnrolmentEnd.ACTIVE, ended_at=NOW)
    await put(database, ended)
    undone = replace(ended, object_id=object_id(5), ended=EnrolmentEnd.CANCELLED)
    await put(database, undone)
    await put(database, replace(ended, object_id=object_id(6)))
    async with database.writing() as connection:
        mine = update(enrolment).where(enrolment.c.object_id == object_id(6))
        await connection.execute(mine.values(stripped_at=NOW))
    outside = [object_id(1), object_id(4)]
    assert await _people(database, AttentionKind.NOT_IN_GROUP) == outside
    assert await _counts(database) == {AttentionKind.NOT_IN_GROUP: 2}


async def test_people_who_are_long_overdue_are_listed(database: Database) -> None:
    """Something is wrong with a step that is due since days and that nothing holds."""
    stuck = person(1, due_at=LONG_AGO)
    await put(database, stuck)
    held: list[dict[str, object]] = [
        {"due_at": NOW},
        {"paused_by": "Ada"},
        {"disabled_since": NOW},
        {"excluded": True},
        {"returned_since": NOW},
        {"ended": EnrolmentEnd.FAILED},
    ]
    for number, values in enumerate(held, start=2):
        await put(database, person(number, **{"due_at": LONG_AGO, **values}))
    assert await _people(database, AttentionKind.STUCK) == [object_id(1)]
    assert await _counts(database) == {AttentionKind.STUCK: 1}
    joining = {"next_step": NextStep.GROUP, "due_at": LONG_AGO}
    await put(database, person(20, **joining))
    async with database.writing() as connection:
        await set_control(connection, MailControl(mail_stopped=True, since=NOW))
    assert await _people(database, AttentionKind.STUCK) == [object_id(20)]


async def test_unconfirmed_mails_are_listed(database: Database) -> None:
    """A mail that may have left is shown to somebody, since it is never sent again by itself."""
    await put(database, person())
    for number, outcome in ((1, "in no folder"), (2, "again in no folder")):
        await _unconfirmed(database, number, outcome)
    assert await _people(database, AttentionKind.MAIL_UNCONFIRMED) == [object_id()]
    [item] = await _items(database, AttentionKind.MAIL_UNCONFIRMED)
    assert (item.detail, item.since) == ("in no folder", NOW + timedelta(minutes=1))


async def _unconfirmed(database: Database, number: int, outcome: str) -> None:
    """Send a mail to the first person of which it is unknown whether it left."""
    one, now = replace(mail(number), object_id=object_id()), NOW + timedelta(minutes=number)
    async with database.writing() as connection:
        await reserve(connection, one, attempt="a", now=now)
        await steps.drafting(connection, one.key, "a")
        await steps.drafted(connection, one.key, "a", draft_id="d", template_hash="t", values={})
        await budget.sending(
            connection,
            one.key,
            "a",
            limits=MailLimits(),
            clock=lambda: now,
            today=(NOW, NOW + timedelta(days=1)),
        )
        await steps.unconfirmed(connection, one.key, "a", now=now, outcome=outcome)


async def test_rows_that_name_nobody_are_listed(database: Database) -> None:
    """A row of a file that nobody answers to is shown until an import brings the person."""
    rows = [
        ImportRow(line=line, value=f"person{line}@contoso.com", outcome=RowOutcome.UNKNOWN)
        for line in (2, 3)
    ]
    trial = replace(IMPORT, import_id="trial", dry_run=True)
    async with database.writing() as connection:
        for one in (IMPORT, trial):
            await begin_import(connection, one)
            await put_rows(connection, one.import_id, rows)
    assert await _counts(database) == {AttentionKind.UNKNOWN_ROW: 2}
    await put(database, person(3))
    [item] = await _items(database, AttentionKind.UNKNOWN_ROW)
    assert (item.detail, item.key, item.object_id) == (
        "person2@contoso.com",
        f"{IMPORT.import_id}/2",
        None,
    )
    await Requests(database).cancel_imports(IMPORT.batch_id)
    assert await _counts(database) == {}, "the import was undone"

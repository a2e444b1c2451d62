"""Whoever needs an admin's eye is listed under the reason, and nobody else."""

from dataclasses import replace
from datetime import timedelta

from database.engine import Database
from database.enrolments.people import read_people
from database.figures.attention import AttentionRules, count_attention, read_attention
from database.imports.imports import begin_import
from database.imports.rows import put_rows
from database.mail import budget, steps
from database.mail.reservation import reserve
from database.requests.requests import Requests
from database.rollout.control import set_control
from domain.enrolment.state import EnrolmentEnd
from domain.enrolment.status import InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import NextStep
from domain.tables.imports import ImportRow, RowOutcome
from domain.tables.mail import MailLimits
from domain.tables.people import AttentionItem, PeopleFilter
from domain.tables.rollout import MailControl
from tests.database.test_imports import IMPORT
from tests.database.values import NOW, mail, object_id, person, put

RULES = AttentionRules()
LONG_AGO = NOW - timedelta(days=20)


async def _counts(database: Database) -> dict[AttentionKind, int]:
    async with database.reading() as connection:
        return await count_attention(connection, RULES, now=NOW)


async def _items(database: Database, kind: AttentionKind) -> list[AttentionItem]:
    async with database.reading() as connection:
        return await read_attention(connection, kind, RULES, now=NOW)


async def _people(database: Database, kind: AttentionKind) -> list[str | None]:
    return [item.object_id for item in await _items(database, kind)]


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
    """After two weeks without a registration somebody should call them."""
    clicked = person(1, status=InviteStatus.ADDED_TO_GROUP, clicked_at=LONG_AGO)
    await put(database, clicked)
    await put(database, replace(clicked, object_id=object_id(2), clicked_at=NOW))
    await put(database, replace(clicked, object_id=object_id(3), ended=EnrolmentEnd.ACTIVE))
    await put(database, replace(clicked, object_id=object_id(4), status=InviteStatus.SENT))
    assert await _people(database, AttentionKind.NOT_REGISTERED) == [object_id(1)]
    assert await _counts(database) == {AttentionKind.NOT_REGISTERED: 1}


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
    outside = [object_id(1), object_id(4)]
    assert await _people(database, AttentionKind.NOT_IN_GROUP) == outside
    assert await _counts(database) == {AttentionKind.NOT_IN_GROUP: 2}
    async with database.reading() as connection:
        page = await read_people(connection, PeopleFilter(attention=AttentionKind.NOT_IN_GROUP))
    assert [line.object_id for line in page.people] == outside, "a list can be made of them, too"


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
    today = (NOW, NOW + timedelta(days=1))
    key = mail().key
    async with database.writing() as connection:
        await reserve(connection, mail(), attempt="a", now=NOW)
        await steps.drafting(connection, key, "a")
        await steps.drafted(connection, key, "a", draft_id="d", template_hash="t", values={})
        await budget.sending(
            connection, key, "a", limits=MailLimits(), clock=lambda: NOW, today=today
        )
        await steps.unconfirmed(connection, key, "a", now=NOW, outcome="in no folder")
    [item] = await _items(database, AttentionKind.MAIL_UNCONFIRMED)
    assert (item.object_id, item.detail, item.key) == (object_id(), "in no folder", key)


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

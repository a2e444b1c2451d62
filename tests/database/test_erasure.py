"""Erased and stripped people leave no name behind, and figures stay right."""

import hmac
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from database.audit.chain import verify
from database.audit.entries import read_entries
from database.engine import Database
from database.enrolments.person import read_person
from database.erasure.erase import erase
from database.erasure.manager import ManagedPerson, forget_manager, read_managed
from database.imports.records import ImportRecords
from database.imports.rows import read_rows
from database.mail import steps
from database.mail.reservation import reserve
from database.schema import state, story_day
from database.tombstones import KEY, PREFIX, Tombstones
from domain.instants import microseconds
from domain.portal.call_list import CallEntry
from domain.status import MailKind
from domain.tables.enrolment import WriteOutcome
from domain.tables.import_parts import PartProgress
from domain.tables.imports import ImportRow, RowOutcome
from domain.tables.mail import MailLimits
from tests.database.test_imports import IMPORT
from tests.database.traces import ADA, BOSS, TRACES, call_entry, keep, leave_traces, send, traces
from tests.database.values import MAILBOX, NOW, TOMBSTONES, event, mail, object_id, person, put


async def test_telephone_numbers_are_kept_of_people_who_are_in_the_tables(
    database: Database,
) -> None:
    """The latest count; a mail to the person alone leaves what is known of the manager."""
    await put(database, person(1))
    await keep(database, 1, CallEntry(phone="+1 old"), boss=False)
    assert await call_entry(database, 1) == CallEntry(phone="+1 old")
    await keep(database, 1, BOSS)
    await keep(database, 1, CallEntry(phone="+1 new"), boss=False)
    assert await call_entry(database, 1) == replace(BOSS, phone="+1 new")
    await keep(database, 2, BOSS)
    assert await call_entry(database, 2) is None
    # A row that is written once more leaves the numbers.
    await put(database, person(1, revision=microseconds(NOW) + 1))
    assert await call_entry(database, 1) == replace(BOSS, phone="+1 new")


async def test_an_erased_person_leaves_no_trace(database: Database) -> None:
    """No column of any table holds name, address or ObjectId any more."""
    await leave_traces(database)
    assert await send(database, 1, MailLimits())
    assert await traces(database)
    async with database.writing() as connection:
        erased = await erase(connection, object_id(1), now=NOW, tombstones=TOMBSTONES)
        upns = ["BOB@contoso.com"]
        others = await erase(connection, object_id(8), upns, now=NOW, tombstones=TOMBSTONES)
    # Somebody who was never enrolled is found by a name.
    assert {name: number for name, number in others.items() if number} == {"import_row": 1}
    assert erased == {
        "audit_subject": 1,
        "contact": 1,
        "enrolment": 1,
        "held_click": 1,
        "import_row": 3,
        "older_token": 1,
        "request": 1,
        "request_person": 1,
        "sent_mail": 1,
        "story": 2,
        "upload": 0,
        "webhook_delivery": 1,
    }
    assert await traces(database) == []
    await keep(database, 1, BOSS)
    assert await call_entry(database, 1) is None
    async with database.reading() as connection:
        assert await read_rows(connection, IMPORT.import_id) == []
        assert (await verify(connection)).is_whole
        assert (await read_entries(connection))[1].person is None


async def test_an_erasure_may_be_repeated(database: Database) -> None:
    """After a restored backup the same erasure is carried out once more."""
    await leave_traces(database)
    for _ in range(2):
        async with database.writing() as connection:
            erased = await erase(connection, object_id(1), now=NOW, tombstones=TOMBSTONES)
    assert set(erased.values()) == {0}
    assert await put(database, ADA, [event(3)]) is WriteOutcome.ERASED
    again = person(1, revision=microseconds(NOW) + 1)
    assert await put(database, again) is WriteOutcome.APPLIED


async def test_tombstones_have_a_key_of_their_own(database: Database) -> None:
    """Another process reads it from the tables; without it, no trace leads to an ObjectId."""
    await put(database, ADA)
    async with database.writing() as connection:
        await erase(connection, object_id(1), now=NOW, tombstones=Tombstones())
        await erase(connection, object_id(2), now=NOW, tombstones=Tombstones())
    people, other = (object_id(1), object_id(2), object_id(3)), Tombstones()
    async with database.reading() as connection:
        query = select(state.c.name, state.c.value)
        kept = {row.name: row.value for row in await connection.execute(query)}
        erased = await other.read(connection, people)
    assert erased == dict.fromkeys(people[:2], microseconds(NOW))
    key = bytes.fromhex(kept.pop(KEY))
    assert len(key) == 32
    assert set(kept) == {
        PREFIX + hmac.digest(key, UUID(one).bytes, "sha256").hex() for one in people[:2]
    }


async def test_another_databases_tombstones_are_read_under_its_own_key(database: Database) -> None:
    """A process that goes on while the tables are replaced notices at the next read."""
    tombstones = Tombstones()
    for number in (1, 2):
        async with database.writing() as connection:
            await connection.execute(delete(state))
            assert await tombstones.read(connection, [object_id(number)]) == {}
            await erase(connection, object_id(number), now=NOW, tombstones=Tombstones())
            found = await tombstones.read(connection, [object_id(1), object_id(2)])
            assert set(found) == {object_id(number)}


async def test_a_mail_of_an_erased_person_still_counts(database: Database) -> None:
    """The mailbox has sent it, whoever it was to; the figures of the plots stay, too."""
    limits = MailLimits(per_hour=1, minute=timedelta())
    await leave_traces(database)
    assert await send(database, 1, limits)
    async with database.writing() as connection:
        await erase(connection, object_id(1), now=NOW, tombstones=TOMBSTONES)
    assert not await send(database, 2, limits)
    async with database.reading() as connection:
        counted = select(func.sum(story_day.c.events))
        assert (await connection.execute(counted)).scalar_one() == 2


def test_the_mailbox_of_tests_is_nobodys() -> None:
    """The traces that are looked for aren't part of the sender's address."""
    assert not any(trace in MAILBOX for trace in TRACES)


async def test_a_manager_is_forgotten_by_those_who_are_managed(database: Database) -> None:
    """Row, written columns and what the escalation said lose the name, whatever its case."""
    boss, escalation = "Boss@contoso.com", mail(1, kind=MailKind.ESCALATION)
    written = {"Title": "ada@contoso.com", "ManagerUPN": boss}
    await put(database, person(1, manager_upn=boss, written=written, item_id="7"))
    await put(database, person(2, manager_upn="other@contoso.com"))
    for number in (1, 2):
        await keep(database, number, BOSS)
    async with database.writing() as connection:
        await reserve(connection, escalation, attempt="a", now=NOW)
        await steps.drafting(connection, escalation.key, "a")
        said = {"name": "The Boss", "manager_upn": boss}
        await steps.drafted(
            connection, escalation.key, "a", draft_id="d", template_hash="t", values=said
        )
        assert await read_managed(connection, ["boss@contoso.com"]) == [
            ManagedPerson(object_id=object_id(1), item_id="7")
        ]
        for forgotten in (1, 0):
            assert await forget_manager(connection, ["boss@contoso.com"]) == forgotten
        assert await forget_manager(connection, []) == 0
        managed, other = [await read_person(connection, object_id(n)) for n in (1, 2)]
    assert managed is not None
    assert other is not None
    assert (managed.row.manager_upn, managed.row.written["ManagerUPN"]) == (None, None)
    assert managed.row.written["Title"] == "ada@contoso.com"
    assert managed.mails[0].values == {}
    assert other.row.manager_upn == "other@contoso.com"
    assert await call_entry(database, 1) == CallEntry(phone=BOSS.phone)
    assert await call_entry(database, 2) == BOSS


async def test_an_import_that_still_runs_writes_nothing_of_an_erased_person(
    database: Database,
) -> None:
    """Its rows about others are written, and so are all rows of an import that began later."""
    records = ImportRecords(database, TOMBSTONES)
    async with database.writing() as connection:
        await erase(connection, object_id(1), now=NOW, tombstones=TOMBSTONES)
    rows = [
        ImportRow(line=n, value="x", outcome=RowOutcome.STARTED, object_id=object_id(n))
        for n in (1, 2)
    ]
    for later, lines in ((-1, [2]), (1, [1, 2])):
        record = replace(IMPORT, import_id=str(later), requested_at=NOW + timedelta(minutes=later))
        await records.write(record, PartProgress(number=1, of_parts=1), rows)
        async with database.reading() as connection:
            assert [row.line for row in await read_rows(connection, str(later))] == lines

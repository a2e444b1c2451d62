"""Erased and stripped people leave no name behind, and figures stay right."""

import hmac
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Text, cast, delete, func, select

from database.audit.chain import append, verify
from database.audit.entries import read_entries
from database.engine import Database
from database.enrolments.contact import keep_contact, read_call_entries
from database.enrolments.link_owners import AskedLink, find_link_owners
from database.enrolments.people import count_matching
from database.enrolments.person import read_person
from database.erasure.erase import erase
from database.erasure.manager import ManagedPerson, forget_manager, read_managed
from database.erasure.retention import strip_ended, strip_imports
from database.erasure.tombstones import KEY, PREFIX, Tombstones
from database.figures.counts import count_people
from database.imports.imports import begin_import, read_imports, set_import_state
from database.imports.records import ImportRecords
from database.imports.rows import put_rows, read_rows
from database.mail import budget, steps
from database.mail.reservation import reserve
from database.portal.webhooks import add_webhook
from database.requests.begin import add_people
from database.rollout.held_clicks import hold_click
from database.rollout.older_tokens import OlderToken, put_tokens
from database.schema import METADATA, request, sent_mail, state, story, story_day
from domain.enrolment.state import EnrolmentEnd
from domain.enrolment.status import InviteStatus, MailKind
from domain.instants import microseconds
from domain.portal.call_list import CallEntry
from domain.tables.audit import Actor, AuditEntry
from domain.tables.enrolment import WriteOutcome
from domain.tables.import_parts import PartProgress
from domain.tables.imports import ImportRow, ImportState, RowOutcome
from domain.tables.mail import MailLimits, NotYet
from domain.tables.people import PeopleFilter
from domain.tables.rollout import RequestState
from domain.tables.story import StoryKind
from domain.webhooks.records import Webhook
from tests.database.test_imports import IMPORT
from tests.database.values import MAILBOX, NOW, TOMBSTONES, event, mail, object_id, person, put

ADA = person(1, upn="ada@contoso.com", display_name="Ada Lovelace", mail="Ada.L@contoso.com")
# Three letters alone may stand in any random id.
TRACES = ('"ada"', "ada@", "lovelace", object_id(1), object_id(1).replace("-", ""))


async def _send(database: Database, number: int, limits: MailLimits) -> bool:
    key = mail(number).key
    async with database.writing() as connection:
        await reserve(connection, mail(number), attempt="a", now=NOW)
        await steps.drafting(connection, key, "a")
        await steps.drafted(
            connection, key, "a", draft_id="d", template_hash="t", values={"name": "Ada"}
        )
        today = (NOW, NOW + timedelta(days=1))
        answer = await budget.sending(
            connection, key, "a", limits=limits, clock=lambda: NOW, today=today
        )
    return not isinstance(answer, NotYet)


BOSS = CallEntry(phone="+1 ada", manager_name="The Boss", manager_phone="+1 the-boss")


async def _call(database: Database, number: int) -> CallEntry | None:
    """Return whom to call about somebody."""
    async with database.reading() as connection:
        return (await read_call_entries(connection, [object_id(number)])).get(object_id(number))


async def _keep(database: Database, number: int, entry: CallEntry, *, boss: bool = True) -> None:
    async with database.writing() as connection:
        await keep_contact(connection, object_id(number), entry, with_manager=boss, now=NOW)


async def test_telephone_numbers_are_kept_of_people_who_are_in_the_tables(
    database: Database,
) -> None:
    """The latest count; a mail to the person alone leaves what is known of the manager."""
    await put(database, person(1))
    await _keep(database, 1, CallEntry(phone="+1 old"), boss=False)
    assert await _call(database, 1) == CallEntry(phone="+1 old")
    await _keep(database, 1, BOSS)
    await _keep(database, 1, CallEntry(phone="+1 new"), boss=False)
    assert await _call(database, 1) == replace(BOSS, phone="+1 new")
    await _keep(database, 2, BOSS)
    assert await _call(database, 2) is None
    # A row that is written once more leaves the numbers.
    await put(database, person(1, revision=microseconds(NOW) + 1))
    assert await _call(database, 1) == replace(BOSS, phone="+1 new")


async def _fill(database: Database) -> None:
    """Leave traces of Ada in every table that may hold some."""
    async with database.writing() as connection:
        hook = Webhook(
            webhook_id=object_id(78), url="https://h.io", secret="s", created_by="C", created_at=NOW
        )
        await add_webhook(connection, hook)
    await put(database, ADA, [event(1, data={"to": "ada@contoso.com"}), event(2, StoryKind.OPENED)])
    await _keep(database, 1, BOSS)
    rows = [
        ImportRow(line=2, value="ADA@contoso.com", outcome=RowOutcome.UNKNOWN),
        ImportRow(line=3, value="x", outcome=RowOutcome.STARTED, object_id=object_id(1)),
        ImportRow(
            line=4,
            value="adda@contoso.com",
            outcome=RowOutcome.UNKNOWN,
            candidates=("ada@contoso.com",),
        ),
        ImportRow(line=5, value="bob@contoso.com", outcome=RowOutcome.UNKNOWN),
    ]
    asked = {
        "request_id": "r",
        "action": "pause",
        "actor": "Charles",
        "requested_at": NOW,
        "object_id": object_id(1),
        "reason": "Ada is away",
        "selection": {"upn": "ada@contoso.com"},
        "state": RequestState.PENDING,
        "report": {},
    }
    async with database.writing() as connection:
        await begin_import(connection, replace(IMPORT, requested_by="Charles"))
        await put_rows(connection, IMPORT.import_id, rows)
        await connection.execute(request.insert().values(asked))
        await add_people(connection, "r", [object_id(1)])
        older = OlderToken(token=object_id(77), item_id="7", object_id=object_id(1))
        await put_tokens(connection, [older], pass_number=1)
        await hold_click(connection, object_id(1), at=NOW)
        entry = AuditEntry(at=NOW, actor=Actor(name="Charles"), action="pause", person=object_id(1))
        await append(connection, entry)


async def _traces(database: Database) -> list[str]:
    """Return the tables and columns in which somebody could still read of Ada."""
    found = []
    async with database.reading() as connection:
        for table in METADATA.sorted_tables:
            for column in table.c:
                text = func.lower(cast(column, Text))
                for trace in TRACES:
                    query = select(func.count()).select_from(table).where(text.contains(trace))
                    if (await connection.execute(query)).scalar_one():
                        found.append(f"{table.name}.{column.name}")
    return found


async def test_an_erased_person_leaves_no_trace(database: Database) -> None:
    """No column of any table holds name, address or ObjectId any more."""
    await _fill(database)
    assert await _send(database, 1, MailLimits())
    assert await _traces(database)
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
    assert await _traces(database) == []
    await _keep(database, 1, BOSS)
    assert await _call(database, 1) is None
    async with database.reading() as connection:
        assert await read_rows(connection, IMPORT.import_id) == []
        assert (await verify(connection)).is_whole
        assert (await read_entries(connection))[1].person is None


async def test_an_erasure_may_be_repeated(database: Database) -> None:
    """After a restored backup the same erasure is carried out once more."""
    await _fill(database)
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
    await _fill(database)
    assert await _send(database, 1, limits)
    async with database.writing() as connection:
        await erase(connection, object_id(1), now=NOW, tombstones=TOMBSTONES)
    assert not await _send(database, 2, limits)
    async with database.reading() as connection:
        counted = select(func.sum(story_day.c.events))
        assert (await connection.execute(counted)).scalar_one() == 2


@pytest.mark.parametrize("ended", [EnrolmentEnd.ACTIVE, EnrolmentEnd.CANCELLED])
async def test_stripped_people_are_counted_and_not_listed(
    database: Database, ended: EnrolmentEnd
) -> None:
    """A link is still answered and the funnel stays right when the name is gone."""
    old = {"status": InviteStatus.ACTIVE, "ended": ended, "ended_at": NOW - timedelta(days=400)}
    row = person(1, upn="ada@contoso.com", display_name="Ada Lovelace", **old)
    await put(database, row, [event(1)])
    await put(database, person(2, ended=ended, ended_at=NOW))
    await put(database, person(3))
    await _send(database, 1, MailLimits())
    await _keep(database, 1, BOSS)
    before = NOW - timedelta(days=365)
    async with database.writing() as connection:
        assert await strip_ended(connection, before=before, now=NOW) == 1
        assert await strip_ended(connection, before=before, now=NOW) == 0
    async with database.reading() as connection:
        assert (await count_people(connection)).total == 3
        assert await count_matching(connection, PeopleFilter()) == 2
        for table in (story, sent_mail):
            rows = select(func.count()).select_from(table)
            assert (await connection.execute(rows)).scalar_one() == 0
        (answer,) = await find_link_owners(connection, [AskedLink([object_id(1)], None)])
    assert (answer.status, answer.ended) == (InviteStatus.ACTIVE, ended)
    await _keep(database, 1, BOSS)
    assert await _call(database, 1) is None
    assert {one for one in await _traces(database) if not one.endswith("object_id")} == set()


async def test_a_late_write_never_brings_a_stripped_story_back(database: Database) -> None:
    """Only a new enrolment of the person fills the row again."""
    ended_at = NOW - timedelta(days=400)
    row = person(1, ended=EnrolmentEnd.GONE, ended_at=ended_at)
    await put(database, row, [event(1)])
    async with database.writing() as connection:
        await strip_ended(connection, before=NOW, now=NOW)
    assert await put(database, row, [event(1)]) is WriteOutcome.SUPERSEDED
    async with database.reading() as connection:
        assert (await connection.execute(select(story))).all() == []
    again = person(1, revision=row.revision + 1)
    assert await put(database, again, [event(2)]) is WriteOutcome.APPLIED
    async with database.reading() as connection:
        assert await count_matching(connection, PeopleFilter(text="person 1")) == 1


async def test_rows_of_old_imports_are_stripped(database: Database) -> None:
    """What an import was stays known; the addresses of its file don't."""
    async with database.writing() as connection:
        await begin_import(connection, IMPORT)
        row = ImportRow(line=2, value="ada@contoso.com", outcome=RowOutcome.STARTED)
        await put_rows(connection, IMPORT.import_id, [row])
        assert await strip_imports(connection, before=NOW) == 0
        done = ImportState.DONE
        await set_import_state(connection, IMPORT.import_id, done, finished_at=NOW)
        assert await strip_imports(connection, before=NOW + timedelta(seconds=1)) == 1
        assert [one.state for one in await read_imports(connection)] == [done]


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
        await _keep(database, number, BOSS)
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
    assert await _call(database, 1) == CallEntry(phone=BOSS.phone)
    assert await _call(database, 2) == BOSS


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

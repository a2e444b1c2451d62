"""What tests of erasure share: traces of Ada in every table, and what is still read of her."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Text, cast, func, select

from database.audit.chain import append
from database.engine import Database
from database.enrolments.contact import keep_contact, read_call_entries
from database.imports.imports import begin_import
from database.imports.rows import put_rows
from database.mail import budget, steps
from database.mail.reservation import reserve
from database.portal.webhooks import add_webhook
from database.requests.begin import add_people
from database.rollout.held_clicks import hold_click
from database.rollout.older_tokens import OlderToken, put_tokens
from database.schema import METADATA, request
from domain.portal.call_list import CallEntry
from domain.tables.audit import Actor, AuditEntry
from domain.tables.imports import ImportRow, RowOutcome
from domain.tables.mail import MailLimits, NotYet
from domain.tables.rollout import RequestState
from domain.tables.story import StoryKind
from domain.webhooks.records import Webhook
from tests.database.test_imports import IMPORT
from tests.database.values import NOW, event, mail, object_id, person, put

ADA = person(1, upn="ada@contoso.com", display_name="Ada Lovelace", mail="Ada.L@contoso.com")
# Three letters alone may stand in any random id.
TRACES = ('"ada"', "ada@", "lovelace", object_id(1), object_id(1).replace("-", ""))


async def send(database: Database, number: int, limits: MailLimits) -> bool:
    """Send somebody a mail as far as the tables know, and say whether the budget let it go."""
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


async def call_entry(database: Database, number: int) -> CallEntry | None:
    """Return whom to call about somebody."""
    async with database.reading() as connection:
        return (await read_call_entries(connection, [object_id(number)])).get(object_id(number))


async def keep(database: Database, number: int, entry: CallEntry, *, boss: bool = True) -> None:
    """Keep whom to call about somebody."""
    async with database.writing() as connection:
        await keep_contact(connection, object_id(number), entry, with_manager=boss, now=NOW)


async def leave_traces(database: Database) -> None:
    """Leave traces of Ada in every table that may hold some."""
    async with database.writing() as connection:
        hook = Webhook(
            webhook_id=object_id(78), url="https://h.io", secret="s", created_by="C", created_at=NOW
        )
        await add_webhook(connection, hook)
    await put(database, ADA, [event(1, data={"to": "ada@contoso.com"}), event(2, StoryKind.OPENED)])
    await keep(database, 1, BOSS)
    await put(database, person(6, upn="ada.of.before@contoso.com", replaced_by=object_id(1)))
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


async def traces(database: Database) -> list[str]:
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

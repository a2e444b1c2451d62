"""What ``--json`` prints has the names of REST, wherever both tell of the same."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from api.admin.rest.audit import AuditCheckModel, AuditEntryModel
from api.admin.rest.imports.imports import ImportRowModel
from api.admin.rest.mails.mailboxes import MailboxModel, PlannedMailsModel
from api.admin.rest.models import RestModel
from api.admin.rest.people.person_models import AttentionReasonModel, HoldModel, PersonLineModel
from api.admin.rest.reports.models import ReportModel
from api.admin.rest.requests.models import PreviewModel, RequestModel
from api.admin.rest.rollout.attention import AttentionCountModel, AttentionPageModel
from api.admin.rest.webhooks.models import WebhookModel
from database.audit.chain import append
from database.engine import Database
from database.imports.imports import begin_import
from database.imports.rows import put_rows
from database.portal.reports import add_report
from database.portal.webhooks import add_webhook
from database.requests.begin import NewRequest, begin_request
from domain.bulk.records import RequestAction
from domain.reports.interval import Interval
from domain.reports.records import ReportSchedule
from domain.tables.audit import Actor, AuditEntry
from domain.tables.imports import ImportRow, RowOutcome
from domain.tables.people import PeopleFilter
from domain.webhooks.records import Webhook
from tests.cli.people.conftest import WHEN, Verb, fill, read_json, verb_of
from tests.database.test_imports import IMPORT
from tests.database.values import object_id

Found = Callable[[Any], list[Any]]
DOCUMENTS: tuple[tuple[str, Found, type[RestModel]], ...] = (
    ("people list", lambda told: told["people"], PersonLineModel),
    ("show lovelace", lambda told: told["whyNotSooner"], HoldModel),
    ("show nora", lambda told: told["needsAttention"], AttentionReasonModel),
    ("audit list", list, AuditEntryModel),
    ("audit verify", lambda told: [told], AuditCheckModel),
    ("attention", lambda told: told["kinds"], AttentionCountModel),
    ("attention no-manager", lambda told: [told], AttentionPageModel),
    ("imports rejects autumn", list, ImportRowModel),
    ("mail mailboxes", list, MailboxModel),
    ("mail planned", lambda told: [told], PlannedMailsModel),
    ("report list", list, ReportModel),
    ("webhooks list", list, WebhookModel),
    ("requests list", list, RequestModel),
    ("bulk pause --everybody --dry-run", lambda told: [told], PreviewModel),
)


async def _put(database: Database) -> None:
    """Put one of everything into the tables."""
    await fill(database, datetime.now(UTC))
    told: dict[str, Any] = {"created_by": "Ada", "created_at": WHEN}
    row = ImportRow(line=2, value="x", outcome=RowOutcome.REJECTED)
    async with database.writing() as connection:
        await append(connection, AuditEntry(at=WHEN, actor=Actor(name="Ada"), action="pause"))
        await begin_import(connection, IMPORT)
        await put_rows(connection, IMPORT.import_id, [row])
        await add_webhook(
            connection, Webhook(webhook_id=object_id(1), url="https://x.com/", secret="x", **told)
        )
        await add_report(
            connection,
            ReportSchedule(
                schedule_id=object_id(2),
                interval=Interval(hour=7),
                recipients=("ada@contoso.com",),
                **told,
            ),
        )
        await begin_request(
            connection,
            NewRequest(
                request_id=str(uuid4()),
                action=RequestAction.PAUSE,
                actor=Actor(name="Ada"),
                reason="leave",
                at=WHEN,
                selection={"batch_id": "autumn", "has_ended": False},
                wanted=PeopleFilter(),
            ),
        )


@pytest.fixture
async def verb(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Verb:
    """Give verbs whose tables have one of everything."""
    await _put(sqlite_database)
    return verb_of(Path(str(sqlite_database.url.database)).parent, monkeypatch)


def test_documents_are_those_of_rest(verb: Verb) -> None:
    """Each has exactly the keys that REST's answer has, with values that it could have."""
    for words, found, model in DOCUMENTS:
        documents = found(read_json(verb(*words.split(), "--json")))
        assert documents, words
        for one in documents:
            told = model.model_validate(one).model_dump(by_alias=True)
            assert told.keys() == one.keys(), words

"""What ``--json`` prints has the names of REST, wherever both tell of the same."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.admin.rest.imports.imports import ImportRowModel
from api.admin.rest.models import RestModel
from api.admin.rest.people.contact import ContactModel
from api.admin.rest.people.mails import MailAsSentModel
from api.admin.rest.people.person_models import HoldModel, PersonLineModel
from api.admin.rest.people.views import ViewModel
from api.admin.rest.reports.now import ReportNowModel
from api.admin.rest.rollout.by_day import DayModel
from api.admin.rest.rollout.forecast import ForecastModel
from database.engine import Database
from database.imports.imports import begin_import
from database.imports.rows import put_rows
from database.portal.saved_views import save_view
from domain.portal.saved_view import SavedView
from domain.status import MailKind
from domain.tables.imports import ImportRow, RowOutcome
from tests.api.portal.people.values import put_mail
from tests.cli.people.conftest import WHEN, Verb, fill, read_json, verb_of
from tests.database.test_imports import IMPORT
from tests.database.values import object_id

Found = Callable[[Any], list[Any]]
# What both make by one function has the same names anyhow.
DOCUMENTS: tuple[tuple[str, Found, type[RestModel]], ...] = (
    ("people list", lambda told: told["people"], PersonLineModel),
    ("show lovelace", lambda told: told["whyNotSooner"], HoldModel),
    ("imports rejects autumn", list, ImportRowModel),
    ("views list", list, ViewModel),
    ("show lovelace --mail 1", lambda told: [told], MailAsSentModel),
    ("show lovelace", lambda told: [told["contact"]], ContactModel),
    ("status --by day", lambda told: told["days"], DayModel),
    ("report show", lambda told: [told], ReportNowModel),
    ("plan --running", lambda told: [_of_the_rollout(told)], ForecastModel),
)

SETTINGS = {
    "PUBLIC_BASE_URL": "https://mfa.contoso.com",
    "COMPANY_NAME": "Contoso",
    "SUPPORT_EMAIL": "help@contoso.com",
}


def _of_the_rollout(told: Any) -> Any:
    """Return a forecast without what is said of an import that is planned by itself."""
    return {name: value for name, value in told.items() if name not in {"remedies", "options"}}


@pytest.fixture
async def verb(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Verb:
    """Give verbs whose tables have people, and an import with a row to correct."""
    await fill(sqlite_database, datetime.now(UTC))
    row = ImportRow(line=2, value="x", outcome=RowOutcome.REJECTED)
    await put_mail(sqlite_database, 1, MailKind.REMINDER)
    view = SavedView(
        view_id=object_id(1),
        owner_id=object_id(90),
        name="Left",
        shared=True,
        filters={"ended": "failed", "status": "Sent"},
        created_at=WHEN,
    )
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    async with sqlite_database.writing() as connection:
        await save_view(connection, view)
        await begin_import(connection, IMPORT)
        await put_rows(connection, IMPORT.import_id, [row])
    return verb_of(Path(str(sqlite_database.url.database)).parent, monkeypatch)


def test_documents_are_those_of_rest(verb: Verb) -> None:
    """Each has exactly the keys that REST's answer has, with values that it could have."""
    for words, found, model in DOCUMENTS:
        documents = found(read_json(verb(*words.split(), "--json")))
        assert documents, words
        for one in documents:
            told = model.model_validate(one).model_dump(by_alias=True)
            assert told.keys() == one.keys(), words

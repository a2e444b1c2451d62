"""What ``--json`` prints has the names of REST, wherever both tell of the same."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.admin.rest.imports.imports import ImportRowModel
from api.admin.rest.models import RestModel
from api.admin.rest.people.person_models import HoldModel, PersonLineModel
from database.engine import Database
from database.imports.imports import begin_import
from database.imports.rows import put_rows
from domain.tables.imports import ImportRow, RowOutcome
from tests.cli.people.conftest import Verb, fill, read_json, verb_of
from tests.database.test_imports import IMPORT

Found = Callable[[Any], list[Any]]
# What both make by one function has the same names anyhow.
DOCUMENTS: tuple[tuple[str, Found, type[RestModel]], ...] = (
    ("people list", lambda told: told["people"], PersonLineModel),
    ("show lovelace", lambda told: told["whyNotSooner"], HoldModel),
    ("imports rejects autumn", list, ImportRowModel),
)


@pytest.fixture
async def verb(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Verb:
    """Give verbs whose tables have people, and an import with a row to correct."""
    await fill(sqlite_database, datetime.now(UTC))
    row = ImportRow(line=2, value="x", outcome=RowOutcome.REJECTED)
    async with sqlite_database.writing() as connection:
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

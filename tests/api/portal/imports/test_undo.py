"""Taking back the import of a batch, from its page."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete
from temporalio.client import Client

from database.audit.entries import read_entries
from database.engine import Database
from database.imports.imports import begin_import
from database.imports.rows import put_rows
from database.requests.read import read_request
from database.schema import enrolment, import_row
from domain.identifiers import BULK_PREFIX
from domain.portal.roles import Role
from domain.tables.audit import AuditAction
from domain.tables.imports import ImportRow, RowOutcome
from tests.api.portal.portal import CSRF, RunningPortal, running_portal
from tests.database.test_imports import IMPORT
from tests.database.values import person, put

UNDO = "/portal/batches/autumn/undo"


@pytest.fixture
async def served(
    client: Client, tmp_path: Path, sqlite_database: Database, unique: Callable[[str], str]
) -> AsyncIterator[RunningPortal]:
    """Run a portal with Temporal, and nobody who works on its queue."""
    options: dict[str, Any] = {"task_queue": unique("queue"), "answer_within": timedelta(minutes=1)}
    async with running_portal(client, tmp_path, sqlite_database, **options) as running:
        await put(running.database, person(1))
        await put(running.database, person(2, invite_sent_at=None))
        lost = [
            ImportRow(line=line, value=f"lost{line}@contoso.com", outcome=RowOutcome.UNKNOWN)
            for line in range(3, 6)
        ]
        async with running.database.writing() as connection:
            await begin_import(connection, IMPORT)
            await put_rows(connection, IMPORT.import_id, lost)
        yield running


async def test_an_undo_is_previewed_and_started_once(served: RunningPortal) -> None:
    """Counts first; two presses are one request, in the log under the admin's name."""
    request_id = str(uuid4())
    data = {"csrf": CSRF, "reason": "wrong file", "request_id": request_id}
    async with served.browser(Role.ADMIN) as browser:
        batch = (await browser.get("/portal/batches/autumn")).text
        assert f'href="{UNDO}"' in batch
        met = await browser.post(
            "/portal/people/bulk",
            data={
                "csrf": CSRF,
                "query": "/portal/people?batch=autumn",
                "scope": "all",
                "action": "pause",
            },
        )
        assert "2 people" in met.text
        preview = (await browser.get(UNDO)).text
        assert "brought 2 people" in preview
        assert re.search(
            r'<td class="number">3</td><td>Rows that name nobody in the directory', preview
        )
        shown = re.search(r'name="confirmed" value="([0-9a-f]{64})"', preview)
        assert shown is not None
        data |= {"confirmed": shown[1], "number": "2"}
        for wrong in ({"confirmed": "2"}, {"confirmed": ""}, {"reason": ""}, {"request_id": "x"}):
            answer = await browser.post(UNDO, data=data | wrong)
            assert answer.headers["location"] == UNDO
            assert "Nothing was done" in (await browser.get(UNDO)).text
        for _ in range(2):
            answer = await browser.post(UNDO, data=data)
            assert answer.headers["location"] == f"/portal/requests/{request_id}"
        # Once more, when nothing is left of the batch; another form finds that there is none.
        async with served.database.writing() as connection:
            await connection.execute(delete(enrolment))
            await connection.execute(delete(import_row))
        for sent, status in ((data, 303), (data | {"request_id": str(uuid4())}, 404)):
            assert (await browser.post(UNDO, data=sent)).status_code == status
        assert (await browser.get("/portal/batches/none/undo")).status_code == 404
    async with served.browser(Role.HELPDESK, number=901) as browser:
        assert (await browser.get(UNDO)).status_code == 403
    handle = served.api.app.state.portal.client.get_workflow_handle(f"{BULK_PREFIX}{request_id}")
    assert (await handle.describe()).workflow_type == "UndoImportWorkflow"
    async with served.database.reading() as connection:
        entries = [one.action for one in (await read_entries(connection)).values()]
        record = await read_request(connection, request_id)
    assert entries.count(AuditAction.UNDO_IMPORT) == 1
    assert record is not None
    assert record.actor == "Ada Lovelace"

"""The list of batches, and one of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from database.imports.imports import put_import
from domain.portal.roles import Role
from domain.status import InviteStatus
from domain.tables.enrolment import NextStep
from domain.tables.imports import ImportRecord, ImportState
from tests.api.portal.portal import RunningPortal
from tests.database.values import MAILBOX, person, put


async def test_batches_are_listed_and_shown(portal: RunningPortal) -> None:
    """Readers see counts, imports, departments and planned mails; names are text."""
    now = datetime.now(UTC)
    batch = "autumn.1"
    waiting = {"next_step": NextStep.REMINDER, "due_at": now + timedelta(days=3), "batch_id": batch}
    for one in (
        person(1, **waiting),
        person(2, **waiting, department="<i>R&D</i>"),
        person(3, batch_id=batch, status=InviteStatus.ACTIVE),
    ):
        await put(portal.database, one)
    record = ImportRecord(
        import_id="batch-autumn.1-0123456789ab",
        batch_id=batch,
        requested_by="somebody",
        requested_at=now,
        file_hash="0" * 64,
        file_name="Leute.csv",
        rows=3,
        state=ImportState.DONE,
    )
    async with portal.database.writing() as connection:
        await put_import(connection, record)
    async with portal.browser(Role.READER) as browser:
        listed = (await browser.get("/portal/batches")).text
        shown = (await browser.get(f"/portal/batches/{batch}")).text
        missing = await browser.get("/portal/batches/none")
        running = replace(record, state=ImportState.RUNNING)
        async with portal.database.writing() as connection:
            await put_import(connection, running)
        htmx = {"HX-Request": "true"}
        live = (await browser.get(f"/portal/batches/{batch}", headers=htmx)).text
    # While an import is under way, this part is asked for again.
    assert f'hx-get="/portal/batches/{batch}"' in live
    assert "every 5s" not in shown
    assert "Leute.csv" in live
    assert "<html" not in live
    assert "33%" in listed
    assert f'href="/portal/people?batch={batch}">3</a>' in listed
    there = f"/portal/people?batch={batch}&amp;status=Sent&amp;ended=running"
    assert f'<a href="{there}">2</a>' in listed
    here = f"/portal/people?batch={batch}&amp;department=Sales&amp;status=Active"
    assert f'<a href="{here}">1</a>' in shown
    assert MAILBOX.replace("@", "<wbr>@").replace(".com", "<wbr>.com") in listed
    assert "&lt;i&gt;R&amp;D&lt;/i&gt;" in shown
    assert f'href="/portal/people?batch={batch}&amp;status=Active"' in shown
    assert "Leute.csv" in shown
    assert f'href="/portal/imports/{record.import_id}"' in shown
    assert missing.status_code == 404

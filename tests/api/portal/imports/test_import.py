"""From an upload in the portal to its preview, its start and its report."""

import csv
import io
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import httpx
import pytest

from activities.imports.part import PartInput
from database.audit.entries import read_entries
from database.erasure.erase import erase
from database.imports.imports import read_imports
from database.imports.records import ImportRecords
from database.imports.uploads import read_parts
from domain.imports.file import read_import_file
from domain.imports.reasons import FileFault, RowReason
from domain.imports.texts import FILE_TEXTS
from domain.mail.send_window import SendWindow
from domain.plain_text import beginning
from domain.portal.roles import Role
from domain.tables.audit import AuditAction, AuditOutcome
from domain.tables.import_parts import PartProgress
from domain.tables.imports import ImportRecord, ImportRow, ImportState, RowOutcome
from tests.api.portal.imports.conftest import MAILBOXES
from tests.api.portal.portal import CSRF, RunningPortal
from tests.database.values import NOW, TOMBSTONES, object_id

OLD_WORKBOOK = beginning(FILE_TEXTS[FileFault.OLD_WORKBOOK])

FORM = {"csrf": CSRF}
CSV = "Name;E-Mail;Manager e-mail\nAda;ada@contoso.example;boss@contoso.example\nx;?;b@c.example\n"
FILE = {"file": ("Leute.csv", CSV.encode(), "text/csv")}


async def upload(browser: httpx.AsyncClient, **request: Any) -> httpx.Response:
    """Send the form of the page."""
    request.setdefault("data", FORM)
    request.setdefault("files", FILE)
    return await browser.post("/portal/import", **request)


async def worked(
    portal: RunningPortal, record: ImportRecord, state: ImportState, *rows: ImportRow, **counts: int
) -> None:
    """Let a worker write how far an import is."""
    part = PartProgress(number=1, of_parts=1, rows_done=1, state=state, counts=counts)
    await ImportRecords(portal.database, TOMBSTONES).write(record, part, rows)


async def records(portal: RunningPortal) -> list[ImportRecord]:
    """Return the imports and dry runs that the tables tell of."""
    async with portal.database.reading() as connection:
        return await read_imports(connection)


async def test_an_upload_is_previewed_and_imported_once(
    served: RunningPortal, unique: Callable[[str], str]
) -> None:
    """Columns, a dry run, and one import for two presses, with one entry in the audit log."""
    batch = unique("b")
    async with served.browser(Role.ADMIN) as browser:
        sent = await upload(browser)
        assert sent.status_code == 303
        preview = sent.headers["location"]
        page = (await browser.get(preview)).text
        assert "Leute.csv" in page
        assert "E-Mail</bdi></th><td>Names the person" in page
        assert "Manager e-mail</bdi></th><td>Not read" in page
        assert 'hx-trigger="every 2s"' in page
        (dry_run,) = await records(served)
        assert (dry_run.dry_run, dry_run.rows) == (True, 1)

        # While the dry run is under way it isn't known who would be invited.
        assert (await browser.get(f"{preview}/forecast")).text == ""

        unknown = ImportRow(
            line=2,
            value="ada@contoso.example",
            outcome=RowOutcome.UNKNOWN,
            reason=RowReason.UNKNOWN,
            candidates=("ada.l@contoso.example",),
        )
        await worked(served, dry_run, ImportState.DONE, unknown, resolved=1, to_invite=1)
        part = await browser.get(f"{preview}/standing")
        assert "every 2s" not in part.text
        assert "ada.l@contoso.example" in part.text
        assert "Last invitation" in part.text
        assert f'hx-get="{preview}/forecast"' in part.text
        forecast = (await browser.get(f"{preview}/forecast")).text
        assert "How the rollout goes on" in forecast
        assert forecast.count("<figure") == 2
        assert "<html" not in forecast
        object.__setattr__(served.api.app.state.portal, "longest_forecast", timedelta(0))
        assert "takes too long" in (await browser.get(f"{preview}/forecast")).text

        # What is written is still there after another look.
        await browser.post(preview, data={**FORM, "batch_id": batch, "reason": "third <wave>"})
        assert 'value="third &lt;wave&gt;"' in (await browser.get(preview)).text
        start = {**FORM, "batch_id": batch, "do": "start", "restart_active": "on"}
        start |= {"reason": "third <wave>"}
        pressed = [await browser.post(preview, data=start) for _ in range(2)]
        assert len({one.headers["location"] for one in pressed}) == 1
        assert (await browser.get(preview)).headers["location"].startswith("/portal/imports/")

        shown = await browser.get(pressed[0].headers["location"])
        assert f"Import of batch {batch}" in shown.text
        assert "every 2s" in shown.text

    (imported,) = [one for one in await records(served) if not one.dry_run]
    assert (imported.batch_id, imported.options["restart_active"]) == (batch, True)
    async with served.database.reading() as connection:
        entries = list((await read_entries(connection)).values())
        assert await read_parts(connection, preview.rpartition("/")[2]) == []
    assert [(one.action, one.outcome) for one in entries] == [
        (AuditAction.IMPORT, AuditOutcome.DONE),
        (AuditAction.IMPORT, None),
    ]
    assert (entries[1].actor.object_id, entries[1].reason) == (
        object_id(900),
        f"batch {batch}; People who were active and have no method: started again; third <wave>",
    )


async def test_an_import_has_options_of_its_own(
    served: RunningPortal, unique: Callable[[str], str]
) -> None:
    """What is wrong is said at its field, and nothing is lost; what is right is used and told."""
    batch = unique("b")
    form: dict[str, Any] = {**FORM, "batch_id": batch, "do": "start"}
    form |= {"wave_size": "500", "wave_days": "7", "send_window": "08:00-18:00"}
    form |= {"send_days": ["mon", "fri"], "sender_mailboxes": [MAILBOXES[1]]}
    wrong = {"batch_id": "a b", "wave_size": "0", "send_window": "8-18"}
    async with served.browser(Role.ADMIN) as browser:
        preview = (await upload(browser)).headers["location"]
        refused = await browser.post(preview, data=form | wrong)
        assert refused.status_code == 422
        for name, value in wrong.items():
            assert f'value="{value}"' in refused.text
            assert f'aria-describedby="{name}-fault ' in refused.text
            assert f'id="{name}-fault"' in refused.text
        assert 'id="wave_days-fault"' not in refused.text
        for value in ("mon", "fri", MAILBOXES[1]):
            assert f'value="{value}" checked' in refused.text
        assert len(await records(served)) == 1

        await browser.post(preview, data=form | {"do": "preview"})
        assert 'value="08:00-18:00"' in (await browser.get(preview)).text
        report = (await browser.post(preview, data=form)).headers["location"]
        for page in (report, f"/portal/batches/{batch}"):
            shown = (await browser.get(page)).text
            assert all(told in shown for told in ("500", "mon, fri", MAILBOXES[1]))

    (imported,) = [one for one in await records(served) if not one.dry_run]
    handle = served.api.app.state.portal.client.get_workflow_handle(f"{imported.import_id}-1")
    started = (await handle.fetch_history()).events[0].workflow_execution_started_event_attributes
    converter = served.api.app.state.portal.client.data_converter
    (told,) = await converter.decode(started.input.payloads, [PartInput])
    assert (told.pace.wave_size, told.pace.wave_interval) == (500, timedelta(days=7))
    assert told.pace.mailboxes == (1,)
    window = SendWindow(opens=time(8), closes=time(18), days=("Mon", "Fri"))
    assert told.policy.window == told.pace.window == window
    async with served.database.reading() as connection:
        entries = list((await read_entries(connection)).values())
    reason = str(entries[1].reason)
    assert reason.startswith(f"batch {batch}; ")
    assert all(told in reason for told in ("500", "08:00-18:00", "mon, fri", MAILBOXES[1]))


async def test_without_temporal_an_upload_is_kept(portal: RunningPortal) -> None:
    """The page says that it is kept and what to do; pressing Start loses nothing either."""
    async with portal.browser(Role.ADMIN) as browser:
        preview = (await upload(browser)).headers["location"]
        assert "The upload is kept" in (await browser.get(preview)).text
        data = {**FORM, "batch_id": "b", "do": "start"}
        again = await browser.post(preview, data=data)
        assert again.headers["location"] == preview
        page = (await browser.get(preview)).text
    assert "Nothing is lost" in page
    assert 'value="b"' in page
    assert await records(portal) == []
    async with portal.database.reading() as connection:
        assert len(await read_parts(connection, preview.rpartition("/")[2])) == 1
        entries = await read_entries(connection)
    assert [one.outcome for one in entries.values()] == [AuditOutcome.FAILED, None]


@pytest.mark.parametrize(
    ("data", "files", "status", "told"),
    [
        ({}, {"file": ("a.csv", b"x" * 50_000_000)}, 413, "10 MiB"),
        ({}, {"file": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}, 422, OLD_WORKBOOK),
        ({}, {"file": ("a.csv", b"UPN\n")}, 422, "names nobody"),
        ({"names": "ada"}, FILE, 422, "one of the three"),
    ],
)
async def test_what_cannot_be_read_is_told_on_the_page(
    portal: RunningPortal, data: dict[str, str], files: Any, status: int, told: str
) -> None:
    """Files that are too large, of a kind that nobody reads, or empty: the form says so again."""
    async with portal.browser(Role.ADMIN) as browser:
        answer = await upload(browser, data=FORM | data, files=files)
    assert answer.status_code == status
    assert told in answer.text
    assert "Nothing was imported" in answer.text


@pytest.mark.parametrize(
    ("data", "source"),
    [
        ({"names": "ada@contoso.example\n\nbob@contoso.example\n"}, "Manual"),
        ({"text": "UPN\tName\nada@contoso.example\tAda\nbob@contoso.example\tB\n"}, "CSV Upload"),
    ],
)
async def test_people_are_pasted_or_entered(
    served: RunningPortal, data: dict[str, str], source: str
) -> None:
    """A pasted table is a file; names, one a line, are entered by hand; no file is chosen."""
    async with served.browser(Role.ADMIN) as browser:
        await upload(browser, data=FORM | data, files={"file": ("", b"")})
    (record,) = await records(served)
    assert (record.rows, record.options["source"]) == (2, source)


async def test_a_forged_upload_and_another_admins_are_refused(portal: RunningPortal) -> None:
    """Without the token nothing is kept; an upload is its admin's alone, and goes in an erasure."""
    async with (
        portal.browser(Role.ADMIN) as browser,
        portal.browser(Role.HELPDESK, number=902) as helpdesk,
    ):
        assert (await upload(browser, data={})).status_code == 403
        assert (await upload(helpdesk)).status_code == 403
        preview = (await upload(browser)).headers["location"]
        async with portal.browser(Role.ADMIN, number=901) as other:
            assert (await other.get(preview)).status_code == 404
        async with portal.database.writing() as connection:
            erased = await erase(connection, object_id(5), now=NOW, tombstones=TOMBSTONES)
        assert erased["upload"] == 1
        assert (await browser.get(preview)).status_code == 404
        assert (await browser.get("/portal/imports/batch-none-0")).status_code == 404


async def test_rejected_rows_are_downloaded_corrected_and_imported_again(
    served: RunningPortal,
) -> None:
    """The download is safe and can be imported; what is put right is an upload for the batch."""
    async with served.browser(Role.ADMIN) as browser:
        preview = (await upload(browser)).headers["location"]
        start = {**FORM, "batch_id": "autumn", "do": "start"}
        report = (await browser.post(preview, data=start)).headers["location"]
        imported = next(one for one in await records(served) if not one.dry_run)
        rows = [
            ImportRow(line=2, value="adda@x.example", outcome=RowOutcome.UNKNOWN, reason="unknown"),
            ImportRow(line=3, value='=cmd|"a"', outcome=RowOutcome.REJECTED, reason="no_address"),
        ]
        await worked(served, imported, ImportState.DONE, *rows)

        page = (await browser.get(report)).text
        for after in (2**31, "nonsense"):
            assert (await browser.get(report, params={"after": after})).status_code == 404
        assert "every 2s" not in page
        assert 'name="value-2" value="adda@x.example"' in page
        download = await browser.get(f"{report}/rejects.csv")
        assert 'filename="rejects-autumn.csv"' in download.headers["content-disposition"]
        told = list(csv.reader(io.StringIO(download.text.removeprefix("\ufeff"))))
        assert [cells[:2] for cells in told[1:]] == [["2", "adda@x.example"], ["3", '\'=cmd|"a"']]
        assert [row.address for row in read_import_file(download.content).rows] == [
            "adda@x.example"
        ]

        corrected = {**FORM, "value-2": "ada@contoso.example", "value-3": ""}
        again = (await browser.post(f"{report}/corrected", data=corrected)).headers["location"]
        assert 'value="autumn"' in (await browser.get(again)).text
        empty = await browser.post(f"{report}/corrected", data={**FORM, "value-2": " "})
        assert empty.headers["location"] == report
    dry_runs = [one for one in await records(served) if one.dry_run]
    assert [one.rows for one in dry_runs if one.batch_id == "autumn"] == [1]

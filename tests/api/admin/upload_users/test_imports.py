"""Imports over HTTP, from the upload to the finished report, with a worker and a tenant."""

from datetime import time
from typing import Any

import pytest
from temporalio.service import RPCError

from activities.imports.part import PartInput
from api.admin.problems import MEDIA_TYPE
from api.admin.rest.imports.batch_models import BatchReportModel
from database.audit.entries import read_entries
from domain.identifiers import batch_workflow_id, enrolment_workflow_id
from domain.imports.file import read_import_file
from domain.imports.options.options import ImportOptions
from domain.tables.audit import AuditAction, AuditOutcome
from tests.api.admin.upload_users.conftest import ADA, MAILBOXES, UPLOAD, USERS, WAIT, Admin
from tests.support.eventually import eventually


@pytest.mark.wording
async def test_an_import_names_its_own_options(admin: Admin) -> None:
    """They are part of what the workflow gets; numbers and lists may be texts, as in a form."""
    body: dict[str, Any] = {"csv": f"UPN\n{ADA}", "batchId": admin.batch}
    own: dict[str, Any] = {"waveSize": 500, "sendWindow": "08:00-18:00", "sendDays": ["mon", "Fri"]}
    own |= {"waveDays": "7", "senderMailboxes": MAILBOXES[1]}
    assert (await admin.post(UPLOAD, json=body | own)).status_code == 202
    content = read_import_file(body["csv"].encode()).content_hash
    part_id = batch_workflow_id(admin.batch, content, 1)
    started_part = admin.stage.client.get_workflow_handle(part_id)
    started = (
        (await started_part.fetch_history()).events[0].workflow_execution_started_event_attributes
    )
    converter = admin.stage.client.data_converter
    (told,) = await converter.decode(started.input.payloads, [PartInput])
    assert told.record is not None
    assert ImportOptions.from_json(told.record.options) == ImportOptions(
        wave_size=500,
        wave_days=7,
        send_window="08:00-18:00",
        send_days=("mon", "fri"),
        sender_mailboxes=(MAILBOXES[1],),
    )
    assert (told.pace.mailboxes, told.policy.window.opens) == ((1,), time(8))
    async with admin.tables.reading() as connection:
        (ended, entry) = (await read_entries(connection)).values()
    assert (entry.action, ended.outcome) == (AuditAction.IMPORT, AuditOutcome.DONE)
    reason = str(entry.reason)
    assert all(told in reason for told in (admin.batch, "500", "mon, fri", MAILBOXES[1]))
    # It runs, so whoever sends other options is told which hold.
    other = body | {"waveSize": 7, "includeCancelled": True}
    joined = (await admin.post(UPLOAD, json=other)).json()
    assert (joined["options"]["waveSize"], joined["options"]["waveDays"]) == (500, 7)
    assert not joined["options"].get("includeCancelled")
    async with admin.tables.reading() as connection:
        (ended, entry, *_) = (await read_entries(connection)).values()
    assert "People in a wave: 7; People who were cancelled" in str(entry.reason)
    assert str(ended.reason).startswith("It was running already, and keeps what it began with: ")
    assert "People in a wave: 500" in str(ended.reason)


async def test_options_that_cannot_be_used_are_named(admin: Admin) -> None:
    """Every wrong field with what is wrong; the right mailboxes are listed, and nothing starts."""
    body = {"csv": f"UPN\n{ADA}", "batchId": admin.batch, "sendWindow": "8-18"}
    answer = await admin.post(UPLOAD, json=body | {"senderMailboxes": ["x@contoso.example"]})
    assert (answer.status_code, answer.headers["content-type"]) == (422, MEDIA_TYPE)
    wrong = {one["name"]: one["detail"] for one in answer.json()["errors"]}
    assert set(wrong) == {"sendWindow", "senderMailboxes"}
    assert all(mailbox in wrong["senderMailboxes"] for mailbox in MAILBOXES)
    assert await admin.enrolled() == 0


async def test_a_file_is_imported(busy: Admin) -> None:
    """The answer tells of bad rows at once; the report is complete when the batch has ended."""
    ada, bob = (busy.stage.user().user_principal_name for _ in range(2))
    csv = f"UPN\n{ada}\nnot-an-address\n{bob}\n{ada.upper()}\ngone@contoso.example"

    response = await busy.post(UPLOAD, json={"csv": csv, "batchId": busy.batch})

    assert response.status_code == 202
    told = response.json()
    assert (told["batchId"], told["dryRun"], told["rows"]) == (busy.batch, False, 3)
    assert [row["line"] for row in told["rejected"]][:1] == [3]
    (repeated,) = told["repeated"]
    assert (repeated["line"], repeated["code"]) == (5, "repeated")
    assert "2" in repeated["reason"]
    assert response.headers["Location"] == f"/api/batches/{busy.batch}"

    report = await busy.ended(await busy.get(response.headers["Location"], wait=WAIT))
    assert (report["state"], report["started"], report["rowsDone"]) == ("ended", 2, 3)
    assert [row["line"] for row in report["rejected"]] == [3, 6]
    assert all(row["reason"] for row in report["rejected"])
    assert report["repeated"] == told["repeated"]
    assert report["lastInvitationAt"] is not None
    for one in (told, report):
        BatchReportModel.model_validate(one)
    await eventually(lambda: any(row["Title"] == ada for row in busy.stage.items()))
    (row,) = [row for row in busy.stage.items() if row["Title"] == ada]
    assert (row["Source"], row["SourceBatchId"]) == ("CSV Upload", busy.batch)


async def test_a_form_is_imported(busy: Admin) -> None:
    """A multipart form gives the same report, whatever the file's encoding; ``wait`` waits."""
    users = [busy.stage.user().user_principal_name for _ in range(2)]
    csv = "\r\n".join(["Name;E-Mail", *(f"Zoë;{name}" for name in users), "x;?"])
    for encoding in ("utf-16", "cp1252"):
        response = await busy.post(
            UPLOAD,
            params={"wait": WAIT},
            files={"file": ("Leute.csv", csv.encode(encoding), "text/csv")},
            data={"batchId": busy.batch},
        )
        assert response.status_code == 202, response.text
        report = await busy.ended(response)
        assert report["batchId"] == busy.batch
        assert [row["line"] for row in report["rejected"]] == [4]
    assert report["alreadyEnrolled"] == 2


async def test_people_are_entered_by_hand(busy: Admin) -> None:
    """UPNs in a list; the list's row says that they were added by hand."""
    user = busy.stage.user()
    body = {"users": [user.user_principal_name, "nobody"], "batchId": busy.batch}

    response = await busy.post(USERS, json=body, params={"wait": WAIT})

    report = await busy.ended(response)
    assert (response.status_code, report["started"]) == (202, 1)
    assert [row["line"] for row in report["rejected"]] == [2]
    await eventually(busy.stage.items)
    assert busy.stage.item()["Source"] == "Manual"


async def test_a_batch_id_is_made_where_there_is_none(busy: Admin) -> None:
    """It is the time, and the answer names it."""
    user = busy.stage.user()
    response = await busy.post(USERS, json={"users": [user.user_principal_name]})
    batch = response.json()["batchId"]
    assert batch.endswith("Z")

    async def has_started() -> bool:
        answer = await busy.get(f"/api/batches/{batch}", wait=WAIT)
        return bool(answer.json()["started"] >= 1)

    await eventually(has_started)


async def test_a_dry_run_touches_nothing(busy: Admin) -> None:
    """It tells what would happen: no enrolment, no row, no mail."""
    stage = busy.stage
    boss = stage.user(methods=["phone"])
    people = [
        stage.user(manager_id=boss.id),
        boss,
        stage.user(account_enabled=False, manager_id=boss.id),
        stage.user(mail=None),
        stage.user(user_type="Guest"),
    ]
    names = [user.user_principal_name for user in people]
    csv = "\n".join(["UPN", *names, "gone@contoso.example", "?"])

    response = await busy.post(
        UPLOAD, json={"csv": csv, "batchId": busy.batch, "dryRun": True}, params={"wait": WAIT}
    )

    report = await busy.ended(response)
    assert (response.status_code, report["dryRun"]) == (202, True)
    counts = {name: report[name] for name in ("resolved", "toInvite", "registered", "disabled")}
    assert counts == {"resolved": 4, "toInvite": 2, "registered": 1, "disabled": 1}
    assert (report["guests"], report["unknown"], report["noManager"]) == (1, 1, 1)
    assert [row["line"] for row in report["rejected"]] == [6, 7, 8]
    assert [(row["line"], row["code"]) for row in report["remarks"]] == [
        (4, "disabled"),
        (5, "no_manager"),
    ]
    assert report["lastInvitationAt"] is not None
    found = await busy.get(response.headers["Location"])
    assert (found.json()["resolved"], found.json()["dryRun"]) == (4, True)
    assert (await busy.get(f"/api/batches/{busy.batch}")).status_code == 404
    assert stage.items() == []
    for user in people:
        handle = stage.client.get_workflow_handle(enrolment_workflow_id(user.id))
        with pytest.raises(RPCError, match="not found"):
            await handle.describe()


async def test_an_import_is_told_while_it_runs(admin: Admin) -> None:
    """Before anybody works on it, the report and the audit log are there, with who and why."""
    csv = f"UPN\n{ADA}\n?\n"
    await admin.post(UPLOAD, json={"csv": csv, "batchId": admin.batch, "reason": "third wave"})

    report = (await admin.get(f"/api/batches/{admin.batch}")).json()

    assert (report["state"], report["rows"], report["rowsDone"]) == ("running", 1, 0)
    async with admin.tables.reading() as connection:
        outcome, entry = (await read_entries(connection)).values()
    assert (entry.action, entry.actor.object_id is not None) == (AuditAction.IMPORT, True)
    assert entry.reason == f"batch {admin.batch}; third wave"
    assert outcome.outcome == AuditOutcome.DONE
    assert await admin.enrolled() == 0


async def test_an_unknown_batch(admin: Admin) -> None:
    """No batch has this id: 404, as JSON."""
    for batch in (admin.batch, f"{admin.batch}?dryRun=true", "x'y", "x" * 65):
        response = await admin.get(f"/api/batches/{batch}")
        assert (response.status_code, response.headers["content-type"]) == (404, MEDIA_TYPE)

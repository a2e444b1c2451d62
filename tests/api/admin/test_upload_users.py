"""Imports over HTTP, from the upload to the finished report, with a worker and a tenant."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.client import Client

from activities.imports.part import PartInput
from api.admin.problems import MEDIA_TYPE
from api.admin.rest.imports.batch_models import BatchReportModel
from database.audit.entries import read_entries
from database.engine import Database
from domain.identifiers import ENROLMENT_WORKFLOW, batch_workflow_id, enrolment_workflow_id
from domain.imports.file import MAX_BYTES, read_import_file
from domain.imports.options.options import ImportOptions
from domain.imports.pace import Pace
from domain.tables.audit import AuditAction, AuditOutcome
from tests.activities.ground import Ground, grounded
from tests.activities.stage import Stage, set_up
from tests.api.admin.admins import Entra, entra_of_contoso
from tests.api.running import Api, lazy_client, running_api
from tests.support.working import working
from tests.support.world import eventually

UPLOAD, USERS = "/api/upload-users", "/api/users"
ADA = "ada@contoso.example"
MAILBOXES = ("mfa@contoso.example", "mfa-2@contoso.example")


@pytest.fixture(scope="module")
async def ground() -> AsyncIterator[Ground]:
    """Serve the tenant that the worker works with."""
    async with grounded() as ground:
        yield ground


@pytest.fixture(scope="module")
async def entra() -> AsyncIterator[Entra]:
    """Serve the tenant that lets admins in."""
    async with entra_of_contoso() as entra:
        yield entra


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """An admin in front of the API."""

    api: Api
    stage: Stage
    tables: Database
    headers: dict[str, str]
    batch: str

    async def post(self, path: str, **request: Any) -> httpx.Response:
        """Send something."""
        headers = self.headers | request.pop("headers", {})
        return await self.api.http.post(path, headers=headers, **request)

    async def get(self, path: str, wait: str = "0") -> httpx.Response:
        """Ask for something."""
        url = httpx.URL(path).copy_merge_params({"wait": wait})
        return await self.api.http.get(url, headers=self.headers)

    async def enrolled(self) -> int:
        """Count the batch's enrolments."""
        query = f"WorkflowType = '{ENROLMENT_WORKFLOW}' AND SourceBatchId = '{self.batch}'"
        return (await self.stage.client.count_workflows(query)).count


@pytest.fixture
async def admin(  # noqa: PLR0917 - fixtures are asked for by name
    client: Client,
    tmp_path: Path,
    entra: Entra,
    ground: Ground,
    sqlite_database: Database,
    unique: Callable[[str], str],
) -> AsyncIterator[Admin]:
    """Run an API for whose queue nobody works."""
    options: dict[str, Any] = {
        "sign_in": entra.sign_in,
        "task_queue": unique("queue"),
        "pace": Pace(per_minute=1),
        "sender_mailboxes": MAILBOXES,
        "database": sqlite_database,
    }
    async with running_api(client, tmp_path, **options) as api:
        yield Admin(
            api=api,
            stage=set_up(ground, client, sqlite_database),
            tables=sqlite_database,
            headers={"Authorization": f"Bearer {await entra.app_token()}"},
            batch=unique("b"),
        )


@pytest.fixture
async def busy(client: Client, admin: Admin) -> AsyncIterator[Admin]:
    """Let somebody work for it."""
    queue: str = admin.api.app.state.services.config.task_queue
    async with working(client, admin.stage, queue):
        yield admin


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

    report = (await busy.get(response.headers["Location"], wait="20")).json()
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
            params={"wait": "20"},
            files={"file": ("Leute.csv", csv.encode(encoding), "text/csv")},
            data={"batchId": busy.batch},
        )
        report = response.json()
        assert response.status_code == 202, report
        assert (report["batchId"], report["state"]) == (busy.batch, "ended")
        assert [row["line"] for row in report["rejected"]] == [4]
    assert report["alreadyEnrolled"] == 2


async def test_people_are_entered_by_hand(busy: Admin) -> None:
    """UPNs in a list; the list's row says that they were added by hand."""
    user = busy.stage.user()
    body = {"users": [user.user_principal_name, "nobody"], "batchId": busy.batch}

    response = await busy.post(USERS, json=body, params={"wait": "20"})

    report = response.json()
    assert (response.status_code, report["started"], report["state"]) == (202, 1, "ended")
    assert [row["line"] for row in report["rejected"]] == [2]
    await eventually(busy.stage.items)
    assert busy.stage.item()["Source"] == "Manual"


async def test_a_batch_id_is_made_where_there_is_none(busy: Admin) -> None:
    """It is the time, and the answer names it."""
    user = busy.stage.user()
    response = await busy.post(USERS, json={"users": [user.user_principal_name]})
    batch = response.json()["batchId"]
    assert batch.endswith("Z")
    assert (await busy.get(f"/api/batches/{batch}", wait="20")).json()["started"] >= 1


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
        UPLOAD, json={"csv": csv, "batchId": busy.batch, "dryRun": True}, params={"wait": "20"}
    )

    report = response.json()
    assert (response.status_code, report["dryRun"], report["state"]) == (202, True, "ended")
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
        with pytest.raises(Exception, match="not found"):
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


JSON = {"Content-Type": "application/json"}
REFUSED: dict[str, tuple[str, dict[str, Any], int]] = {
    "no JSON": (UPLOAD, {"content": b"{", "headers": JSON}, 400),
    "no type": (UPLOAD, {"content": b"UPN"}, 415),
    "text": (UPLOAD, {"content": b"UPN", "headers": {"Content-Type": "text/plain"}}, 415),
    "a list": (UPLOAD, {"json": []}, 422),
    "no file": (UPLOAD, {"json": {"batchId": "x"}}, 422),
    "a number": (UPLOAD, {"json": {"csv": 7}}, 422),
    "no header": (UPLOAD, {"json": {"csv": "Name\nAda"}}, 422),
    "no text": (UPLOAD, {"content": b'{"csv": "\\ud800"}', "headers": JSON}, 422),
    "nothing": (UPLOAD, {"json": {"csv": ""}}, 422),
    "nobody": (UPLOAD, {"json": {"csv": "UPN\n"}}, 422),
    "a bad batch id": (UPLOAD, {"json": {"csv": f"UPN\n{ADA}", "batchId": "a b"}}, 422),
    "half a letter": (
        UPLOAD,
        {
            "content": rb'{"csv": "UPN\nada@contoso.com", "batchId": "\ud800", "reason": "\ud800"}',
            "headers": JSON,
        },
        422,
    ),
    "a bad switch": (UPLOAD, {"json": {"csv": f"UPN\n{ADA}", "dryRun": "maybe"}}, 422),
    "two files": (UPLOAD, {"files": [("a", b"UPN\nx"), ("b", b"UPN\ny")]}, 422),
    "no boundary": (
        UPLOAD,
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        400,
    ),
    "a torn form": (
        UPLOAD,
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
        400,
    ),
    "no list": (USERS, {"json": {"users": ADA}}, 422),
    "no names": (USERS, {"json": {"users": [7]}}, 422),
    "no people": (USERS, {"json": {"users": []}}, 422),
    "a bad wait": (USERS, {"json": {"users": [ADA]}, "params": {"wait": "long"}}, 422),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_refused(admin: Admin, what: str) -> None:
    """A request that can't be used is refused with one message, and quotes nothing of it."""
    path, request, status = REFUSED[what]
    response = await admin.post(path, **request)
    assert response.status_code == status, response.text
    assert set(response.json()) == {"type", "title", "status", "detail"}
    assert "contoso" not in response.text.replace("ada@contoso.com", "")
    assert await admin.enrolled() == 0


@pytest.mark.parametrize("form", ["json", "multipart", "json without end"])
async def test_a_file_that_is_too_large(admin: Admin, form: str) -> None:
    """More than 10 MiB are refused with the limit, also where the length isn't told."""
    csv = b"UPN\n" + b"x" * MAX_BYTES

    async def endless() -> AsyncIterator[bytes]:
        yield b'{"csv": "'
        for _ in range(300):
            yield b"x" * 100_000

    requests: dict[str, dict[str, Any]] = {
        "json": {"json": {"csv": csv.decode()}},
        "multipart": {"files": {"file": csv}},
        "json without end": {"content": endless(), "headers": JSON},
    }
    response = await admin.post(UPLOAD, **requests[form])
    assert response.status_code == 413
    assert "10" in response.json()["detail"]


async def test_too_many_rows(admin: Admin) -> None:
    """More than 100,000 rows are refused with the limit; so are names entered by hand."""
    rows = [f"u{number}@contoso.example" for number in range(100_001)]
    for path, body in ((UPLOAD, {"csv": "\n".join(["UPN", *rows])}), (USERS, {"users": rows})):
        response = await admin.post(path, json=body)
        assert (response.status_code, "100,000" in response.json()["detail"]) == (422, True)


async def test_temporal_may_be_away(
    tmp_path: Path, entra: Entra, unique: Callable[[str], str]
) -> None:
    """Then the answer is 503: the same again later starts nobody twice."""
    away = await lazy_client("127.0.0.1:9")
    headers = {"Authorization": f"Bearer {await entra.app_token()}"}
    async with running_api(away, tmp_path, sign_in=entra.sign_in) as api:
        posted = await api.http.post(USERS, json={"users": [ADA]}, headers=headers)
        asked = await api.http.get(f"/api/batches/{unique('b')}", headers=headers)
    for response in (posted, asked):
        assert response.status_code == 503
        assert "Temporal" in json.loads(response.text)["detail"]

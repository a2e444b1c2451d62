"""Status, attention, imports, audit, and who calls."""

from datetime import UTC, datetime, timedelta

import pytest

from database.audit.chain import append
from database.imports.imports import begin_import, set_counts
from database.imports.rows import put_rows
from database.rollout.processes import report_process
from database.schema import audit
from domain.doctor.checks import Check, Fault, found
from domain.doctor.wording import remedy, text
from domain.portal.roles import Role
from domain.tables.audit import Actor, AuditEntry
from domain.tables.imports import ImportRecord, ImportRow, RowOutcome
from domain.tables.rollout import Process, ProcessKind
from tests.api.admin.admins import COMMAND_LINE_ID
from tests.api.admin.rest.rest import CALLER, Rest, is_problem
from tests.cli.people.conftest import WHEN, stop_mail
from tests.database.values import object_id, person, put


async def test_status(rest: Rest) -> None:
    """It counts everybody once, and tells what holds up all of them."""
    told = (await rest.get("/api/status")).json()
    assert told["total"] == 6
    assert sum(told["running"].values()) + sum(told["ended"].values()) == 6
    assert told["ended"] == {"active": 1, "gone": 1}
    assert told["mailStopped"] is None
    assert [(one["kind"], one["isMissing"]) for one in told["processes"]] == [
        ("worker", False),
        ("api", False),
    ]
    await stop_mail(rest.database)
    assert (await rest.get("/api/status")).json()["mailStopped"]["reason"] == "phishing alarm"
    assert (await rest.get("/api/status", batch="winter")).json()["total"] == 1
    assert is_problem(await rest.get("/api/status", batch="summer"), 404)
    assert is_problem(await rest.get("/api/status", department="None"), 404)


async def test_groups_and_settings(rest: Rest) -> None:
    """Each batch and department is counted, and admins see what steers the rollout."""
    batches = (await rest.get("/api/status/batches")).json()["groups"]
    assert [(one["name"], one["total"]) for one in batches] == [("autumn", 5), ("winter", 1)]
    assert batches[0]["ended"] == {"active": 1, "gone": 1}
    of_batch = (await rest.get("/api/status/departments", batch="winter")).json()["groups"]
    assert [(one["name"], one["running"]) for one in of_batch] == [("Sales", {"Sent": 1})]
    assert is_problem(await rest.get("/api/status/departments", batch="summer"), 404)
    for number, mail in ((7, "reminder-1"), (8, "invitation"), (9, "invitation")):
        await put(rest.database, person(number, registered_after=mail))
    assert (await rest.get("/api/status/mails")).json()["mails"] == [
        {"mail": "invitation", "registered": 2},
        {"mail": "reminder-1", "registered": 1},
    ]
    settings = (await rest.get("/api/settings")).json()["settings"]
    (limit,) = [one for one in settings if one["name"] == "MAIL_PER_DAY"]
    assert (limit["value"], limit["ofWorker"]) == ("750", False)
    assert is_problem(await rest.call("GET", "/api/settings", Role.HELPDESK), 403)


async def test_attention(rest: Rest) -> None:
    """Kinds are counted, each with what to do, and its people are listed."""
    kinds = (await rest.get("/api/attention")).json()["kinds"]
    counted = {kind["kind"]: kind["count"] for kind in kinds}
    assert counted["no-manager"] == 1
    told = (await rest.get("/api/attention/no-manager")).json()
    assert [item["objectId"] for item in told["items"]] == [object_id(3)]
    assert told["total"] == 1
    assert told["toDo"]
    assert (await rest.get("/api/attention/no-manager", page=2)).json()["items"] == []
    assert is_problem(await rest.get("/api/attention/boredom"), 422)


async def test_imports(rest: Rest) -> None:
    """An import is listed and shown, and the rows to correct come a page at a time."""
    record = ImportRecord(
        import_id="import-1",
        batch_id="wave-1",
        requested_by="ada",
        requested_at=WHEN,
        file_hash="0" * 64,
        rows=4,
        options={"source": "Manual", "send_window": "08:00-18:00", "send_days": ["mon"]},
    )
    rows = [
        ImportRow(line=2, value="adda@contoso.com", outcome=RowOutcome.UNKNOWN, reason="unknown"),
        ImportRow(line=3, value="x", outcome=RowOutcome.REJECTED),
        ImportRow(line=4, value="ada@contoso.com", outcome=RowOutcome.STARTED),
    ]
    said = {"rows_done": 3, "state": "running", "trouble": None, "counts": {"started": 1}}
    async with rest.database.writing() as connection:
        await begin_import(connection, record)
        await put_rows(connection, "import-1", rows)
        await set_counts(connection, "import-1", 0, said)

    (listed,) = (await rest.get("/api/imports", batch="wave-1")).json()["imports"]
    assert listed == (await rest.get("/api/imports/import-1")).json()
    assert (listed["rowsDone"], listed["counts"]) == (3, {"started": 1})
    assert listed["options"] == {
        "waveSize": None,
        "waveDays": None,
        "sendWindow": "08:00-18:00",
        "sendDays": ["mon"],
        "senderMailboxes": None,
    }
    assert (await rest.get("/api/imports", batch="wave-2")).json() == {"imports": []}
    first = (await rest.get("/api/imports/import-1/rows", limit=1)).json()
    assert ([row["line"] for row in first["rows"]], first["next"]) == ([2], 2)
    last = (await rest.get("/api/imports/import-1/rows", after=2)).json()
    assert ([row["line"] for row in last["rows"]], last["next"]) == ([3], None)
    started = (await rest.get("/api/imports/import-1/rows", outcome="started")).json()
    assert [row["line"] for row in started["rows"]] == [4]
    assert (await rest.get("/api/imports/import-1/rows", after=2**31 - 1)).json()["rows"] == []
    assert is_problem(await rest.get("/api/imports/import-1/rows", after=2**31), 422)
    for path in ("/api/imports/import-2", "/api/imports/import-2/rows"):
        assert is_problem(await rest.get(path), 404)


async def test_audit(rest: Rest) -> None:
    """Entries come the latest first, by their filter, and say who is verified."""
    verified = Actor(name="Ada", object_id=CALLER, app=COMMAND_LINE_ID, address="192.0.2.7")
    async with rest.database.writing() as connection:
        for number, actor in enumerate((verified, Actor(name="command line: ada@host"))):
            at = WHEN + timedelta(days=number)
            person = object_id(number + 1)
            entry = AuditEntry(at=at, actor=actor, action="pause", person=person, reason="leave")
            await append(connection, entry)

    first = (await rest.get("/api/audit", limit=1)).json()
    (entry,) = first["entries"]
    assert (entry["number"], entry["actor"]["isVerified"], first["next"]) == (2, False, 2)
    second = (await rest.get("/api/audit", before=first["next"])).json()
    (entry,) = second["entries"]
    assert (entry["number"], entry["actor"]["isVerified"], second["next"]) == (1, True, None)
    for wanted, numbers in (
        ({"person": object_id(1)}, [1]),
        ({"actor": CALLER}, [1]),
        ({"action": "resume"}, []),
        ({"since": (WHEN + timedelta(hours=1)).isoformat()}, [2]),
        ({"until": (WHEN + timedelta(hours=1)).isoformat()}, [1]),
    ):
        found = (await rest.get("/api/audit", **wanted)).json()["entries"]
        assert [one["number"] for one in found] == numbers, wanted
    # Without a zone; and numbers, which count from 1970 for many a library.
    for no_instant in ("2026-11-20T09:00:00", "2026", "5", "1.5", "-1"):
        for end in ("since", "until"):
            assert is_problem(await rest.get("/api/audit", **{end: no_instant}), 422)
    assert (await rest.get("/api/audit", before=2**63 - 1)).json()["entries"]
    assert is_problem(await rest.get("/api/audit", before=2**63), 422)


async def test_a_changed_audit_log_is_told(rest: Rest) -> None:
    """A whole log is whole; with an earlier head a cut-off end shows, and so does a change."""
    async with rest.database.writing() as connection:
        for action in ("pause", "resume"):
            entry = AuditEntry(at=WHEN, actor=Actor(name="Ada"), action=action)
            await append(connection, entry)
    told = (await rest.get("/api/audit/verify")).json()
    assert (told["isWhole"], told["brokenAt"]) == (True, None)
    later = told["head"].replace("2:", "3:")
    assert (await rest.get("/api/audit/verify", head=later)).json()["brokenAt"] == 3
    assert is_problem(await rest.get("/api/audit/verify", head="2"), 422)
    async with rest.database.writing() as connection:
        changed = audit.update().where(audit.c.number == 1).values(reason="another")
        await connection.execute(changed)
    told = (await rest.get("/api/audit/verify")).json()
    assert (told["isWhole"], told["brokenAt"]) == (False, 1)


@pytest.mark.parametrize("path", ["/api/audit", "/api/audit/verify"])
@pytest.mark.parametrize("role", [Role.HELPDESK, Role.READER])
async def test_the_audit_log_is_for_admins(rest: Rest, path: str, role: Role) -> None:
    """Other roles are refused."""
    assert is_problem(await rest.call("GET", path, role), 403)


async def test_who_calls(rest: Rest) -> None:
    """A person is named with what they may do, an app as an app, and no role is needed."""
    helpdesk = (await rest.call("GET", "/api/me", Role.HELPDESK)).json()
    assert helpdesk == {
        "objectId": CALLER,
        "name": "Ada Lovelace",
        "app": COMMAND_LINE_ID,
        "isPerson": True,
        "roles": ["Rollout.Helpdesk"],
        "permissions": ["look", "resend", "pause", "contact"],
    }
    assert (await rest.call("GET", "/api/me")).json()["permissions"] == []
    headers = {"Authorization": f"Bearer {await rest.entra.app_token()}"}
    script = (await rest.api.http.get("/api/me", headers=headers)).json()
    assert (script["isPerson"], script["name"], script["roles"]) == (False, None, ["Rollout.Admin"])


async def test_what_workers_have_found_wrong_is_told(rest: Rest) -> None:
    """By its code for programs, in words, and with what to do."""
    fault = found(Check.DATABASE, Fault.DATABASE_AWAY, sentence="The disk is full.")
    now = datetime.now(UTC)
    worker = Process(
        process_id=object_id(90),
        kind=ProcessKind.WORKER,
        version="1.0",
        started_at=now,
        last_seen_at=now,
        findings=[fault.as_json()],
    )
    async with rest.database.writing() as connection:
        await report_process(connection, worker)
    (told,) = (await rest.get("/api/status")).json()["faults"]
    assert (told["check"], told["code"]) == (fault.check.value, fault.what.value)
    assert (told["text"], told["toDo"]) == (text(fault), remedy(fault))

"""Many people at once, and the undo of an import: counted first, started once, followed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from temporalio.client import Client

from database.engine import Database
from database.requests.requests import Requests
from domain.bulk.records import Outcome, PersonOutcome
from domain.enrolment.messages import RequestRefusal
from domain.identifiers import BULK_PREFIX
from domain.portal.roles import Role
from domain.status import EnrolmentEnd
from domain.tables.people import OtherEnd
from domain.tables.rollout import RequestState
from tests.api.admin.admins import Entra
from tests.api.admin.rest.rest import Rest, is_problem, running_rest
from tests.database.values import object_id, person, put

REQUESTS = "/api/requests"
SALES: dict[str, Any] = {"action": "pause", "filter": {"department": "Sales", "batch": "autumn"}}
WHY = {"reason": "closing"}


async def _post(
    rest: Rest, path: str, body: object, key: str | None = None, role: Role = Role.ADMIN
) -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await rest.call("POST", path, role, json=body, headers=headers)


async def _people(rest: Rest, path: str) -> None:
    """List the people of a request, a page at a time, and those of one outcome."""
    first = (await rest.get(f"{path}/people", limit=2)).json()
    assert [one["objectId"] for one in first["people"]] == [object_id(1), object_id(2)]
    assert first["people"][1]["reason"] == RequestRefusal.ALREADY_PAUSED
    last = (await rest.get(f"{path}/people", after=first["next"])).json()
    assert ([one["upn"] for one in last["people"]], last["next"]) == (
        ["person3@contoso.com"],
        None,
    )
    only = (await rest.get(f"{path}/people", outcome="refused")).json()["people"]
    assert [one["objectId"] for one in only] == [object_id(2)]


async def _undo(rest: Rest) -> Any:
    """Take back the import of a batch: counted first, and refused where it brought others."""
    undo = "/api/batches/autumn/undo"
    counted = {"people": 4, "invited": 4, "erased": 0, "inGroup": 0}
    counted |= {"leftInGroup": 0, "registered": 0, "unknown": 0}
    found = (await rest.get(undo)).json()
    shown = {"peopleDigest": found.pop("peopleDigest")}
    assert found == {"batchId": "autumn", **counted}
    for others in ({"people": 3}, {"people": 4, "peopleDigest": "0"}):
        assert is_problem(await _post(rest, undo, WHY | others), 409)
    undone = await _post(rest, undo, WHY | {"people": 4} | shown)
    told = undone.json()
    assert (undone.status_code, told["action"]) == (202, "undo-import")
    assert told["selection"] == {"batch": "autumn"}
    return told


async def test_a_request_from_its_preview_to_its_stop(
    client: Client,
    unique: Callable[[str], str],
    tmp_path: Path,
    sqlite_database: Database,
    entra: Entra,
) -> None:
    """It counts, starts once for one key, and tells how far it is and what came of whom."""
    await put(sqlite_database, person(1))
    await put(sqlite_database, person(2, paused_by="Ada"))
    await put(sqlite_database, person(3, ended=EnrolmentEnd.CANCELLED))
    await put(sqlite_database, person(4, department="Finance"))
    async with running_rest(
        client,
        tmp_path,
        sqlite_database,
        entra,
        task_queue=unique("queue"),
        answer_within=timedelta(minutes=10),
    ) as rest:
        counted = {"people": 3, "ended": 1, "refused": 1, "unknown": 0, "asked": 1}
        met = (await _post(rest, f"{REQUESTS}/preview", SALES)).json()
        shown = {"peopleDigest": met.pop("peopleDigest")}
        assert met == {"action": "pause", **counted}
        assert (await rest.get(REQUESTS)).json() == {"requests": []}
        for wrong in ({"people": 4}, {"people": 3, "peopleDigest": "0"}):
            assert is_problem(await _post(rest, REQUESTS, SALES | WHY | wrong), 409)
        begun = [await _post(rest, REQUESTS, SALES | WHY | shown, "a") for _ in range(2)]
        assert [one.status_code for one in begun] == [202, 202]
        told = begun[0].json()
        assert told == begun[1].json()
        path = begun[0].headers["location"]
        assert path == f"{REQUESTS}/{told['requestId']}"
        assert (told["selection"], told["actor"]) == (SALES["filter"], "Ada Lovelace")
        assert (told["state"], told["people"]) == ("pending", 3)
        assert is_problem(
            await _post(rest, REQUESTS, SALES | WHY | {"filter": {"department": "Finance"}}, "a"),
            409,
        )
        named = {"action": "cancel", "objectIds": [object_id(1)], **WHY}
        other = (await _post(rest, REQUESTS, named, "a")).json()
        assert (other["people"], other["selection"]) == (1, {"people": 1})
        assert (await _post(rest, REQUESTS, named, "a")).json() == other
        third = (await _post(rest, REQUESTS, named | {"objectIds": [object_id(4)]}, "a")).json()
        listed = (await rest.get(REQUESTS)).json()["requests"]
        assert {one["requestId"] for one in listed} == {
            one["requestId"] for one in (told, other, third)
        }
        assert (await rest.get(REQUESTS, limit=1)).json()["requests"] == listed[:1]

        stopped = await _post(rest, f"{path}/stop", WHY)
        assert (stopped.status_code, stopped.json()["stopping"]) == (202, True)
        requests = Requests(sqlite_database)
        refused = Outcome(outcome=PersonOutcome.REFUSED, reason=RequestRefusal.ALREADY_PAUSED)
        stopped_before = Outcome(outcome=PersonOutcome.STOPPED)
        await requests.note(
            told["requestId"],
            {object_id(1): stopped_before, object_id(2): refused, object_id(3): stopped_before},
        )
        await requests.finish(told["requestId"], RequestState.STOPPED)
        assert is_problem(await _post(rest, f"{path}/stop", WHY), 409)
        again = await _post(rest, REQUESTS, SALES | WHY, "a")
        assert (again.status_code, again.json()["state"]) == (200, "stopped")
        await _people(rest, path)
        undone = await _undo(rest)
        entries = (await rest.get("/api/audit")).json()["entries"]
    assert [one["action"] for one in reversed(entries) if not one["outcome"]] == [
        *("bulk-pause", "bulk-cancel", "bulk-cancel", "stop-request", "undo-import")
    ]
    kinds = []
    for one in (told, other, undone):
        handle = client.get_workflow_handle(f"{BULK_PREFIX}{one['requestId']}")
        kinds.append((await handle.describe()).workflow_type)
        await handle.terminate("the test has ended")
    assert kinds == ["BulkRequestWorkflow", "BulkRequestWorkflow", "UndoImportWorkflow"]


async def test_what_is_refused_and_what_fails(rest: Rest) -> None:
    """Others than admins look only; what makes no sense is 422; one that failed begins anew."""
    undo = "/api/batches/autumn/undo"
    nobody = {"action": "pause", "filter": {"text": "zzz"}, **WHY}
    for role in (Role.HELPDESK, Role.READER):
        for path, body in (
            (f"{REQUESTS}/preview", SALES),
            (REQUESTS, SALES | WHY),
            (f"{REQUESTS}/{uuid4()}/stop", WHY),
            (undo, WHY),
        ):
            assert is_problem(await _post(rest, path, body, role=role), 403)
        assert is_problem(await rest.call("GET", undo, role), 403)
        assert (await rest.call("GET", REQUESTS, role)).status_code == 200
    for body in (
        {"action": "pause"},
        {"action": "pause", "filter": {}, "objectIds": [object_id(1)]},
        {"action": "pause", "objectIds": ["ada"]},
        {"action": "undo-import", "filter": {}},
        {"action": "pause", "filter": {"attention": "unknown-row"}},
        {"action": "pause", "filter": {"shoe": 42}},
    ):
        assert is_problem(await _post(rest, REQUESTS, body | WHY), 422), body
    assert is_problem(await _post(rest, REQUESTS, nobody), 409)
    for path in (
        f"{REQUESTS}/{uuid4()}",
        "/api/batches/nothing/undo",
        "/api/batches/no batch/undo",
    ):
        assert is_problem(await rest.get(path), 404), path
    assert is_problem(await _post(rest, f"{REQUESTS}/{uuid4()}/stop", WHY), 404)
    # Temporal is away.
    ended_as = SALES | {"action": "resend", "filter": {"endedAs": OtherEnd.OTHERWISE}}
    met = (await _post(rest, f"{REQUESTS}/preview", ended_as)).json()
    assert (met["people"], met["ended"]) == (1, 1)
    for _ in range(2):
        assert is_problem(await _post(rest, REQUESTS, SALES | WHY, "a"), 503)
    listed = (await rest.get(REQUESTS)).json()["requests"]
    assert [one["state"] for one in listed] == ["failed", "failed"]

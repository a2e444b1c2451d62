"""What may be asked for: done or recorded, once, with a reason and a verified name in the log."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import NAMESPACE_OID, uuid4, uuid5

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing import TimeSkipper

from database.audit.chain import begin, finish
from database.engine import Database
from database.requests.requests import Requests
from database.rollout.control import read_control, set_control
from domain.bulk.records import GroupReason, Outcome, PersonOutcome
from domain.enrolment.messages import Signal
from domain.identifiers import BULK_PREFIX, object_id_of
from domain.portal.roles import Role
from domain.tables.audit import Actor, AuditEntry, AuditOutcome
from domain.tables.rollout import MailControl, RequestState
from tests.api.admin.admins import COMMAND_LINE_ID, Entra
from tests.api.admin.rest.rest import CALLER, Rest, is_problem, running_rest
from tests.api.enrolments import COMPLETE, start_enrolment
from tests.cli.people.conftest import stop_mail
from tests.database.values import NOW, object_id, person, put
from tests.support.enrolments import SLOW_POLL, enrol, working
from tests.support.world import World

ALLOWED = {
    "pause": {Role.ADMIN, Role.HELPDESK},
    "resume": {Role.ADMIN, Role.HELPDESK},
    "resend": {Role.ADMIN, Role.HELPDESK},
    "retry": {Role.ADMIN},
    "add-to-group": {Role.ADMIN},
    "cancel": {Role.ADMIN},
}


async def _log(rest: Rest) -> list[tuple[str, str | None]]:
    """Return what the audit log says, the oldest first."""
    entries = (await rest.get("/api/audit")).json()["entries"]
    return [(entry["action"], entry["outcome"]) for entry in reversed(entries)]


async def test_a_person_is_paused_resumed_and_cancelled(
    skipper: TimeSkipper,
    unique: Callable[[str], str],
    tmp_path: Path,
    sqlite_database: Database,
    entra: Entra,
) -> None:
    """Each answers when it is done; what makes no sense is a conflict, with the reason why."""
    world, queue = World(), unique("queue")
    somebody = world.person.object_id
    await put(sqlite_database, person(1, object_id=somebody))
    patience = timedelta(minutes=1)
    async with (
        working(skipper.client, world, task_queue=queue),
        running_rest(
            skipper.client, tmp_path, sqlite_database, entra, answer_within=patience
        ) as rest,
    ):
        enrolment = await enrol(skipper, world, task_queue=queue, policy=SLOW_POLL)
        path = f"/api/people/{somebody}"
        paused = await rest.ask(f"{path}/pause", "on leave")
        assert (paused.status_code, paused.json()["outcome"]) == (200, "done")
        assert is_problem(await rest.ask(f"{path}/pause"), 409)
        assert (await rest.ask(f"{path}/resume")).status_code == 200
        assert (await rest.ask(f"{path}/cancel")).status_code == 200
        await enrolment.leave()
        assert is_problem(await rest.ask(f"{path}/resume"), 409)
        first = (await rest.get("/api/audit")).json()["entries"][-1]
        log = await _log(rest)
    assert first["actor"] == {
        "name": "Ada Lovelace",
        "objectId": CALLER,
        "app": COMMAND_LINE_ID,
        "address": "192.0.2.7",
        "isVerified": True,
    }
    assert (first["person"], first["reason"]) == (somebody, "on leave")
    assert [outcome for _, outcome in log if outcome] == [
        "done",
        "failed",
        "done",
        "done",
        "failed",
    ]


async def test_without_a_worker_it_is_recorded_once(
    client: Client, tmp_path: Path, sqlite_database: Database, entra: Entra
) -> None:
    """It is 202; the same key again is the same request, another person's another."""
    enrolment = await start_enrolment(client)
    somebody = object_id_of(enrolment.handle.id)
    await put(sqlite_database, person(1, object_id=somebody))
    await stop_mail(sqlite_database)
    patience = timedelta(milliseconds=50)
    async with running_rest(
        client, tmp_path, sqlite_database, entra, answer_within=patience
    ) as rest:
        path = f"/api/people/{somebody}"
        answers = [
            (await rest.ask(f"{path}/{action}", headers={"Idempotency-Key": key})).json()
            for action, key in (("resend", "a"), ("resend", "a"), ("resend", "b"), ("pause", "a"))
        ]
        response = await rest.ask(f"{path}/resume")
        log = await _log(rest)
    assert response.status_code == 202
    assert {answer["outcome"] for answer in answers} == {"recorded"}
    first, again, *others = [answer["requestId"] for answer in answers]
    assert first == again
    assert len({first, *others}) == 3
    begun = [action for action, outcome in log if outcome is None]
    assert begun == ["resend", "resend", "pause", "resume"]
    assert len(log) == 2 * len(begun)
    assert len(answers[0]["heldBy"]) == 1
    assert answers[3]["heldBy"] == []
    names = [signal.name for signal in await enrolment.signals()]
    assert names == [Signal.ADMIN_ASKED] * 5


async def test_somebody_is_added_to_the_group(
    client: Client, tmp_path: Path, sqlite_database: Database, entra: Entra
) -> None:
    """Without a worker it is 202, and one request for one key; once it is refused, a conflict."""
    somebody = str(uuid4())
    await put(sqlite_database, person(1, object_id=somebody))
    path, key = f"/api/people/{somebody}/add-to-group", {"Idempotency-Key": "a"}
    patience = timedelta(milliseconds=50)
    async with running_rest(
        client, tmp_path, sqlite_database, entra, answer_within=patience
    ) as rest:
        answers = [await rest.ask(path, headers=key) for _ in range(2)]
        log = await _log(rest)
        [request_id] = {answer.json()["requestId"] for answer in answers}
        requests = Requests(sqlite_database)
        refused = Outcome(outcome=PersonOutcome.REFUSED, reason=GroupReason.NOT_REGISTERED)
        await requests.note(request_id, {somebody: refused})
        await requests.finish(request_id, RequestState.DONE)
        conflict = await rest.ask(path, headers=key)
    assert {answer.status_code for answer in answers} == {202}
    assert log == [("add-to-group", None)]
    assert is_problem(conflict, 409)
    workflow = client.get_workflow_handle(f"{BULK_PREFIX}{request_id}")
    assert (await workflow.describe()).status is WorkflowExecutionStatus.RUNNING


async def test_an_enrolment_that_has_ended(
    client: Client, tmp_path: Path, sqlite_database: Database, entra: Entra
) -> None:
    """It is a conflict."""
    enrolment = await start_enrolment(client)
    await enrolment.answer_workflow_task(COMPLETE)
    somebody = object_id_of(enrolment.handle.id)
    await put(sqlite_database, person(1, object_id=somebody))
    async with running_rest(client, tmp_path, sqlite_database, entra) as rest:
        assert is_problem(await rest.ask(f"/api/people/{somebody}/cancel"), 409)


@pytest.mark.parametrize("action", ALLOWED)
@pytest.mark.parametrize("role", Role)
async def test_roles(rest: Rest, action: str, role: Role) -> None:
    """A role that doesn't include it is refused, before anything else is looked at."""
    path = f"/api/people/{object_id(77)}/{action}"
    response = await rest.call("POST", path, role, json={"reason": "a test"})
    assert is_problem(response, 404 if role in ALLOWED[action] else 403)
    assert await _log(rest) == []


@pytest.mark.parametrize("action", ["stop", "start"])
async def test_mail_is_switched_by_admins(rest: Rest, action: str) -> None:
    """Others are refused; a stop holds in our tables though Temporal is away, a start fails."""
    path = f"/api/mail/{action}"
    for role in (Role.HELPDESK, Role.READER):
        assert is_problem(await rest.call("POST", path, role, json={"reason": "a test"}), 403)
    answer = await rest.ask(path, "wrong date")
    stopped = (await rest.get("/api/status")).json()["mailStopped"]
    outcome = {"stop": "done", "start": "failed"}[action]
    assert await _log(rest) == [(f"{action}-mail", None), (f"{action}-mail", outcome)]
    if action == "start":
        assert is_problem(answer, 503)
        assert stopped is None
    else:
        assert (answer.status_code, answer.json()["outcome"]) == (202, "temporal-away")
        assert "Temporal can't be reached" in answer.json()["message"]
        assert (stopped["actor"], stopped["reason"]) == ("Ada Lovelace", "wrong date")


async def test_a_start_lifts_the_stop_that_it_names(rest: Rest) -> None:
    """Where another stop is in force it is a conflict that says whose; with its id it goes on."""
    await rest.ask("/api/mail/stop", "wrong date")
    stop_id = (await rest.get("/api/status")).json()["mailStopped"]["stopId"]
    body = {"reason": "it is right now", "stopId": str(uuid4())}
    status, told = await rest.post("/api/mail/start", body)
    assert (status, "by Ada Lovelace, for the reason: wrong date." in told["detail"]) == (409, True)
    # Temporal is away: it was asked.
    assert (await rest.post("/api/mail/start", body | {"stopId": stop_id}))[0] == 503


@pytest.mark.parametrize(("action", "is_stopped"), [("start", True), ("stop", False)])
async def test_what_was_done_before_throws_no_switch_again(
    rest: Rest, action: str, *, is_stopped: bool
) -> None:
    """Since it was done somebody did the opposite, which stays so when it is sent again."""
    path, key = f"/api/mail/{action}", "a"
    request_id = str(uuid5(NAMESPACE_OID, f"{CALLER} {action}-mail {key}"))
    since = MailControl(mail_stopped=is_stopped, since=NOW, actor="Eve", reason="phishing")
    entry = AuditEntry(
        at=NOW,
        actor=Actor(name="Ada Lovelace", object_id=CALLER),
        action=f"{action}-mail",
        request_id=request_id,
    )
    async with rest.database.writing() as connection:
        number = await begin(connection, entry)
        done = replace(entry, request_id=None, answers=number, outcome=AuditOutcome.DONE)
        await finish(connection, done)
        await set_control(connection, since)
    status, told = await rest.post(path, {"reason": "as a test"}, key)
    assert (status, told["outcome"], told["requestId"]) == (200, "done", request_id)
    async with rest.database.reading() as connection:
        assert await read_control(connection) == since

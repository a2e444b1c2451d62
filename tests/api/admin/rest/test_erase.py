"""An erasure over REST: by admins alone, once for one key, and told when it goes on."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError
from temporalio.worker import Worker

from client.erasure.out_of_reach import OUT_OF_REACH
from database.engine import Database
from domain.identifiers import ERASURE_PREFIX
from domain.portal.roles import Role
from tests.api.admin.admins import Entra
from tests.api.admin.rest.rest import is_problem, running_rest
from tests.api.portal.people.test_erase import answer_erasure
from tests.database.values import person, put
from tests.support.enrolments import STRICT
from tests.support.eventually import eventually
from workflows.erasure import ErasureWorkflow

BODY = {"reason": "request 4711", "upns": ["earlier@contoso.com"]}


async def test_an_erasure_is_asked_for_once(
    client: Client,
    unique: Callable[[str], str],
    tmp_path: Path,
    sqlite_database: Database,
    entra: Entra,
) -> None:
    """Only an admin erases; while no worker runs it is 202, one action, and under way."""
    somebody = str(uuid4())
    path = f"/api/people/{somebody}/erase"
    async with running_rest(
        client,
        tmp_path,
        sqlite_database,
        entra,
        task_queue=unique("queue"),
        result_within=timedelta(milliseconds=10),
    ) as rest:
        for role in (Role.HELPDESK, Role.READER):
            assert is_problem(await rest.call("POST", path, role, json=BODY), 403)
        headers = {"Idempotency-Key": "a"}
        answers = [
            await rest.call("POST", path, Role.ADMIN, json=BODY, headers=headers) for _ in range(2)
        ]
        more = BODY | {"withImportHistories": True}
        wider = (await rest.call("POST", path, Role.ADMIN, json=more, headers=headers)).json()
        entries: list[Any] = []

        async def is_logged() -> bool:
            # Nobody waits for an erasure until it is in the log.
            entries[:] = (await rest.get("/api/audit")).json()["entries"]
            return len(entries) >= 2

        await eventually(is_logged)
        handle = client.get_workflow_handle(f"{ERASURE_PREFIX}{somebody}")

        async def is_running() -> bool:
            try:
                described = await handle.describe()
            except RPCError:
                return False
            return described.status is WorkflowExecutionStatus.RUNNING

        await eventually(is_running)
        await handle.terminate("the test has ended")
    assert [answer.status_code for answer in answers] == [202, 202]
    first, again = (answer.json() for answer in answers)
    assert first == again
    assert (first["outcome"], first["report"], first["outOfReach"]) == ("recorded", None, [])
    assert wider["requestId"] != first["requestId"]
    assert [(one["action"], one["reason"]) for one in entries] == [("erase", "request 4711")] * 2


@pytest.mark.long
async def test_an_erasure_goes_on_and_is_told(
    client: Client,
    unique: Callable[[str], str],
    tmp_path: Path,
    sqlite_database: Database,
    entra: Entra,
) -> None:
    """202 until a worker has done it, then what was deleted; it is one action in the log."""
    # Tests that run meanwhile erase others: there is one erasure of one person.
    queue, somebody = unique("queue"), str(uuid4())
    path = f"/api/people/{somebody}/erase"
    await put(sqlite_database, person(1, object_id=somebody))
    async with running_rest(
        client,
        tmp_path,
        sqlite_database,
        entra,
        task_queue=queue,
        result_within=timedelta(milliseconds=10),
    ) as rest:

        async def erase(key: str = "a") -> tuple[int, Any]:
            headers = {"Idempotency-Key": key}
            answer = await rest.call("POST", path, Role.ADMIN, json=BODY, headers=headers)
            return answer.status_code, answer.json()

        status, first = await erase()
        assert (status, first["outcome"], first["report"]) == (202, "recorded", None)
        async with Worker(
            client,
            task_queue=queue,
            workflows=[ErasureWorkflow],
            activities=[answer_erasure],
            workflow_runner=STRICT,
        ):

            async def is_done() -> bool:
                return (await erase())[0] == 200

            await eventually(is_done)
        _, told = await erase()
        entries = (await rest.get("/api/audit")).json()["entries"]
    assert told["requestId"] == first["requestId"]
    assert told["report"] == {
        "ended": True,
        "terminated": False,
        "tableRows": {"enrolment": 1, "story": 4},
        "listRows": 1,
        "managed": 2,
        "histories": 3,
        "importHistories": 0,
        "importHistoriesLeft": 1,
        "importBatches": ["wave-1"],
        "importsRunning": 0,
    }
    assert set(OUT_OF_REACH) < set(told["outOfReach"])
    assert [(one["action"], one["reason"], one["outcome"]) for one in reversed(entries)] == [
        ("erase", "request 4711", None),
        ("erase", None, "done"),
    ]

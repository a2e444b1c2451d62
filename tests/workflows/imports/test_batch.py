"""Imports on a real server, with real activities and a tenant: nobody missing, nobody twice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus

from activities.imports.enrolment_starter import STARTED_BY
from client.imports import ImportRequest, PartHandle, start_import
from database.engine import Database
from domain.enrolment.messages import AdminRequest
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from domain.imports.file import read_import_file
from domain.imports.file_error import ImportFileError
from domain.imports.reasons import FileFault, RowReason
from domain.imports.report import ImportReport
from domain.imports.rows import repeated_row
from domain.imports.texts import ROW_TEXTS
from settings import WorkerSettings, load_settings
from simulated_tenant.directory.users import User
from tests.activities import worker_process
from tests.activities.ground import Ground, grounded
from tests.activities.stage import Stage, set_up
from tests.support.eventually import eventually
from tests.support.imports import batch_report
from worker.build import build_workers
from workflows.enrolment.workflow import EnrolmentWorkflow

ADMIN = AdminRequest(actor="admin", reason="a test")


@pytest.fixture(scope="module")
async def ground() -> AsyncIterator[Ground]:
    """Serve a tenant."""
    async with grounded() as ground:
        yield ground


class Imports:
    """One test's queue, and imports on it."""

    def __init__(self, stage: Stage, queue: str) -> None:
        """Begin without a worker."""
        self.stage = stage
        self.queue = queue
        self.client: Client = stage.client

    async def start(self, content: str, batch_id: str, **more: Any) -> list[PartHandle]:
        """Start an import."""
        return await start_import(
            self.client,
            read_import_file(content.encode()),
            ImportRequest(batch_id=batch_id, starts_at=datetime.now(UTC), **more),
            task_queue=self.queue,
        )

    async def run(self, content: str, batch_id: str, **more: Any) -> ImportReport:
        """Start an import, and return its report."""
        handles = await self.start(content, batch_id, **more)
        return await batch_report(handles)

    def enrolment(self, user: User) -> Any:
        """Return somebody's enrolment."""
        return self.client.get_workflow_handle_for(
            EnrolmentWorkflow.run, enrolment_workflow_id(user.id)
        )

    async def stands(self, user: User, status: WorkflowExecutionStatus) -> None:
        """Wait until somebody's enrolment stands like this."""

        async def does() -> bool:
            return bool((await self.enrolment(user).describe()).status is status)

        await eventually(does)


@pytest.fixture
def idle(
    ground: Ground, client: Client, sqlite_database: Database, unique: Callable[[str], str]
) -> Imports:
    """Return a queue that nobody works on."""
    return Imports(set_up(ground, client, sqlite_database), unique("queue"))


@pytest.fixture
async def imports(
    idle: Imports, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Imports]:
    """Return a queue with workers that are built as the product builds them."""
    monkeypatch.chdir(tmp_path)
    for name, value in worker_process.environment(idle.stage).items():
        monkeypatch.setenv(name, value)
    settings = load_settings(WorkerSettings)
    async with AsyncExitStack() as stack:
        for worker in build_workers(
            client, idle.stage.graph, idle.stage.database, settings, idle.queue
        ):
            await stack.enter_async_context(worker)
        yield idle


def csv(*users: User | str) -> str:
    """Return a file of these people."""
    names = [user if isinstance(user, str) else user.user_principal_name for user in users]
    return "\n".join(["UPN", *names])


async def test_an_import_starts_everybody(imports: Imports, unique: Callable[[str], str]) -> None:
    """Each person has an enrolment that can be searched for and read; the report adds up."""
    batch = unique("b")
    ada, bob = imports.stage.user(display_name="Ada", department="Research"), imports.stage.user()

    (handle,) = await imports.start(csv(ada, bob), batch)
    report = await batch_report([handle])

    assert report == ImportReport(rows_done=2, started=2)
    description = await imports.enrolment(ada).describe()
    found = {key.name: value for key, value in description.typed_search_attributes}
    assert (found["SourceBatchId"], found["Department"]) == (batch, "Research")
    assert found["UserPrincipalName"] == ada.user_principal_name
    assert "Ada" in await description.static_summary()
    part = await handle.describe()
    assert (await description.memo())[STARTED_BY] == part.run_id
    assert await part.static_summary() == f"Import 2 rows of batch {batch}, part 1"


async def test_the_same_file_again_starts_nobody_twice(
    imports: Imports, unique: Callable[[str], str]
) -> None:
    """Running, finished and cancelled people are told apart; failed ones are started again."""
    batch = unique("b")
    stage = imports.stage
    running, failed, cancelled = stage.user(), stage.user(), stage.user()
    finished = stage.user(methods=["phone"])
    file = csv(running, failed, cancelled, finished)
    assert (await imports.run(file, batch)).started == 4
    await imports.stands(finished, WorkflowExecutionStatus.COMPLETED)
    await imports.enrolment(failed).terminate("a test")
    await imports.enrolment(cancelled).execute_update(EnrolmentWorkflow.cancel, ADMIN)
    await imports.stands(cancelled, WorkflowExecutionStatus.CANCELED)

    restart = await imports.run(file, batch)

    assert restart == ImportReport(
        rows_done=4, started=1, already_enrolled=1, already_active=1, cancelled=1
    )
    await imports.stands(failed, WorkflowExecutionStatus.RUNNING)
    await imports.stands(cancelled, WorkflowExecutionStatus.CANCELED)
    with_cancelled = await imports.run(file, batch, include_cancelled=True)
    assert with_cancelled == ImportReport(
        rows_done=4, started=1, already_enrolled=2, already_active=1
    )
    await imports.stands(cancelled, WorkflowExecutionStatus.RUNNING)
    assert len(stage.items()) == 4


async def test_who_starts_nobody_is_reported_with_the_line(
    imports: Imports, unique: Callable[[str], str]
) -> None:
    """Unknown, guest, excluded, malformed, repeated: each with line and reason, in order."""
    stage = imports.stage
    guest, excluded, user = stage.user(user_type="Guest"), stage.user(), stage.user()
    stage.tenant.add_member(stage.excluded_group.id, excluded.id)
    file = csv("nobody@contoso.example", guest, "?", excluded, user, user)

    report = await imports.run(file, unique("b"))

    assert report.started == 1
    why = (RowReason.UNKNOWN, RowReason.GUEST, RowReason.NOT_AN_ADDRESS, RowReason.EXCLUDED)
    assert [(row.line, row.reason) for row in report.rejected] == list(enumerate(why, start=2))
    assert report.repeated == [repeated_row(7, first_line=6)]
    (item,) = [item for item in stage.items() if item["Title"] == "nobody@contoso.example"]
    assert (item["InviteStatus"], item["ErrorDetails"]) == ("Pending", ROW_TEXTS[RowReason.UNKNOWN])


async def test_a_row_that_was_unknown_is_enrolled_by_the_next_import(
    imports: Imports, unique: Callable[[str], str]
) -> None:
    """The account exists now: the same file starts it, in the item that was there."""
    stage, batch = imports.stage, unique("b")
    name = f"{unique('late')}@contoso.example"
    assert len((await imports.run(csv(name), batch)).rejected) == 1
    user = stage.tenant.add_user(name, methods=["phone"])

    assert (await imports.run(csv(name), batch)).started == 1

    await imports.stands(user, WorkflowExecutionStatus.COMPLETED)
    item = stage.item()
    assert (item["ObjectId"], item["InviteStatus"]) == (user.id, "Active")
    assert "ErrorDetails" not in item


async def test_two_imports_at_once_start_nobody_twice(
    imports: Imports, unique: Callable[[str], str]
) -> None:
    """Overlapping files: everybody is started by one of them."""
    users = [imports.stage.user() for _ in range(9)]

    one, two = await asyncio.gather(
        imports.run(csv(*users[:6]), unique("b")), imports.run(csv(*users[3:]), unique("b"))
    )

    assert one.started + two.started == 9
    assert one.already_enrolled + two.already_enrolled == 3


async def test_an_import_is_joined_while_it_runs(
    idle: Imports, unique: Callable[[str], str]
) -> None:
    """The same file under the same batch id is the same run; other people add a part of theirs."""
    batch, ada, bob = unique("b"), idle.stage.user(), idle.stage.user()

    (first,) = await idle.start(csv(ada), batch)
    (restart,) = await idle.start(csv(ada) + "\n\n", batch)
    (other,) = await idle.start(csv(bob), batch)

    assert (restart.id, restart.result_run_id) == (first.id, first.result_run_id)
    assert other.id != first.id
    for handle in (first, other):
        await handle.terminate("a test")


@pytest.mark.parametrize("batch_id", ["", "a b", "a/b", "x" * 65, "ü"])
async def test_a_batch_id_that_no_id_may_have_is_refused(idle: Imports, batch_id: str) -> None:
    """Nothing is started under a name that no workflow id may hold."""
    with pytest.raises(ImportFileError, check=lambda error: error.fault is FileFault.BAD_BATCH_ID):
        await idle.start(csv("ada@contoso.example"), batch_id)


@pytest.mark.long
async def test_a_killed_worker_costs_nobody(
    idle: Imports, unique: Callable[[str], str], temporal_address: str, tmp_path: Path
) -> None:
    """With `kill -9` amid the starts and a new worker, everybody is enrolled once and counted."""
    stage, batch = idle.stage, unique("b")
    users = [stage.user() for _ in range(120)]
    file = csv(users[0], *users[1:], "nobody@contoso.example", users[7])
    # The enrolments get no further than their intake: they are not what this is about.
    stage.fault("GET", "/methods", times=None, status=503, retry_after="3600")
    slow = stage.fault("GET", "/users/user-", times=None, hold_before=timedelta(milliseconds=150))
    worker = await worker_process.start(stage, idle.queue, temporal_address, tmp_path)
    try:
        (handle,) = await idle.start(file, batch)
        await eventually(lambda: slow.hits > 40)
    finally:
        worker.kill()
        await worker.wait()
    begun = await count(idle.client, batch)
    slow.times = 0

    worker = await worker_process.start(stage, idle.queue, temporal_address, tmp_path)
    try:
        report = await batch_report([handle])
    finally:
        worker.kill()
        await worker.wait()

    assert begun < 120
    assert await attempts_made(handle) > 1
    assert (report.started, report.already_enrolled) == (120, 0)
    assert [row.line for row in report.rejected] == [122]
    assert [row.line for row in report.repeated] == [123]

    async def all_are_there() -> bool:
        return await count(idle.client, batch) == 120

    await eventually(all_are_there)


async def count(client: Client, batch: str) -> int:
    """Return how many enrolments a batch has, each run counted."""
    query = f"WorkflowType = '{ENROLMENT_WORKFLOW}' AND SourceBatchId = '{batch}'"
    return (await client.count_workflows(query)).count


async def attempts_made(handle: PartHandle) -> int:
    """Return the number of the attempt that ended the activity."""
    attempts = [
        event.activity_task_started_event_attributes.attempt
        async for event in handle.fetch_history_events()
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
    ]
    return attempts[-1]

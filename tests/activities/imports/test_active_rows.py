"""People whose row says ``Active``: left alone by an import, unless they lost their method."""

from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.command.v1 import Command, CompleteWorkflowExecutionCommandAttributes
from temporalio.api.enums.v1 import CommandType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    PollWorkflowTaskQueueRequest,
    RespondWorkflowTaskCompletedRequest,
)
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from activities.imports.active_rows import READ_ALL_FROM, ActiveRows
from database.enrolments.known_people import KnownPeople
from database.rollout.marks import mark_complete
from database.rollout.older_tokens import finish_pass
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from domain.imports.reasons import RowReason
from domain.imports.rows import ReportedRow
from domain.person import Person
from domain.status import EnrolmentEnd, InviteStatus
from simulated_tenant.directory.users import User
from temporal.search_attributes import INVITE_STATUS
from tests.activities.calls import part
from tests.activities.imports.importing import starting
from tests.activities.stage import Stage
from tests.database.values import NOW, put
from tests.database.values import person as record

NOWHERE = "99999999-9999-4999-8999-999999999999"
COMPLETE = Command(
    command_type=CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
    complete_workflow_execution_command_attributes=CompleteWorkflowExecutionCommandAttributes(),
)


def person(user: User) -> Person:
    """Return the user as the directory tells."""
    return Person(
        object_id=user.id,
        user_principal_name=user.user_principal_name,
        display_name=user.display_name,
    )


async def completed(stage: Stage, user: User, status: InviteStatus) -> WorkflowHandle[Any, Any]:
    """Return an enrolment that completed in this status."""
    queue = str(uuid4())
    handle = await stage.client.start_workflow(
        ENROLMENT_WORKFLOW,
        stage.enrolment(user),
        id=enrolment_workflow_id(user.id),
        task_queue=queue,
        search_attributes=TypedSearchAttributes([SearchAttributePair(INVITE_STATUS, status)]),
    )
    service, namespace = stage.client.workflow_service, stage.client.namespace
    task = await service.poll_workflow_task_queue(
        PollWorkflowTaskQueueRequest(namespace=namespace, task_queue=TaskQueue(name=queue))
    )
    await service.respond_workflow_task_completed(
        RespondWorkflowTaskCompletedRequest(
            namespace=namespace, task_token=task.task_token, commands=[COMPLETE]
        )
    )
    return handle


@pytest.mark.parametrize("people", [1, READ_ALL_FROM])
async def test_rows_are_somebodys_by_id_or_by_name(stage: Stage, people: int) -> None:
    """Asked one by one or read at once: the same people are active."""
    by_id, by_name, sent, namesake = (stage.user() for _ in range(4))
    active = InviteStatus.ACTIVE.value
    stage.row(Title=by_id.user_principal_name, ObjectId=by_id.id, InviteStatus=active)
    stage.row(Title=by_name.user_principal_name.upper(), InviteStatus=active)
    stage.row(Title=sent.user_principal_name, InviteStatus="Sent")
    stage.row(Title=namesake.user_principal_name, ObjectId=NOWHERE, InviteStatus=active)
    stage.row(Title="nothing@contoso.example")

    rows = ActiveRows(stage.tracking_list, KnownPeople(stage.database), people=people, batch_id="b")
    await rows.look_up([person(one) for one in (by_id, by_name, sent, namesake)])

    assert [await rows.hold(person(one)) for one in (by_id, by_name, sent, namesake)] == [
        True,
        True,
        False,
        False,
    ]


async def know(stage: Stage, **statuses: InviteStatus) -> dict[str, User]:
    """Put somebody into the tables for each status, and say that everybody is in them."""
    users = {name: stage.user(name) for name in statuses}
    for number, (name, status) in enumerate(statuses.items(), start=1):
        await put(stage.database, record(number, object_id=users[name].id, status=status))
    async with stage.database.writing() as connection:
        await mark_complete(connection, now=NOW)
    return users


@pytest.mark.parametrize("people", [1, READ_ALL_FROM])
async def test_complete_tables_are_asked_and_not_the_list(stage: Stage, people: int) -> None:
    """People whom the tables know, and strangers where no older system was: no call to the list."""
    users = await know(stage, done=InviteStatus.ACTIVE, sent=InviteStatus.SENT)
    users["new"] = stage.user()
    async with stage.database.writing() as connection:
        await finish_pass(connection, 1, now=NOW)
    calls = stage.fault("GET", "/items", times=None)

    rows = ActiveRows(stage.tracking_list, KnownPeople(stage.database), people=people, batch_id="b")
    await rows.look_up([person(one) for one in users.values()])

    assert [await rows.hold(person(one)) for one in users.values()] == [True, False, False]
    assert calls.hits == 0


async def test_the_list_knows_people_of_an_older_system(stage: Stage) -> None:
    """Whom the tables don't know may have a row that says so, unless somebody has looked."""
    await know(stage, sent=InviteStatus.SENT)
    older = stage.user()
    stage.row(Title=older.user_principal_name, InviteStatus="Active")

    rows = ActiveRows(stage.tracking_list, KnownPeople(stage.database), people=1, batch_id="b")
    await rows.look_up([person(older)])

    assert await rows.hold(person(older))


async def test_active_people_are_told_apart(stage: Stage) -> None:
    """With a method: already active. Without: their line, and what to do. Nobody is started."""
    done, lapsed = stage.user(methods=["fido2"]), stage.user()
    for user in (done, lapsed):
        stage.row(Title=user.user_principal_name, InviteStatus="Active")

    report = await starting(stage).next(part(done.user_principal_name, lapsed.user_principal_name))

    assert (report.started, report.already_active) == (0, 1)
    assert report.lapsed == [ReportedRow(line=3, reason=RowReason.LAPSED)]


async def test_who_is_running_is_already_enrolled(stage: Stage) -> None:
    """A row that somebody set to Active by hand changes nothing about a running enrolment."""
    user = stage.user()
    stage.row(Title=user.user_principal_name, InviteStatus="Active")
    await stage.client.start_workflow(
        ENROLMENT_WORKFLOW,
        stage.enrolment(user),
        id=enrolment_workflow_id(user.id),
        task_queue=str(uuid4()),
    )

    report = await starting(stage).next(part(user.user_principal_name, restart_active=True))

    assert (report.already_enrolled, report.lapsed) == (1, [])


async def test_who_lapsed_is_started_again_when_asked(stage: Stage) -> None:
    """Also where an earlier enrolment completed; a repeated attempt reports the same."""
    user = stage.user()
    stage.row(Title=user.user_principal_name, InviteStatus="Active")
    handle = await completed(stage, user, InviteStatus.ACTIVE)
    attempts = starting(stage)
    again = part(user.user_principal_name, restart_active=True)

    first = await attempts.next(again)
    attempts.details.clear()
    second = await attempts.next(again)

    assert first.started == second.started == 1
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


@pytest.mark.parametrize("status", [InviteStatus.ACTIVE, InviteStatus.SENT])
async def test_who_completed_otherwise_is_started_again(stage: Stage, status: InviteStatus) -> None:
    """Back from a long leave, or restored in the directory: a new run; not so who was active."""
    user = stage.user()
    handle = await completed(stage, user, status)

    report = await starting(stage).next(part(user.user_principal_name))

    active = status is InviteStatus.ACTIVE
    assert (report.started, report.already_finished) == ((0, 1) if active else (1, 0))
    expected = WorkflowExecutionStatus.COMPLETED if active else WorkflowExecutionStatus.RUNNING
    assert (await handle.describe()).status is expected


@pytest.mark.parametrize("include", [False, True])
@pytest.mark.parametrize("has_history", [True, False])
async def test_who_was_active_when_an_import_was_undone(
    stage: Stage, include: bool, has_history: bool
) -> None:
    """They are out of the group: the right file says *cancelled*, and brings them in when asked.

    That holds when Temporal has forgotten them, too.
    """
    user = stage.user(methods=["fido2"])
    stage.row(Title=user.user_principal_name, ObjectId=user.id, InviteStatus="Active")
    if has_history:
        await completed(stage, user, InviteStatus.ACTIVE)
    undone = record(1, object_id=user.id, status=InviteStatus.ACTIVE, ended=EnrolmentEnd.CANCELLED)
    await put(stage.database, undone)
    async with stage.database.writing() as connection:
        await mark_complete(connection, now=NOW)

    foreseen, report = [
        await starting(stage).next(
            part(user.user_principal_name, include_cancelled=include, dry_run=dry_run)
        )
        for dry_run in (True, False)
    ]

    assert foreseen.dry_run is not None
    assert (report.started, report.cancelled) == ((1, 0) if include else (0, 1))
    assert (foreseen.dry_run.registered, foreseen.cancelled) == (report.started, report.cancelled)


@pytest.mark.parametrize("status", [403, 404])
async def test_active_people_whose_methods_cannot_be_read_hold_up_nobody(
    stage: Stage, status: int
) -> None:
    """The row waits and is told of; the others are started, and it is tried again."""
    active, new = stage.user(methods=["fido2"]), stage.user()
    stage.row(Title=active.user_principal_name, ObjectId=active.id, InviteStatus="Active")
    methods = f"/users/{active.id}/authentication"
    refused = stage.fault("GET", methods, times=None, status=status)
    attempts = starting(stage)
    rows = part(active.user_principal_name, new.user_principal_name)

    error = await attempts.failure(rows)

    assert "1 row of the file waits for Microsoft Graph" in error.message
    handle = stage.client.get_workflow_handle(enrolment_workflow_id(new.id))
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    assert refused.hits > 0
    stage.tenant.faults.clear()
    report = await attempts.next(rows)
    assert (report.started, report.already_active) == (1, 1)

"""The switch that stops all mail, asked as every mail asks."""

from collections.abc import AsyncIterator, Callable

import pytest
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker
from temporalio.workflow import UpdateMethodMultiParam

from activities.mail.kill_switch import MailSwitch
from database.engine import Database
from database.rollout.control import read_control
from domain.enrolment.messages import AdminRequest, RequestRefusal
from domain.identifiers import CONTROL_WORKFLOW_ID
from domain.tables.rollout import MailControl
from tests.support.enrolments import ADMIN, STRICT
from worker.report import copy_mail_switch
from workflows.rollout_control import RolloutControlWorkflow

Throw = UpdateMethodMultiParam[[RolloutControlWorkflow, AdminRequest], None]


@pytest.fixture
async def queue(client: Client, unique: Callable[[str], str]) -> AsyncIterator[str]:
    """Run a worker for the switch; there is one switch for the whole server."""
    name = unique("queue")
    async with Worker(
        client, task_queue=name, workflows=[RolloutControlWorkflow], workflow_runner=STRICT
    ):
        yield name
        await client.get_workflow_handle(CONTROL_WORKFLOW_ID).terminate()


async def test_the_switch_is_on_off_and_on_again(
    client: Client, queue: str, sqlite_database: Database
) -> None:
    """Mail is on until it is stopped, tells who stopped it and why, and is on again after that.

    Each time a worker copies into our tables how the switch stands, and changes nothing otherwise.
    """
    switch = MailSwitch(client=client)
    assert await switch.stop() is None

    async def copied() -> MailControl | None:
        await copy_mail_switch(client, sqlite_database)
        async with sqlite_database.reading() as connection:
            return await read_control(connection)

    assert await copied() is None

    async def throw(update: Throw) -> None:
        operation = WithStartWorkflowOperation(
            RolloutControlWorkflow.run,
            None,
            id=CONTROL_WORKFLOW_ID,
            task_queue=queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        await client.execute_update_with_start_workflow(
            update,
            ADMIN,
            start_workflow_operation=operation,
        )

    await throw(RolloutControlWorkflow.stop_mail)
    assert await switch.stop() == ADMIN
    control = await copied()
    assert control is not None
    assert (control.mail_stopped, control.actor, control.reason) == (
        True,
        ADMIN.actor,
        ADMIN.reason,
    )
    assert await copied() == control
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await throw(RolloutControlWorkflow.stop_mail)
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == RequestRefusal.MAIL_ALREADY_STOPPED
    assert ADMIN.actor in refused.value.cause.message
    await throw(RolloutControlWorkflow.start_mail)
    assert await switch.stop() is None
    control = await copied()
    assert control is not None
    assert not control.mail_stopped

"""What admins ask while no worker runs: kept by Temporal, done once, in the order it was asked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import TimeSkipper

from client.enrolments import EnrolmentHandle
from client.requests import Answer, EnrolmentEndedError, ask_enrolment, new_request
from domain.enrolment.messages import Update
from domain.enrolment.state import EnrolmentState
from domain.status import MailKind
from tests.support.enrolments import SLOW_POLL, enrol, working
from tests.support.eventually import eventually
from tests.support.world import MINUTE, World
from workflows.enrolment.workflow import EnrolmentWorkflow


async def test_requests_wait_for_a_worker(
    skipper: TimeSkipper, unique: Callable[[str], str]
) -> None:
    """Four that nobody answers are recorded, and then done: one new link, and in the end a pause.

    Afterwards a worker answers by itself, and refuses what makes no sense.
    """
    patience = timedelta(milliseconds=300)
    world, queue = World(), unique("queue")
    # What no worker remembers is handed to the next one at once.
    async with working(skipper.client, world, task_queue=queue, max_cached_workflows=0):
        enrolment = await enrol(skipper, world, task_queue=queue, policy=SLOW_POLL)
        await enrolment.mailed(MailKind.INVITATION, 1)
        # Within a minute of a mail no other link is needed.
        await enrolment.pass_time(2 * MINUTE)
    handle: EnrolmentHandle = skipper.client.get_workflow_handle_for(
        EnrolmentWorkflow.run, enrolment.handle.id
    )

    async def ask(update: Update) -> Answer:
        return await ask_enrolment(
            handle, update, new_request("ada", f"to {update}"), within=patience
        )

    for update in (Update.PAUSE, Update.RESUME, Update.RESEND):
        assert await ask(update) is Answer.RECORDED
    async with working(skipper.client, world, task_queue=queue):
        await eventually(lambda: world.mails == [MailKind.INVITATION] * 2)
        patience = timedelta(seconds=60)
        assert await ask(Update.PAUSE) is Answer.DONE
        state: EnrolmentState = await handle.query(EnrolmentWorkflow.state)
        assert state.paused is not None
        assert world.mails == [MailKind.INVITATION] * 2
        with pytest.raises(WorkflowUpdateFailedError):
            await ask(Update.PAUSE)
        assert await ask(Update.CANCEL) is Answer.DONE
        await enrolment.leave()
    with pytest.raises(EnrolmentEndedError):
        await ask(Update.RESUME)

"""Trying a blocked mailbox: started by the look for returned mails, until a probe arrives."""

from collections.abc import Callable
from datetime import UTC, datetime

from temporalio import activity
from temporalio.client import Client
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from activities.mail.returned.bounces import BlockedSender, BouncesRead, ReadBouncesInput
from activities.mail.returned.probe import Probed, ProbeInput
from domain.identifiers import sender_probe_workflow_id
from domain.mail.returned.blocked_sender import TRY_EVERY
from tests.support.enrolments import STRICT
from tests.support.eventually import eventually
from tests.support.world import MINUTE
from workflows.scheduled.bounces import BounceWatchWorkflow
from workflows.sender_probe import SenderProbeInput, SenderProbeWorkflow, SenderReady


def working(client: Client, mailbox: "Mailbox", queue: str) -> Worker:
    """Return a worker for both workflows."""
    return Worker(
        client,
        task_queue=queue,
        workflows=[BounceWatchWorkflow, SenderProbeWorkflow],
        activities=[mailbox.read_bounces, mailbox.probe_sender],
        workflow_runner=STRICT,
    )


class Mailbox:
    """A mailbox that is released while it is tried for the third time."""

    def __init__(self) -> None:
        """Begin blocked."""
        self.probes: list[ProbeInput] = []

    async def probed(self, times: int) -> None:
        """Wait until it was tried so often."""
        await eventually(lambda: len(self.probes) == times)

    @activity.defn
    async def read_bounces(self, input: ReadBouncesInput) -> BouncesRead:
        """Say that the only sender is blocked."""
        looked_until = input.looked_until or datetime.now(UTC)
        workflow_id = sender_probe_workflow_id(activity.info().task_queue, 0)
        blocked = BlockedSender(sender=0, workflow_id=workflow_id)
        return BouncesRead(looked_until=looked_until, returned=1, blocked=(blocked,))

    @activity.defn
    async def probe_sender(self, input: ProbeInput) -> Probed:
        """Fail twice."""
        self.probes.append(input)
        return Probed(ready=len(self.probes) == 3)


async def test_a_blocked_mailbox_is_tried_until_it_may_send(
    skipper: TimeSkipper, unique: Callable[[str], str]
) -> None:
    """Each probe has an id of its own, half an hour after the one before."""
    mailbox, queue = Mailbox(), unique("probe")
    async with working(skipper.client, mailbox, queue):
        handle = await skipper.client.start_workflow(
            SenderProbeWorkflow.run, SenderProbeInput(sender=0), id=queue, task_queue=queue
        )
        for number in (1, 2):
            await mailbox.probed(number)
            await skipper.fast_forward(handle, TRY_EVERY + MINUTE)
        assert isinstance(await handle.result(), SenderReady)
    assert len({one.probe_id for one in mailbox.probes}) == 3


async def test_two_looks_try_a_mailbox_once(client: Client, unique: Callable[[str], str]) -> None:
    """The second look finds the workflow at work."""
    mailbox, queue = Mailbox(), unique("probe")
    async with working(client, mailbox, queue):
        for name in ("first", "second"):
            await client.execute_workflow(
                BounceWatchWorkflow.run, id=unique(name), task_queue=queue
            )
        await mailbox.probed(1)
        handle = client.get_workflow_handle(sender_probe_workflow_id(queue, 0))
        await handle.terminate("a test")
    assert len(mailbox.probes) == 1

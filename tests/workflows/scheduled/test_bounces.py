"""Looking for mails that came back, again and again: each look begins where the last ended."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from activities.mail.returned.bounces import BouncesRead, ReadBouncesInput
from tests.support.enrolments import STRICT
from tests.support.schedules import scheduled
from workflows.scheduled.bounces import BounceWatchWorkflow

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Inboxes:
    """Inboxes with nothing in them, that can be closed."""

    looks: list[datetime | None] = field(default_factory=list)
    closed: bool = False

    @activity.defn
    async def read_bounces(self, input: ReadBouncesInput) -> BouncesRead:
        """Look; the first look is at nine, each other an hour later."""
        self.looks.append(input.looked_until)
        if self.closed:
            raise ApplicationError("No such mailbox.", type="NotFound", non_retryable=True)
        hours = len(self.looks) - 1
        return BouncesRead(looked_until=START + timedelta(hours=hours), returned=hours)


async def test_a_look_begins_where_the_last_one_ended(
    client: Client, unique: Callable[[str], str]
) -> None:
    """Also behind a look that failed: nothing in between is passed over."""
    inboxes, queue = Inboxes(), unique("bounces")
    async with (
        Worker(
            client,
            task_queue=queue,
            workflows=[BounceWatchWorkflow],
            activities=[inboxes.read_bounces],
            workflow_runner=STRICT,
        ),
        scheduled(client, BounceWatchWorkflow.run, queue) as schedule,
    ):
        for closed in (False, True, False):
            inboxes.closed = closed
            look = await schedule.start()
            if closed:
                with pytest.raises(WorkflowFailureError):
                    await look.result()
            else:
                await look.result()
            await schedule.ended()
    assert inboxes.looks == [None, START, START]

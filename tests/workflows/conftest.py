"""How tests of workflows get an enrolment: with workers of its own, and an end."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any, Protocol

import pytest
from temporalio.testing import TimeSkipper

from domain.enrolment.policy import Policy
from domain.status import InviteStatus
from tests.support.enrolments import SLOW_POLL, Enrolment, enrol, working
from tests.support.world import World
from workflows.enrolment.workflow import EnrolmentWorkflow


class Start(Protocol):
    """Starts the person of a world, with workers on a task queue that no other test uses."""

    async def __call__(
        self,
        world: World | None = None,
        policy: Policy = SLOW_POLL,
        *,
        mails_wait: bool = False,
        workflow: type = EnrolmentWorkflow,
        **changes: Any,
    ) -> Enrolment:
        """Start the person."""
        ...


@pytest.fixture
async def start(skipper: TimeSkipper, unique: Callable[[str], str]) -> AsyncIterator[Start]:
    """Start enrolments that are ended, with their workers, when the test is over."""
    async with AsyncExitStack() as stack:

        async def start(
            world: World | None = None,
            policy: Policy = SLOW_POLL,
            *,
            mails_wait: bool = False,
            workflow: type = EnrolmentWorkflow,
            **changes: Any,
        ) -> Enrolment:
            world, queue = world or World(), unique("queue")
            await stack.enter_async_context(
                working(
                    skipper.client,
                    world,
                    task_queue=queue,
                    workflow=workflow,
                    mails_wait=mails_wait,
                )
            )
            enrolment = await enrol(skipper, world, task_queue=queue, policy=policy, **changes)
            stack.push_async_callback(enrolment.leave)
            return enrolment

        yield start


@pytest.fixture
async def invited(start: Start) -> Enrolment:
    """Enrol Ada, who has just been invited."""
    enrolment = await start()
    await enrolment.in_status(InviteStatus.SENT)
    return enrolment

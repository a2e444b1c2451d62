"""Enrolments in the world of a test: start one, let days pass, look at it."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from domain.enrolment.messages import (
    AdminRequest,
    EmailOpened,
    LinkClicked,
    RegistrationChanged,
    RequestRefusal,
    ResendRequested,
)
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentInput, EnrolmentState, ProblemKind
from domain.identifiers import (
    enrolment_workflow_id,
    mail_task_queue,
    registration_task_queue,
)
from domain.status import EnrolmentEnd, InviteStatus, MailKind, Source
from temporal.search_attributes import search_attributes
from tests.support.eventually import eventually
from tests.support.texts import says
from tests.support.world import Handle, World
from worker.build import RESTRICTIONS, ContextFreeRunner
from workflows.enrolment.workflow import EnrolmentWorkflow

# The ends with which the workflow completes; after the others it is cancelled, failed or replaced.
COMPLETIONS = frozenset({EnrolmentEnd.ACTIVE, EnrolmentEnd.GONE, EnrolmentEnd.DISABLED})
# Polling by retry costs a skip for each attempt: who doesn't test it looks once in a while.
SLOW_POLL = Policy(poll_interval=timedelta(days=400))
# How a call ends that wasn't answered in time.
_LATE = frozenset({RPCStatusCode.CANCELLED, RPCStatusCode.DEADLINE_EXCEEDED})
ADMIN = AdminRequest(actor="admin@contoso.example", reason="a test")

# The whole sandbox: a worker makes the module of the enrolment once and not for each run.
STRICT = ContextFreeRunner(restrictions=RESTRICTIONS)


@asynccontextmanager
async def working(
    client: Client,
    world: World,
    *,
    task_queue: str,
    workflow: type = EnrolmentWorkflow,
    mails_wait: bool = False,
    **options: Any,
) -> AsyncIterator[None]:
    """Run workers for all queues of enrolments, with the world's activities.

    ``mails_wait`` leaves out the worker of the mail queue, so that mails wait there for their turn.
    """
    world.client = client
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            _worker(client, world, task_queue, workflows=[workflow], **options)
        )
        polling = registration_task_queue(task_queue)
        await stack.enter_async_context(_worker(client, world, polling, **options))
        if not mails_wait:
            await stack.enter_async_context(mailing(client, world, task_queue=task_queue))
        yield


def mailing(client: Client, world: World, *, task_queue: str) -> Worker:
    """Return the worker under which waiting mails have their turn."""
    return _worker(client, world, mail_task_queue(task_queue, 0))


def _worker(client: Client, world: World, task_queue: str, **options: Any) -> Worker:
    return Worker(
        client,
        task_queue=task_queue,
        activities=world.activities,
        workflow_runner=STRICT,
        disable_eager_activity_execution=True,
        # Who is cancelled learns of it at once, as tests don't wait for ten seconds.
        max_heartbeat_throttle_interval=timedelta(milliseconds=50),
        **options,
    )


@dataclass
class Enrolment:
    """An enrolment under test, and its surroundings."""

    handle: Handle
    world: World
    skipper: TimeSkipper
    task_queue: str

    async def state(self) -> EnrolmentState:
        """Ask it for its state, until it is answered: a busy machine's worker may be late."""
        found: list[EnrolmentState] = []

        async def is_answered() -> bool:
            try:
                found.append(await self.handle.query(EnrolmentWorkflow.state))
            except RPCError as error:
                if error.status not in _LATE:
                    raise
            return bool(found)

        await eventually(is_answered)
        return found[0]

    async def now(self) -> datetime:
        """Tell its time."""
        return await self.skipper.get_current_time(self.handle)

    async def pass_time(self, duration: timedelta) -> None:
        """Let time pass for it, at most to a little after what is due next.

        Where an attempt begins in the instant at which a timer is due, the server may go on to the
        end before that timer fires: what is due on the way would happen as late as that.
        """
        await self.skipper.fast_forward(self.handle, duration)

    async def pass_until_mails(self, count: int, *, within: timedelta) -> None:
        """Let time pass, and wait until so many mails have left in all."""
        await self.pass_time(within)
        await eventually(lambda: len(self.world.mails) >= count)

    async def click(self, event_id: str | None = None, *, at: datetime | None = None) -> None:
        """Press the button."""
        event = LinkClicked(event_id=event_id or str(uuid4()), at=at or await self.now())
        await self.handle.signal(EnrolmentWorkflow.link_clicked, event)

    async def open(self, *, at: datetime | None = None) -> None:
        """Open a mail."""
        event = EmailOpened(event_id=str(uuid4()), at=at or await self.now())
        await self.handle.signal(EnrolmentWorkflow.email_opened, event)

    async def ask_for_link(self) -> None:
        """Use the form."""
        event = ResendRequested(event_id=str(uuid4()), at=await self.now())
        await self.handle.signal(EnrolmentWorkflow.resend_requested, event)

    async def registration_changed(self) -> None:
        """Tell it what the registration report says."""
        event = RegistrationChanged(event_id=str(uuid4()), at=await self.now())
        await self.handle.signal(EnrolmentWorkflow.registration_changed, event)

    async def register(self) -> None:
        """Register a method, and let the report tell."""
        self.world.registered = True
        await self.registration_changed()

    async def reached(self, check: Callable[[EnrolmentState], Any]) -> EnrolmentState:
        """Wait until its state is such."""
        found: list[EnrolmentState] = []

        async def look() -> bool:
            found[:] = [await self.state()]
            return bool(check(found[0]))

        await eventually(look)
        return found[0]

    async def reminded(self, times: int) -> EnrolmentState:
        """Wait until it has counted so many reminders since the last new link."""
        return await self.reached(lambda state: state.reminder_count == times)

    async def followed_up(self, times: int) -> EnrolmentState:
        """Wait until it has counted so many follow-ups."""
        return await self.reached(lambda state: state.follow_ups_sent == times)

    async def mailed(self, kind: MailKind, times: int) -> EnrolmentState:
        """Wait until so many mails of a kind have left, and no new link is on its way."""
        await eventually(lambda: self.count(kind) >= times)
        return await self.reached(lambda state: not state.resend_wanted)

    async def in_status(self, status: InviteStatus) -> EnrolmentState:
        """Wait until it is in this status, and the list says so."""
        state = await self.reached(lambda state: state.status is status)
        await self.shows(InviteStatus=status)
        return state

    async def shows(self, **columns: Any) -> None:
        """Wait until the list shows these values."""
        row = self.world.row
        await eventually(lambda: {name: row.get(name) for name in columns} == columns)

    async def complains(self, about: ProblemKind | str) -> str:
        """Wait until ``ErrorDetails`` tells of a problem, or has a failure's words; return it."""

        def told() -> bool:
            details = self.world.row.get("ErrorDetails")
            return says(details, about) if isinstance(about, ProblemKind) else about in str(details)

        await eventually(told)
        return str(self.world.row["ErrorDetails"])

    def says(self, kind: ProblemKind) -> bool:
        """Say whether ``ErrorDetails`` tells of this kind of problem."""
        return says(self.world.row.get("ErrorDetails"), kind)

    async def is_refused(self, update: Any) -> RequestRefusal:
        """Ask as an admin for what isn't granted, and return why."""
        with pytest.raises(WorkflowUpdateFailedError) as failure:
            await self.handle.execute_update(update, ADMIN)
        cause = failure.value.cause
        assert isinstance(cause, ApplicationError)
        assert cause.message
        return RequestRefusal(str(cause.type))

    async def doing(self, activity: str, *, times: int = 1) -> None:
        """Wait until an activity has begun so often."""
        await eventually(lambda: self.world.begun.count(activity) >= times)

    async def over(self) -> WorkflowExecutionStatus | None:
        """Wait until it has ended, and return in which way."""

        async def look() -> bool:
            now = (await self.handle.describe()).status
            return now is not WorkflowExecutionStatus.RUNNING

        await eventually(look)
        return (await self.handle.describe()).status

    async def leave(self) -> None:
        """End it in whatever state it is."""
        self.world.release()
        with contextlib.suppress(RPCError):
            await self.handle.terminate()

    def count(self, kind: MailKind) -> int:
        """Count the mails of one kind."""
        return self.world.mails.count(kind)


def enrolment_input(world: World, policy: Policy = SLOW_POLL, **changes: Any) -> EnrolmentInput:
    """Return what the importer would start the world's person with."""
    return EnrolmentInput(
        object_id=world.person.object_id,
        user_principal_name=world.person.user_principal_name,
        source=Source.CSV_UPLOAD,
        correlation_id=str(uuid4()),
        policy=policy,
        **{"batch_id": "test", **changes},
    )


async def enrol(
    skipper: TimeSkipper,
    world: World,
    *,
    task_queue: str,
    policy: Policy = SLOW_POLL,
    fresh_handle: bool = False,
    **changes: Any,
) -> Enrolment:
    """Start the world's person; a ``fresh_handle`` follows from run to run."""
    given = enrolment_input(world, policy, **changes)
    handle = await skipper.client.start_workflow(
        EnrolmentWorkflow.run,
        given,
        id=enrolment_workflow_id(world.person.object_id),
        task_queue=task_queue,
        search_attributes=search_attributes(
            given,
            EnrolmentState(person=world.person),
            hidden_upn=world.names.hidden(world.person.user_principal_name),
        ),
    )
    if fresh_handle:
        handle = skipper.client.get_workflow_handle_for(EnrolmentWorkflow.run, handle.id)
    return Enrolment(handle, world, skipper, task_queue)

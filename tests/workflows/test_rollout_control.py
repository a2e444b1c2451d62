"""The switch that stops all mail, asked as every mail asks."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowUpdateWithStartInput,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.worker import Worker
from temporalio.workflow import UpdateMethodMultiParam

from activities.mail.kill_switch import MailSwitch
from client.mail_switch import start_all_mail, stop_all_mail
from client.requests import Answer
from database.engine import Database
from database.rollout.control import read_control, set_control
from domain.enrolment.messages import AdminRequest, RequestRefusal
from domain.identifiers import CONTROL_WORKFLOW_ID
from domain.mail_switch import MailSwitchState
from domain.tables.rollout import MailControl
from temporal.high_water import read_high_water
from tests.api.running import lazy_client
from tests.support.enrolments import ADMIN, STRICT
from tests.support.eventually import eventually
from tests.support.namespaces import own_namespace
from worker.report import copy_mail_switch
from workflows.rollout_control import RolloutControlWorkflow

PATIENT = timedelta(minutes=10)
Throw = UpdateMethodMultiParam[[RolloutControlWorkflow, AdminRequest], None]


@pytest.fixture
async def client(temporal_address: str) -> Client:
    """Give a namespace of its own, since a switch stays as the last test has left it."""
    return await own_namespace(temporal_address)


@pytest.fixture
async def queue(client: Client, unique: Callable[[str], str]) -> AsyncIterator[str]:
    """Run a worker for the switch."""
    name = unique("queue")
    async with Worker(
        client, task_queue=name, workflows=[RolloutControlWorkflow], workflow_runner=STRICT
    ):
        yield name


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
    stop = await switch.stop()
    assert stop is not None
    assert (stop.actor, stop.reason) == (ADMIN.actor, ADMIN.reason)
    handle = client.get_workflow_handle(CONTROL_WORKFLOW_ID)
    shown = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    assert str(shown.current_details).endswith(f" {ADMIN.reason}.")
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
    assert (await switch.state()).lifted == [stop.request_id]
    control = await copied()
    assert control is not None
    assert not control.mail_stopped


async def test_a_restored_temporal_lifts_no_stop(
    client: Client, queue: str, sqlite_database: Database, unique: Callable[[str], str]
) -> None:
    """A Temporal that is older than a confirmed stop is told of it again; a start lifts it.

    That holds for a start before a worker has told it as well.
    """

    async def control() -> MailControl:
        async with sqlite_database.reading() as connection:
            found = await read_control(connection)
        assert found is not None
        return found

    async def restore() -> None:
        await client.get_workflow_handle(CONTROL_WORKFLOW_ID).terminate()
        await client.start_workflow(
            RolloutControlWorkflow.run, id=CONTROL_WORKFLOW_ID, task_queue=queue
        )

    await client.start_workflow(
        RolloutControlWorkflow.run, id=CONTROL_WORKFLOW_ID, task_queue=queue
    )
    switch = MailSwitch(client=client)
    first = replace(ADMIN, request_id=unique("stop"))
    await stop_all_mail(client, sqlite_database, first, within=PATIENT)
    confirmed = await control()
    assert (confirmed.mail_stopped, confirmed.untold) == (True, None)
    await restore()
    await copy_mail_switch(client, sqlite_database)
    assert await control() == replace(confirmed, untold=first.request_id)

    async def is_stopped_again() -> bool:
        await copy_mail_switch(client, sqlite_database)
        return await switch.stop() == first

    await eventually(is_stopped_again)
    assert await control() == confirmed
    await restore()
    start = replace(ADMIN, request_id=unique("start"))
    assert await start_all_mail(client, sqlite_database, start, within=PATIENT) is Answer.DONE
    await copy_mail_switch(client, sqlite_database)
    assert not (await control()).mail_stopped
    assert await switch.state() == MailSwitchState(lifted=[first.request_id])
    # Whoever starts what Temporal has started already, as far as our table knows, is not refused.
    async with sqlite_database.writing() as connection:
        await set_control(connection, confirmed)
    again = replace(ADMIN, request_id=unique("start"))
    assert await start_all_mail(client, sqlite_database, again, within=PATIENT) is Answer.DONE
    assert not (await control()).mail_stopped


class _StopsMeanwhile(Interceptor):
    """Lets another admin stop mail once more as soon as Temporal has answered a start."""

    def __init__(self, database: Database, stop: AdminRequest) -> None:
        self.database, self.stop = database, stop

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _StoppingMeanwhile(next, self)


class _StoppingMeanwhile(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, then: _StopsMeanwhile) -> None:
        super().__init__(next)
        self._then = then

    async def start_update_with_start_workflow(
        self, input: StartWorkflowUpdateWithStartInput
    ) -> WorkflowUpdateHandle[Any]:
        handle = await super().start_update_with_start_workflow(input)
        away = await lazy_client("127.0.0.1:1")
        within = timedelta(milliseconds=1)
        answer = await stop_all_mail(away, self._then.database, self._then.stop, within=within)
        assert answer is Answer.TEMPORAL_AWAY
        return handle


async def test_a_stop_while_mail_is_being_started_stays(
    client: Client, queue: str, sqlite_database: Database, unique: Callable[[str], str]
) -> None:
    """A start lifts the stop that it has seen, and none that another admin asks for meanwhile."""
    await client.start_workflow(
        RolloutControlWorkflow.run, id=CONTROL_WORKFLOW_ID, task_queue=queue
    )
    first, second = (replace(ADMIN, request_id=unique("stop")) for _ in range(2))
    await stop_all_mail(client, sqlite_database, first, within=PATIENT)
    meanwhile = Client(
        **client.config() | {"interceptors": [_StopsMeanwhile(sqlite_database, second)]}
    )
    start = replace(ADMIN, request_id=unique("start"))
    await start_all_mail(meanwhile, sqlite_database, start, within=PATIENT)
    async with sqlite_database.reading() as connection:
        control = await read_control(connection)
    assert control is not None
    assert (control.mail_stopped, control.untold) == (True, second.request_id)
    await copy_mail_switch(client, sqlite_database)
    assert await MailSwitch(client=client).stop() == second


@pytest.mark.parametrize(
    "ask",
    [read_high_water, lambda it: MailSwitch(client=it).state()],
    ids=["mark", "switch"],
)
async def test_a_namespace_that_is_gone_says_nothing_of_switch_and_mark(
    temporal_address: str, ask: Callable[[Client], Awaitable[object]]
) -> None:
    """Mail isn't on, nor the mark at its beginning, since nothing is there to ask."""
    client = await Client.connect(temporal_address, namespace="nobody-made-it")
    with pytest.raises(RPCError, match="nobody-made-it"):
        await ask(client)


async def test_lifted_stops_are_told_as_far_as_a_memo_has_room(client: Client, queue: str) -> None:
    """The latest twenty of them, also those of runs before."""
    before = tuple(str(number) for number in range(20))
    handle = await client.start_workflow(
        RolloutControlWorkflow.run,
        args=[replace(ADMIN, request_id="20"), 0, before],
        id=CONTROL_WORKFLOW_ID,
        task_queue=queue,
    )
    await handle.execute_update(RolloutControlWorkflow.start_mail, ADMIN)
    told = (await MailSwitch(client=client).state()).lifted
    assert told == [str(number) for number in range(1, 21)]

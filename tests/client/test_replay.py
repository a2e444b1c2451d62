"""Replaying what runs on a real server against workflow code that is right, wrong, or missing."""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker

from cli.terminal import ExitStatus
from client.replay import Replayed, count_running, replay_running
from client.story.history import read_history
from domain.enrolment.messages import EmailOpened
from domain.enrolment.state import EnrolmentState
from domain.identifiers import CONTROL_WORKFLOW_ID, enrolment_workflow_id
from domain.status import InviteStatus
from domain.tracking_list.columns import iso
from temporal.connect import DATA_CONVERTER, connect_as_configured
from temporal.encryption.unreadable import UnreadablePayload
from temporal.search_attributes import search_attributes
from tests.support import temporal_server
from tests.support.command_line import run_alone
from tests.support.enrolments import ADMIN, STRICT, enrolment_input, working
from tests.support.eventually import eventually
from tests.support.hidden import shows
from tests.support.variants import RaisingAtOpens, WithAnotherTimer
from tests.support.world import World
from worker.build import WORKFLOWS
from workflows.enrolment.workflow import EnrolmentWorkflow
from workflows.rollout_control import RolloutControlWorkflow

OTHERS = [cls for cls in WORKFLOWS if cls is not EnrolmentWorkflow]
PEOPLE = 3


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Start a server on which nothing else runs."""
    process, address = temporal_server.start()
    temporal_server.wait_until_ready(process, address)
    yield address
    temporal_server.stop(process)


@pytest.fixture(scope="module")
async def running(address: str) -> Client:
    """Leave three invited people, of whom one has opened the mail, and the stop switch running."""
    client = await Client.connect(address, data_converter=DATA_CONVERTER)
    async with AsyncExitStack() as stack:
        for number in range(PEOPLE):
            world, queue = World(), f"queue-{number}"
            name = f"person-{number}@contoso.example"
            world.person = replace(world.person, user_principal_name=name)
            await stack.enter_async_context(working(client, world, task_queue=queue))
            handle = await client.start_workflow(
                EnrolmentWorkflow.run,
                enrolment_input(world),
                id=enrolment_workflow_id(world.person.object_id),
                task_queue=queue,
            )
            await eventually(partial(_shows, world, "InviteStatus", InviteStatus.SENT))
            if number == 0:
                # An open is not before its invitation.
                opened = EmailOpened(event_id=str(uuid4()), at=datetime.now(UTC))
                await handle.signal(EnrolmentWorkflow.email_opened, opened)
                await eventually(partial(_shows, world, "EmailOpenedDate", iso(opened.at)))
        await stack.enter_async_context(
            Worker(
                client,
                task_queue="switch",
                workflows=[RolloutControlWorkflow],
                workflow_runner=STRICT,
            )
        )
        await client.execute_update_with_start_workflow(
            RolloutControlWorkflow.stop_mail,
            ADMIN,
            start_workflow_operation=WithStartWorkflowOperation(
                RolloutControlWorkflow.run,
                None,
                id=CONTROL_WORKFLOW_ID,
                task_queue="switch",
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            ),
        )
    await eventually(lambda: _count(client))
    return client


def _shows(world: World, column: str, value: object) -> bool:
    return world.row.get(column) == value


async def _count(client: Client, more: int = 0) -> bool:
    return await count_running(client) == PEOPLE + 1 + more


async def replayed(
    client: Client, workflows: Sequence[type], limit: int | None = None
) -> list[Replayed]:
    """Replay what runs against these classes."""
    found = replay_running(client, workflows, runner=STRICT, limit=limit)
    return [one async for one in found]


async def test_todays_code_goes_on_with_everything(running: Client) -> None:
    """Workflows of all types are replayed, and each says who and what it is."""
    found = await replayed(running, WORKFLOWS)
    assert [one for one in found if one.reason] == []
    assert sorted(one.workflow_type for one in found) == [
        *["EnrolmentWorkflow"] * PEOPLE,
        "RolloutControlWorkflow",
    ]
    names = {one.user_principal_name for one in found}
    assert names == {None, *(f"person-{number}@contoso.example" for number in range(PEOPLE))}


async def test_a_changed_workflow_is_found(running: Client) -> None:
    """A timer that no history has: every enrolment, and nothing else."""
    found = await replayed(running, [*OTHERS, WithAnotherTimer])
    stuck = [one for one in found if one.reason]
    assert [one.workflow_type for one in stuck] == ["EnrolmentWorkflow"] * PEOPLE
    assert all(one.nondeterministic for one in stuck)
    assert all("TMPRL1100" in str(one.reason) for one in stuck)


async def test_an_error_is_found_where_it_is_met(running: Client) -> None:
    """A handler that raises stops who has opened a mail, and nobody else."""
    found = await replayed(running, [*OTHERS, RaisingAtOpens])
    (stuck,) = [one for one in found if one.reason]
    assert stuck.user_principal_name == "person-0@contoso.example"
    assert not stuck.nondeterministic


async def test_a_type_that_this_version_lacks_is_found(running: Client) -> None:
    """A workflow that was removed or renamed stops those that run."""
    found = await replayed(running, [EnrolmentWorkflow])
    assert [one.workflow_type for one in found if one.reason] == ["RolloutControlWorkflow"]


async def test_a_limit_is_kept(running: Client) -> None:
    """Of many thousands some may be enough."""
    assert len(await replayed(running, WORKFLOWS, limit=2)) == 2


async def test_encrypted_histories_are_read_with_the_keys(running: Client, address: str) -> None:
    """Replay and the story read them as any other; without the keys replay says what is missing."""
    key = b64encode(bytes(32)).decode()
    settings = {"TEMPORAL_ADDRESS": address, "TEMPORAL_CONFIG_FILE": "/nonexistent"}
    keeper = await connect_as_configured({**settings, "PAYLOAD_KEYS": key})
    world = World()
    async with working(keeper, world, task_queue="encrypted"):
        handle = await keeper.start_workflow(
            EnrolmentWorkflow.run,
            enrolment_input(world),
            id=enrolment_workflow_id(world.person.object_id),
            task_queue="encrypted",
        )
        await eventually(partial(_shows, world, "InviteStatus", InviteStatus.SENT))
    try:
        await eventually(lambda: _count(running, 1))
        assert not shows("Lovelace", (await handle.fetch_history()).events)
        assert [one for one in await replayed(keeper, WORKFLOWS) if one.reason] == []
        with pytest.raises(UnreadablePayload):
            await replayed(running, WORKFLOWS)
        assert len([line async for line in read_history(keeper, handle)]) == 3
        with pytest.raises(UnreadablePayload):
            [line async for line in read_history(running, handle)]
    finally:
        await handle.terminate()
        await eventually(lambda: _count(running))


async def test_the_verb_lists_nobody_and_leaves_with_0(
    running: Client, address: str, tmp_path: Path
) -> None:
    """The installed version goes on with what runs; the number is told."""
    status, output = await run_alone("replay", folder=tmp_path, TEMPORAL_ADDRESS=address)
    assert status == ExitStatus.DONE
    assert str(PEOPLE + 1) in output


async def test_the_verb_lists_who_would_get_stuck(
    running: Client, address: str, tmp_path: Path
) -> None:
    """Somebody who began under other code: listed with a name, but without in the JSON."""
    world = World()
    async with working(running, world, task_queue="other", workflow=WithAnotherTimer):
        handle = await running.start_workflow(
            EnrolmentWorkflow.run,
            enrolment_input(world),
            id=enrolment_workflow_id(world.person.object_id),
            task_queue="other",
            search_attributes=search_attributes(enrolment_input(world), EnrolmentState()),
        )

        async def has_a_timer() -> bool:
            events = (await handle.fetch_history()).events
            return any(event.HasField("timer_started_event_attributes") for event in events)

        await eventually(has_a_timer)
    await eventually(lambda: _count(running, 1))

    status, output = await run_alone("replay", folder=tmp_path, TEMPORAL_ADDRESS=address)

    assert status == ExitStatus.FAILED
    assert "TMPRL1100" in output
    assert handle.id in output
    assert world.person.user_principal_name in output

    status, output = await run_alone("replay", "--json", folder=tmp_path, TEMPORAL_ADDRESS=address)

    found = json.loads(output[output.index("{") :])
    assert status == ExitStatus.FAILED
    assert found["replayed"] == PEOPLE + 2
    (stuck,) = found["stuck"]
    assert (stuck["workflowId"], stuck["nondeterministic"]) == (handle.id, True)
    assert world.person.user_principal_name not in output
    await handle.terminate()

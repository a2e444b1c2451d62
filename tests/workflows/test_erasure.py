"""An erasure that others join while it runs: it does what each of them asks for."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import RawValue
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.erasure.erase import (
    EnrolmentEnded,
    ImportHistories,
    ImportHistoriesInput,
    RowsInput,
)
from client.erasure.erase_person import erase_person
from domain.identifiers import ERASURE_PREFIX
from domain.tables.erasure import KnownNames
from temporal.histories import delete_ended
from tests.support.enrolments import STRICT
from tests.support.eventually import eventually
from workflows.erasure import ErasureInput, ErasureWorkflow

INPUTS = {"erase_rows": RowsInput, "delete_import_histories": ImportHistoriesInput}


class Steps:
    """Answers as the activities do: what one pass has deleted, the next doesn't find."""

    def __init__(self, waits_in: str) -> None:
        """Wait in this step of the first pass until ``go_on`` is set."""
        self.go_on = asyncio.Event()
        self.inputs: dict[str, list[Any]] = defaultdict(list)
        self._waits_in = waits_in

    @activity.defn(dynamic=True)
    async def answer(self, args: Sequence[RawValue]) -> Any:
        """Keep what the step was given."""
        step = activity.info().activity_type
        hint = INPUTS.get(step)
        converter = activity.payload_converter()
        self.inputs[step] += converter.from_payloads(
            [args[0].payload], None if hint is None else [hint]
        )
        if step == self._waits_in:
            await self.go_on.wait()
        is_first = len(self.inputs[step]) == 1
        if step == "end_enrolment":
            names = KnownNames(upns=("ada@contoso.example",), batch_ids=("autumn",))
            return EnrolmentEnded(names=names if is_first else KnownNames(), ended=is_first)
        if step == "erase_rows":
            return {"enrolment": 1 if is_first else 0, "import_row": 1}
        if step == "delete_import_histories":
            is_asked = self.inputs[step][-1].delete
            return ImportHistories(deleted=2 if is_asked else 0, left=0 if is_asked else 2)
        return 1 if is_first else 0


async def times_asked(client: Client, workflow_id: str) -> int:
    """Return how often an erasure was asked for since it began."""
    try:
        history = await client.get_workflow_handle(workflow_id).fetch_history()
    except RPCError:
        return 0
    signaled = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
    return sum(event.event_type == signaled for event in history.events)


@pytest.mark.parametrize("waits_in", ["end_enrolment", "delete_import_histories"])
async def test_what_others_ask_for_is_done_too(
    client: Client, unique: Callable[[str], str], waits_in: str
) -> None:
    """Names and flags of one that joins hold, as early or late as it comes; each has one report."""
    queue, somebody, steps = unique("queue"), str(uuid4()), Steps(waits_in)
    workflow_id = f"{ERASURE_PREFIX}{somebody}"
    more = ErasureInput(
        object_id=somebody, upns=("boss@contoso.example",), with_import_histories=True
    )

    async def waits() -> bool:
        return bool(steps.inputs[waits_in])

    async def is_joined() -> bool:
        return await times_asked(client, workflow_id) == 2

    async with Worker(
        client,
        task_queue=queue,
        workflows=[ErasureWorkflow],
        activities=[steps.answer],
        workflow_runner=STRICT,
    ):
        first = asyncio.create_task(
            erase_person(client, ErasureInput(object_id=somebody), task_queue=queue)
        )
        await eventually(waits)
        second = asyncio.create_task(erase_person(client, more, task_queue=queue))
        await eventually(is_joined)
        steps.go_on.set()
        reports = await asyncio.gather(first, second)

    assert reports[0] == reports[1]
    report = reports[0]
    assert (report.ended, report.table_rows) == (True, {"enrolment": 1, "import_row": 2})
    assert (report.list_rows, report.import_histories, report.import_histories_left) == (1, 2, 0)
    assert report.import_batches == (), "none is left"
    names = ("ada@contoso.example", "boss@contoso.example")
    assert [step.upns for step in steps.inputs["erase_rows"]] == [names[:1], names]
    imports = steps.inputs["delete_import_histories"]
    assert [(step.batch_ids, step.delete) for step in imports] == [
        (("autumn",), False),
        (("autumn",), True),
    ]


async def test_who_asks_the_same_costs_no_second_pass(
    client: Client, unique: Callable[[str], str]
) -> None:
    """An erasure that is asked for again as it is does each step once."""
    queue, somebody, steps = unique("queue"), str(uuid4()), Steps("end_enrolment")
    erasure = ErasureInput(object_id=somebody, upns=("boss@contoso.example",))
    steps.go_on.set()
    first = asyncio.create_task(erase_person(client, erasure, task_queue=queue))
    second = asyncio.create_task(erase_person(client, erasure, task_queue=queue))

    async def are_asked() -> bool:
        return await times_asked(client, f"{ERASURE_PREFIX}{somebody}") == 2

    await eventually(are_asked)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[ErasureWorkflow],
        activities=[steps.answer],
        workflow_runner=STRICT,
    ):
        assert len(set(map(str, await asyncio.gather(first, second)))) == 1
    assert {len(inputs) for inputs in steps.inputs.values()} == {1}


async def test_an_erasure_that_runs_is_not_deleted(
    client: Client, unique: Callable[[str], str]
) -> None:
    """Whoever deletes the execution of theirs leaves one that began meanwhile."""
    handle = await client.start_workflow(
        ErasureWorkflow.run,
        ErasureInput(object_id=str(uuid4())),
        id=unique("erasure"),
        task_queue=unique("queue"),
    )
    run_id = handle.result_run_id or ""
    assert not await delete_ended(client, handle.id, run_id)
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    await handle.terminate("the test has ended")
    assert await delete_ended(client, handle.id, run_id)

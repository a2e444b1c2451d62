"""Doctor names workflows that an error in the software has stopped."""

from datetime import timedelta
from uuid import uuid4

from temporalio import workflow
from temporalio.worker import Worker

from domain.doctor.checks import Check, Fault
from domain.identifiers import OUR_PREFIX
from tests.cli.doctor.rollout import Rollout
from tests.support.eventually import eventually

SHORT_TASK = timedelta(seconds=1)


@workflow.defn(name="Broken", sandboxed=False)
class Broken:
    """A workflow whose code fails."""

    @workflow.run
    async def run(self) -> None:
        """Fail as a mistake does: Temporal tries the task again."""
        raise ArithmeticError


async def test_a_workflow_whose_code_fails_is_named(rollout: Rollout) -> None:
    """Its line says what to do about it, and nothing else needs fixing."""
    client, name = rollout.temporal, f"{OUR_PREFIX}broken-{uuid4()}"

    async def told() -> list[dict[str, str]]:
        _, lines = await rollout.lines()
        return [line for line in lines if line["verdict"] == "needs_fixing"]

    async with Worker(client, task_queue=name, workflows=[Broken]):
        handle = await client.start_workflow(
            Broken.run, id=name, task_queue=name, task_timeout=SHORT_TASK
        )
        (line,) = await eventually(told)
        await handle.terminate()
    assert (line["check"], line["code"]) == (Check.STUCK, Fault.STUCK)
    assert name in line["text"]
    assert line["command"] == "mfa-rollout replay"

    async def forgotten() -> bool:
        return not await told()

    await eventually(forgotten)

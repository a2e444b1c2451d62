"""Workers of two versions take turns, with and without the patch that a change needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.terminal import ExitStatus
from domain.identifiers import STUCK_SCHEDULE_ID
from tests.faults.arrangement import Arrangement
from tests.faults.parts import TEMPORAL, WORKER
from tests.faults.scenarios.trouble import Trouble
from tests.support.eventually import eventually

PATCHED = ("tests.faults.launch.other_version", "patched")
UNPATCHED = ("tests.faults.launch.other_version", "unpatched")
TURNS = 2
NOTICED = "stuck-workflows"


@contextmanager
def stuck_are_reported_early(folder: Path) -> Iterator[Arrangement]:
    """Let Temporal report a workflow after two failures in a row, not after five."""
    setting = "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2"
    yield Arrangement(arguments={TEMPORAL: ("--dynamic-config-value", setting)})


async def upgrade(trouble: Trouble) -> None:
    """Let workers of both versions take turns on the same queue; the newer one stays.

    Whoever has met the patch waits while the older one runs.
    """
    await trouble.invited(0.1)
    for turn in range(TURNS):
        await trouble.pause(1, 3)
        status, output = await trouble.verb("replay", launcher=PATCHED)
        trouble.expect(status == ExitStatus.DONE, f"replay of the newer version: {output}")
        await trouble.parts.stop(WORKER)
        await trouble.parts.start(WORKER, launcher=PATCHED)
        if turn < TURNS - 1:
            await trouble.pause(1, 3)
            await trouble.parts.stop(WORKER)
            await trouble.parts.start(WORKER)


async def upgrade_without_patch(trouble: Trouble) -> None:
    """Deploy a change without its patch: replay tells before, the look for stuck ones after.

    Everybody is invited before, and acts afterwards, so that nobody is at rest. Rolled back, all
    go on.
    """
    await trouble.invited()
    status, output = await trouble.verb("replay")
    trouble.expect(status == ExitStatus.DONE, f"replay of the running version: {output}")
    status, output = await trouble.verb("replay", launcher=UNPATCHED)
    trouble.expect(status == ExitStatus.FAILED, "replay finds nothing in the bad version")
    trouble.expect("TMPRL1100" in output, f"replay doesn't say why: {output}")
    await trouble.parts.stop(WORKER)
    await trouble.parts.start(WORKER, launcher=UNPATCHED)
    trouble.people_act.set()

    async def is_noticed() -> bool:
        await trouble.come_round(STUCK_SCHEDULE_ID)
        return NOTICED in trouble.parts.log(WORKER)

    await eventually(is_noticed, seconds=600)
    await trouble.parts.stop(WORKER)
    await trouble.parts.start(WORKER)

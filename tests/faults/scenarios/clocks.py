"""Clocks of single processes are set while they run, to and fro."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from os import kill
from pathlib import Path

from domain.identifiers import SWEEP_SCHEDULE_ID
from tests.faults.arrangement import Arrangement
from tests.faults.parts import API, WORKER
from tests.faults.scenarios.trouble import Trouble

LAUNCHER = "tests.faults.launch.stepped_clock"
# Seconds by which a clock is ahead of the others'. A day of the rollout has 20 minutes, so an hour
# is three days: an API's clock that is a week behind lets follow-ups leave at once.
STEPS = {
    WORKER: (3_600.0, -3_600.0, 120.0, -86_400.0, 7_200.0),
    API: (3_600.0, -3_600.0, 120.0, 86_400.0, -1_800.0),
}


@contextmanager
def with_clocks_of_their_own(folder: Path) -> Iterator[Arrangement]:
    """Give worker and API clocks that can be set."""
    launchers = {name: (LAUNCHER, str(_file(folder, name))) for name in (WORKER, API)}
    yield Arrangement(launchers=launchers, environment={"REGISTRATION_SWEEP": "on"})


async def clock_steps(trouble: Trouble) -> None:
    """Set the clocks of worker and API forth and back, each by itself, and right in the end.

    Once while the import begins, and once while people have their mails.
    """
    right = [(name, 0.0) for name in STEPS]
    for share in (0.0, 0.2):
        await trouble.invited(share)
        steps = [(name, step) for name in STEPS for step in STEPS[name]]
        trouble.lot.shuffle(steps)
        for name, step in (*steps, *right):
            await trouble.pause(0.2, 1)
            _file(trouble.folder, name).write_text(str(step))
            kill(trouble.parts.pid(name), signal.SIGUSR1)
    # A click is looked after for an hour of its own clock, which may be over before it began.
    await trouble.everybody_has_acted()
    await trouble.come_round(SWEEP_SCHEDULE_ID)


def _file(folder: Path, name: str) -> Path:
    return folder / f"clock-of-{name}"

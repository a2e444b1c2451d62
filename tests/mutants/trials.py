"""Tries mutants, several at a time, each in processes of its own."""

import multiprocessing
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path

from tests.mutants.baseline import Baseline
from tests.mutants.child import run_with_mutant
from tests.mutants.mutations import Mutant

# A stage may take this many times as long as its tests took while nothing was wrong.
PATIENCE_FACTOR = 10.0


@dataclass(slots=True, kw_only=True)
class _Trial:
    """A mutant, the stages of tests it still has to face, and the process of the present one."""

    mutant: Mutant
    stages: list[list[str]]
    process: ForkProcess = field(init=False)
    deadline: float = field(init=False)

    def next_stage(self, baseline: Baseline, tests: Path, patience: float) -> None:
        """Start the process of the next stage."""
        stage = self.stages.pop(0)
        self.process = multiprocessing.get_context("fork").Process(
            target=run_with_mutant,
            args=(self.mutant, tests, stage),
        )
        self.process.start()
        usual = sum(baseline.seconds[test] for test in stage)
        self.deadline = time.monotonic() + patience + PATIENCE_FACTOR * usual

    def is_over(self) -> bool:
        """Tell whether the stage has ended; one that takes too long is ended here."""
        if self.process.is_alive() and time.monotonic() < self.deadline:
            return False
        self.process.kill()
        self.process.join()
        return True


def try_all(
    found: Iterable[Mutant], baseline: Baseline, tests: Path, *, at_once: int, patience: float
) -> Iterator[tuple[Mutant, bool]]:
    """Try every mutant and yield it, with True if no test noticed it.

    A test that fails or never ends has noticed. So has one that can't be collected any more.

    Args:
        found: the mutants.
        baseline: what their tests do while nothing is wrong.
        tests: the folder of the tests.
        at_once: how many mutants are tried side by side.
        patience: the seconds that every stage has on top of what its tests usually need.
    """
    waiting = iter(found)
    running: list[_Trial] = []
    while True:
        while len(running) < at_once and (mutant := next(waiting, None)):
            trial = _Trial(mutant=mutant, stages=baseline.stages(mutant.path, mutant.lines))
            trial.next_stage(baseline, tests, patience)
            running.append(trial)
        if not running:
            return
        nearest = min(trial.deadline for trial in running)
        wait([trial.process.sentinel for trial in running], max(0, nearest - time.monotonic()))
        for trial in [trial for trial in running if trial.is_over()]:
            survived = trial.process.exitcode == 0
            if survived and trial.stages:
                trial.next_stage(baseline, tests, patience)
            else:
                running.remove(trial)
                yield trial.mutant, survived

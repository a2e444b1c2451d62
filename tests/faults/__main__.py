"""Runs the faults, one after the other, and prints what isn't accounted for. ``make faults``."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.faults.rollout import POSTGRESQL, SQLITE, run_rollout
from tests.faults.scenarios.catalogue import SCENARIOS


def main() -> int:
    """Return 0 if every mail, row, group member and acknowledged click is accounted for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("scenarios", nargs="*", help=f"of {', '.join(SCENARIOS)}; all by default")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=(SQLITE, POSTGRESQL), default=SQLITE)
    parser.add_argument("--scale", type=float, help="makes waits longer; PEOPLE / 50 by default")
    options = parser.parse_args()
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    failed = False
    for scenario in options.scenarios or SCENARIOS:
        with tempfile.TemporaryDirectory(prefix="mfa-rollout-faults-") as folder:
            outcome = asyncio.run(
                run_rollout(
                    Path(folder),
                    scenario,
                    people=options.people,
                    seed=options.seed,
                    engine=options.database,
                    scale=options.scale,
                )
            )
        if outcome.not_run:
            print("not run:", *outcome.not_run, flush=True)
            continue
        failed = failed or bool(outcome.wrong)
        print(
            f"{scenario:<22}{outcome.people:>6} people, {outcome.clicks} clicks, "
            f"{outcome.registrations} registrations, {outcome.seconds:.0f} s: "
            + (f"{len(outcome.wrong)} WRONG" if outcome.wrong else "all accounted for"),
            flush=True,
        )
        for line in (*outcome.told, *outcome.wrong[:20]):
            print(f"  {line}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

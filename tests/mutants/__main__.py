"""Counts how many small mistakes in ``domain/`` its tests notice: ``make mutants``.

Each mistake is tried by itself, with the tests that run the line it is on. Survivors are printed:
each is a test that is missing, or code that makes no difference. mutmut and cosmic-ray were looked
at first: the one leaves out dataclasses and everything outside functions, where our rules have
their numbers, and the other runs all tests from the start for each mutant.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import track

from tests.mutants.baseline import measure
from tests.mutants.child import load_libraries
from tests.mutants.mutations import mutants
from tests.mutants.trials import try_all


def main() -> int:
    """Return 0 if at least the share that was asked for was noticed."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="only these files or folders")
    parser.add_argument("--source", type=Path, default=Path("domain"))
    parser.add_argument("--tests", type=Path, default=Path("tests/domain"))
    parser.add_argument("--at-least", type=float, default=0, help="percent that must be noticed")
    parser.add_argument("--every", type=int, default=1, help="only each Nth mutant: a sample")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--patience", type=float, default=10, help="seconds until a loop is endless"
    )
    chosen = parser.parse_args()
    console = Console(soft_wrap=True, highlight=False)
    began = time.monotonic()
    found = [mutant for file in _files(chosen.files or [chosen.source]) for mutant in mutants(file)]
    found = found[:: chosen.every]
    if not found:
        sys.exit("There is nothing here to make mutants of.")
    baseline = measure(chosen.source, chosen.tests)
    load_libraries(baseline.libraries)
    if loaded := {mutant.module for mutant in found} & sys.modules.keys():
        sys.exit(f"already imported, so that no mutant would be seen: {', '.join(sorted(loaded))}")
    console.print(f"Mutants: {len(found)}, tests: {len(baseline.seconds)}")
    tried = try_all(found, baseline, chosen.tests, at_once=chosen.at_once, patience=chosen.patience)
    shown = track(tried, "Trying", len(found), console=console, disable=not console.is_terminal)
    alive = 0
    for mutant, survived in shown:
        if survived:
            alive += 1
            console.print(f"{mutant.path}:{mutant.lines.start}  {escape(mutant.told)}")
    percent = 100 * (len(found) - alive) / len(found)
    console.print(
        f"{percent:.1f} % of {len(found)} mutants noticed, {alive} survived, "
        f"{time.monotonic() - began:.0f} s"
    )
    return 0 if percent >= chosen.at_least else 1


def _files(paths: list[Path]) -> list[Path]:
    files = {file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path])}
    return sorted(files)


if __name__ == "__main__":
    sys.exit(main())

"""Runs the tests once as they are, to know which test runs which line and how long it takes."""

import json
import multiprocessing
import os
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import pytest
from coverage import CoverageData

from tests.mutants.child import run_pytest

# Of the time of all files together: quick is quick on a busy machine, too.
QUICK_SHARE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What the tests do while nothing is wrong.

    Attributes:
        seconds: how long each test takes, by its node id.
        covering: the tests that run a line, by file and line.
        libraries: the modules that the run loaded and that aren't the project's.
    """

    seconds: dict[str, float]
    covering: dict[Path, dict[int, set[str]]]
    libraries: list[str]

    def stages(self, path: Path, lines: range) -> list[list[str]]:
        """Return the tests that can notice a change in these lines: one likely file, then the rest.

        A line that runs when its module is imported (a default, a table) runs in no test: those
        that run anything else of the module have to notice a change in it, or one in a quick file.
        The likely file is the module's mirror, or else the file with the most tests that run the
        lines, or at least the module. Quick tests come first.
        """
        covering = self.covering.get(path, {})
        chosen = {test for line in lines for test in covering.get(line, ())}
        of_module = {test for tests in covering.values() for test in tests}
        reaching = Counter(_file(test) for test in chosen or of_module)
        mirror = f"test_{path.stem}.py"
        mirrored = {test for test in self.seconds if Path(_file(test)).name == mirror}
        chosen = chosen or of_module | mirrored | self._in_quick_files()
        files = sorted(
            {_file(test) for test in chosen},
            key=lambda file: (Path(file).name != mirror, -reaching[file]),
        )
        quickest = sorted(chosen, key=lambda test: self.seconds[test])
        first = [test for test in quickest if _file(test) == files[0]]
        rest = [test for test in quickest if _file(test) != files[0]]
        return [first, rest] if rest else [first]

    def _in_quick_files(self) -> set[str]:
        """Return the tests of files that take a small share of the time."""
        takes: dict[str, float] = defaultdict(float)
        for test, seconds in self.seconds.items():
            takes[_file(test)] += seconds
        quick = QUICK_SHARE * sum(takes.values())
        return {test for test in self.seconds if takes[_file(test)] <= quick}


class _Clock:
    """A plugin of pytest that adds up what each test takes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count set-up and tear-down, too."""
        self.seconds[report.nodeid] += report.duration


def measure(source: Path, tests: Path) -> Baseline:
    """Run all tests in a process of their own, so that none of the source is imported here.

    Args:
        source: the folder that mutants are made of.
        tests: the folder of its tests.

    Raises:
        SystemExit: a test failed, so that mutants would tell nothing.
    """
    with TemporaryDirectory() as folder:
        process = multiprocessing.get_context("fork").Process(
            target=_run, args=(source, tests, Path(folder))
        )
        process.start()
        process.join()
        if process.exitcode != pytest.ExitCode.OK:
            raise SystemExit(
                f"{tests} has to pass before mutants tell anything; "
                f"pytest ended with status {process.exitcode}."
            )
        seen = json.loads((Path(folder) / "seen.json").read_text())
        return Baseline(covering=_covering(Path(folder) / "coverage"), **seen)


def _run(source: Path, tests: Path, folder: Path) -> None:
    clock = _Clock()
    os.environ["COVERAGE_FILE"] = str(folder / "coverage")
    measured = [f"--cov={source}", "--cov-context=test", "--cov-report="]
    measured += [f"--cov-config={os.devnull}", str(tests)]
    status = run_pytest(tests, *measured, plugins=[clock])
    libraries = [name for name, module in list(sys.modules.items()) if not _is_ours(module)]
    seen = {"seconds": clock.seconds, "libraries": libraries}
    (folder / "seen.json").write_text(json.dumps(seen))
    os._exit(status)


def _is_ours(module: ModuleType) -> bool:
    file = Path(getattr(module, "__file__", None) or sys.prefix)
    return file.is_relative_to(Path.cwd()) and not file.is_relative_to(sys.prefix)


def _file(test: str) -> str:
    return test.partition("::")[0]


def _covering(file: Path) -> dict[Path, dict[int, set[str]]]:
    data = CoverageData(str(file))
    data.read()
    return {
        Path(path).relative_to(Path.cwd()): {
            line: {context.rpartition("|")[0] for context in contexts if context}
            for line, contexts in data.contexts_by_lineno(path).items()
        }
        for path in data.measured_files()
    }

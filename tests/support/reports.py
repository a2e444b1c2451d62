"""What a run of pytest says of its tests, read from its report in JUnit's form."""

import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

_NOT_PASSED = ("failure", "error", "skipped")


def command(report: Path, *options: str) -> list[str]:
    """Return the command that runs pytest and writes that report."""
    return [sys.executable, "-m", "pytest", f"--junitxml={report}", *options]


@dataclass
class Result:
    """How a run ended, how many tests passed, failed and were skipped, and which passed.

    A test is named as pytest does, without its parameters.
    """

    status: int
    counts: Counter[str] = field(default_factory=Counter)
    passed: set[str] = field(default_factory=set)


def read(status: int, report: Path) -> Result:
    """Return what a run came to; without a report it had no tests."""
    result = Result(status)
    if not report.exists():
        return result
    for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - pytest wrote it
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        passed = int(suite.get("tests", 0)) - failed - skipped
        result.counts += Counter(passed=passed, failed=failed, skipped=skipped)
        for case in suite.iter("testcase"):
            if all(case.find(outcome) is None for outcome in _NOT_PASSED):
                file = case.get("classname", "").replace(".", "/")
                result.passed.add(f"{file}.py::{case.get('name', '').partition('[')[0]}")
    return result

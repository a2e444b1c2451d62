"""The whole command, on a project that is small enough to know all of its mutants."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RULES = '''
LIMIT = 3


def is_late(days: int) -> bool:
    """Tell whether more than the limit has passed."""
    return days > LIMIT


def next_try(tries: int) -> int:
    """Return how many tries are left."""
    while tries < 0:
        tries += 1
    return tries
'''
TESTS = """
from rules.early import HOURS
from rules.late import is_late, next_try


def test_is_late():
    assert is_late(9)
    assert not is_late(1)


def test_next_try():
    assert next_try(-3) == 0


def test_hours():
    assert HOURS == 24
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Write a package, and tests that don't look at its bounds."""
    for name, text in {
        "rules/__init__.py": "",
        "rules/late.py": RULES,
        "rules/early.py": "HOURS: int = 24\n",
        "checks/test_late.py": TESTS,
        "pyproject.toml": "[tool.pytest]\npythonpath = ['.']\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def try_mutants(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command there."""
    command = [sys.executable, "-m", "tests.mutants", "--source", "rules", "--tests", "checks"]
    return subprocess.run(  # noqa: S603 - our own command line
        [*command, *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_survivors_are_named(project: Path) -> None:
    """Mistakes at a bound that no test looks at survive; the others, endless loops too, do not."""
    done = try_mutants(project, "rules/late.py", "--at-least", "80", "--patience", "5")
    first, *survivors, _ = done.stdout.splitlines()
    assert first == "Mutants: 8, tests: 3", done.stderr
    # In the order in which their tests have ended.
    assert sorted(survivors) == [
        "rules/late.py:2  3  →  4",
        "rules/late.py:7  days > LIMIT  →  days >= LIMIT",
    ]
    assert done.stdout.splitlines()[-1].startswith("75.0 % of 8 mutants noticed, 2 survived")
    assert done.returncode == 1


def test_enough_noticed(project: Path) -> None:
    """With the share that was asked for, the command succeeds; a default is a test's business."""
    done = try_mutants(project, "rules/early.py", "--at-least", "100")
    assert done.stdout.splitlines()[0] == "Mutants: 1, tests: 3"
    assert done.returncode == 0, done.stdout


def test_failing_tests_tell_nothing(project: Path) -> None:
    """Mutants aren't tried while the tests fail without them."""
    (project / "checks" / "test_late.py").write_text("def test_wrong():\n    assert False\n")
    done = try_mutants(project)
    assert done.returncode == 1
    assert "has to pass before mutants tell anything" in done.stderr

"""How a process loads the tests: without looking for garbage, and one before the others.

Named in ``pyproject.toml``, since it has to be there before any ``conftest.py`` is loaded.
"""

import gc
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

# The others go on by themselves if the first is killed.
LONGEST_SECONDS = 600

# What is loaded is no garbage: to look through it again and again is a sixth of the suite's CPU.
gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Look for garbage of the tests alone, not through all that was loaded for them."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Let the first process compile the tests, where they aren't yet: all would do it, each anew.

    In a fresh clone that is half of what it costs a process to load them. Where the simulated
    tenant's tests run by themselves, nobody makes the folder by which the others are told.
    """
    folder = os.environ.get("MFA_ROLLOUT_TEST_RUN")
    first = getattr(session.config, "workerinput", {}).get("workerid", "gw0") == "gw0"
    if folder and not first and not is_compiled(session.config.args):
        wait_for(Path(folder) / "loaded")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Tell the others."""
    if folder := os.environ.get("MFA_ROLLOUT_TEST_RUN"):
        (Path(folder) / "loaded").touch()


def is_compiled(chosen: Iterable[str]) -> bool:
    """Return True if each file of tests has a compiled one that is as young.

    Args:
        chosen: files, folders and tests, as pytest is given them.
    """
    paths = [Path(one.partition("::")[0]) for one in chosen]
    return all(
        any(
            compiled.stat().st_mtime >= file.stat().st_mtime
            for compiled in file.parent.glob(f"__pycache__/{file.stem}.*-pytest-*.pyc")
        )
        for path in paths
        for file in ([path] if path.is_file() else path.rglob("test_*.py"))
    )


def wait_for(file: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
    """Return once there is such a file, or it has been waited for long enough."""
    end = clock() + LONGEST_SECONDS
    while not file.exists() and clock() < end:
        time.sleep(0.1)

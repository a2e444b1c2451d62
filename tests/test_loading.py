"""How processes load the tests: garbage, and who compiles."""

import gc
import os
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

from tests.support.loading import LONGEST_SECONDS, is_compiled, wait_for


def test_what_was_loaded_is_not_looked_through() -> None:
    """While tests run, garbage is looked for, but not among what was there before."""
    assert gc.isenabled()
    assert gc.get_freeze_count() > 10_000


def test_files_without_a_young_compiled_one_are_found(tmp_path: Path) -> None:
    """In a fresh clone there is none, and a file that was changed since is younger than it."""
    file = tmp_path / "rules" / "test_rules.py"
    compiled = file.parent / "__pycache__" / "test_rules.cpython-311-pytest-9.0.0.pyc"
    compiled.parent.mkdir(parents=True)
    file.touch()
    assert not is_compiled([str(tmp_path)])
    compiled.touch()
    assert is_compiled([str(tmp_path)])
    assert is_compiled([f"{file}::test_one"])
    later = time.time() + 60
    os.utime(file, (later, later))
    assert not is_compiled([str(tmp_path)])
    assert not is_compiled([f"{file}::test_one"])


def test_nobody_waits_for_ever(tmp_path: Path) -> None:
    """A process goes on once the first has loaded all, or when it has waited for long enough."""
    clock = count(step=LONGEST_SECONDS // 3)
    wait_for(tmp_path / "loaded", clock=lambda: next(clock))
    assert next(clock) > LONGEST_SECONDS
    (tmp_path / "loaded").touch()
    wait_for(tmp_path / "loaded")


def test_tests_that_run_by_themselves_need_no_folder(tmp_path: Path) -> None:
    """Those of the simulated tenant run without this project's ``conftest.py``, which makes it."""
    file = tmp_path / "test_nothing.py"
    file.write_text("def test_nothing() -> None:\n    pass\n")
    env = {name: value for name, value in os.environ.items() if not name.startswith("MFA_ROLLOUT_")}
    plugins = ("-p", "xdist", "-p", "tests.support.loading", "-p", "no:cacheprovider")
    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", "pytest", *plugins, "-n", "2", f"--rootdir={tmp_path}", str(file)],
        cwd=Path(__file__).parents[1],
        env={**env, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout

"""``make reworded``: all tests but those of the wording pass in a tree that says keys for texts.

``python -m tests.reworded [paths and options of pytest]``; without any, the whole suite.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.reworded.tables import reword

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(
    *(".venv", ".git", ".*_cache", ".hypothesis", ".coverage*", "__pycache__", "dist", "*.egg-info")
)
EVERYTHING = ["tests", "simulated_tenant/tests", "-n", "4", "--dist", "loadfile"]


def main() -> int:
    """Make the copy, run the tests there, and return pytest's exit status."""
    with tempfile.TemporaryDirectory(prefix="reworded-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT, symlinks=True)
        counts = reword(copy)
        for name, count in counts.items():
            sys.stdout.write(f"{count:4} texts replaced in {name}\n")
        sys.stdout.flush()
        # Before everything else, so that processes that tests start load the copy, too.
        paths = f"{copy}{os.pathsep}{copy / 'simulated_tenant' / 'src'}"
        command = [sys.executable, "-m", "pytest", "-m", "not wording and not alone and not long"]
        return subprocess.run(  # noqa: S603 - our own tests
            [*command, *(sys.argv[1:] or EVERYTHING)],
            cwd=copy,
            env=os.environ | {"PYTHONPATH": paths},
            check=False,
        ).returncode


if __name__ == "__main__":
    sys.exit(main())

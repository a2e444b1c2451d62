"""The Temporal server that the tests of a run share."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NEEDS_NOTHING = "tests/domain/test_plain_text.py"


def test_one_server_for_all_processes(temporal_address: str) -> None:
    """Whoever asks again, from whichever process of the run, is told the same address."""
    code = (
        "import sys; from pathlib import Path; from tests.support import temporal_server; "
        "print(temporal_server.shared(Path(sys.argv[1])))"
    )
    told = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-c", code, os.environ["MFA_ROLLOUT_TEST_RUN"]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == temporal_address


def test_rules_are_tested_without_a_server() -> None:
    """A run of tests that need no server passes where starting one is refused."""
    code = """
import sys
import pytest
from tests.support import temporal_server

def refuse(*extra, port=None):
    raise RuntimeError("a server was started")

temporal_server.start = refuse
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", sys.argv[1]]))
"""
    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-c", code, NEEDS_NOTHING],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

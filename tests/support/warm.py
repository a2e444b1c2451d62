"""Runs modules in forks of one process that has imported the product already.

What a verb imports costs a second or two of CPU, mostly more than what it does. Its fork is a real
process all the same: with an environment, a folder, standard streams and an exit status of its own.
Tests of how a program starts start it themselves.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
# Kept, so that no process is thought to be forgotten while its tests run.
_SHARED: list[subprocess.Popen[bytes]] = []


def command(module: str) -> tuple[str, ...]:
    """Return the words that run a module as ``python -m`` does; the first call starts the process.

    Elsewhere than on Linux libraries forbid forks, and what forks do isn't seen by ``coverage``.
    """
    if sys.platform != "linux" or "COVERAGE_PROCESS_CONFIG" in os.environ:
        return (sys.executable, "-m", module)
    address = Path(os.environ["MFA_ROLLOUT_TEST_RUN"]) / "warm"
    _start(address)
    starter = Path(__file__).with_name("warm_start.py")
    return (sys.executable, "-I", "-S", str(starter), str(address), module)


def _start(address: Path) -> None:
    """Start the process unless it is there; it listens at once, and answers once it is warm."""
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            listener.bind(str(address))
        except OSError:
            if not address.exists():
                raise
            return
        listener.listen(128)
        words = (str(listener.fileno()), os.environ["MFA_ROLLOUT_TEST_RUN_BY"], str(address))
        process = subprocess.Popen(  # noqa: S603 - our own command line
            (sys.executable, "-m", "tests.support.warm_process", *words),
            cwd=_ROOT,
            pass_fds=(listener.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    _SHARED.append(process)

"""Runs modules in forks of one process that has imported the product already.

What a verb imports costs a second or two of CPU, mostly more than what it does. Its fork is a real
process all the same: with an environment, a folder, standard streams and an exit status of its own.
Tests of how a program starts start it themselves.
"""

import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

# Names the one that the parts of the suite have in common.
ADDRESS = "MFA_ROLLOUT_TEST_WARM"
# Names the file in which a process that is started finds the id of its fork written.
PID_FILE = "MFA_ROLLOUT_TEST_PID_FILE"
_ROOT = Path(__file__).parents[2]
_STARTER = Path(__file__).with_name("warm_start.py")
# Kept, so that no process is thought to be forgotten while its tests run.
_SHARED: dict[Path, subprocess.Popen[bytes]] = {}


def command(module: str) -> tuple[str, ...]:
    """Return the words that run a module as ``python -m`` does; the first call starts the process.

    Elsewhere than on Linux libraries forbid forks, and what forks do isn't seen by ``coverage``.
    """
    if not _is_possible():
        return (sys.executable, "-m", module)
    return _of(_address(), module)


def workers(count: int, folder: Path) -> tuple[str, ...]:
    """Return the options by which pytest has processes: forks of one that all its tests have, too.

    Args:
        count: how many.
        folder: what the runs of pytest have in common.
    """
    if not _is_possible():
        return ("-n", str(count))
    address = folder / "warm"
    start(address, os.getpid())
    return (
        "--tx",
        f"{count}*popen//python={shlex.join(_of(address, 'tests.support.warm_worker'))}",
    )


def start(address: Path, owner: int) -> None:
    """Start the process unless it is there; it listens at once, and answers once it is warm.

    Args:
        address: where it listens; it ends when that is removed.
        owner: the id of the process with which it ends.
    """
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            listener.bind(str(address))
        except OSError:
            if not address.exists():
                raise
            return
        listener.listen(128)
        words = (str(listener.fileno()), str(owner), str(address))
        process = subprocess.Popen(  # noqa: S603 - our own command line
            (sys.executable, "-m", "tests.support.warm_process", *words),
            cwd=_ROOT,
            pass_fds=(listener.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    _SHARED[address] = process


def end(folder: Path) -> None:
    """Remove the address in a folder, and wait until the process and its forks are gone."""
    address = folder / "warm"
    address.unlink(missing_ok=True)
    if process := _SHARED.pop(address, None):
        process.wait()


def _is_possible() -> bool:
    return sys.platform == "linux" and "COVERAGE_PROCESS_CONFIG" not in os.environ


def _address() -> Path:
    if given := os.environ.get(ADDRESS):
        return Path(given)
    address = Path(os.environ["MFA_ROLLOUT_TEST_RUN"]) / "warm"
    start(address, int(os.environ["MFA_ROLLOUT_TEST_RUN_BY"]))
    return address


def _of(address: Path, module: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-S", str(_STARTER), str(address), module)

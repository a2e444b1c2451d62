"""The process that has imported the product, whose forks run verbs for other tests."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import pytest

from tests.support import warm
from tests.support.eventually import eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are made on Linux alone")

ROOT = Path(__file__).parents[1]
PROGRAM = """
import os, signal, sys, threading, time, zoneinfo
print(sys.argv[1:], os.getcwd(), sorted(os.environ), time.tzname[0], threading.active_count())
print(zoneinfo.TZPATH)
print(sys.stdin.read(), file=sys.stderr)
print(os.getpid(), len(os.listdir("/proc/self/fd")), "temporalio" in sys.modules, flush=True)
if "wait" in sys.argv:
    signal.pause()
sys.exit(7)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a program that tells what it was given."""
    (tmp_path / "told.py").write_text(PROGRAM)
    return tmp_path


async def start(folder: Path, *words: str) -> asyncio.subprocess.Process:
    """Start the program in its folder, by the warm process."""
    zones = {"PYTHONTZPATH": str(folder)}
    environment = {
        "LANG": "C.UTF-8",
        "TZ": "Asia/Tokyo",
        **zones,
        warm.PID_FILE: str(folder / "pid"),
    }
    return await asyncio.create_subprocess_exec(
        *warm.command("told"),
        *words,
        cwd=folder,
        env=environment,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )


async def test_a_fork_is_a_process_of_its_own(folder: Path) -> None:
    """Words, folder, environment, time zone, standard streams and status are those given."""
    process = await start(folder, "one", "two words")
    output, errors = await process.communicate(b"typed")
    given, zones, told = output.decode().splitlines()
    names = ["LANG", warm.PID_FILE, "PYTHONTZPATH", "TZ"]
    assert given == f"['one', 'two words'] {folder} {names} JST 1"
    assert zones == str((str(folder),))
    pid, open_files, imported = told.split()
    assert (folder / "pid").read_text() == pid
    # Three, and that by which they are listed.
    assert (open_files, imported) == ("4", "True")
    assert errors.decode() == "typed\n"
    assert process.returncode == 7


async def test_an_error_is_told_as_by_the_interpreter(folder: Path) -> None:
    """What is raised is on standard error, and the status is 1."""
    (folder / "told.py").write_text("raise ValueError('no such thing')")
    process = await start(folder)
    _, errors = await process.communicate()
    assert errors.decode().endswith("ValueError: no such thing\n")
    assert process.returncode == 1


@pytest.mark.parametrize(("ends", "status"), [("kill", -9), ("terminate", -15)])
async def test_a_signal_reaches_the_fork(folder: Path, ends: str, status: int) -> None:
    """Who ends the process that it started ends the fork, and is told how it ended."""
    process = await start(folder, "wait")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    await process.stdout.readline()
    await process.stdout.readline()
    fork = (await process.stdout.readline()).decode().split()[0]
    getattr(process, ends)()
    assert await process.wait() == status
    await eventually(lambda: not Path(f"/proc/{fork}").exists())


def ask_and_leave(folder: Path, said: slice) -> None:
    """Ask for the program, or say a part of that, and be gone before the answer."""
    words = {"words": ["told"], "folder": str(folder), "environment": {}}
    request = json.dumps(words).encode()
    with Path(os.devnull).open("r+b") as stream, socket.socket(socket.AF_UNIX) as asking:
        asking.connect(warm.command("told")[4])
        size = [len(request).to_bytes(8, "big")]
        socket.send_fds(asking, size, [stream.fileno()] * 3)
        asking.sendall(request[said])


async def test_who_is_killed_while_asking_ends_nobody_else(folder: Path) -> None:
    """Whoever asks next is answered, however much the one before had said by then."""
    for said in (slice(0), slice(20), slice(None)):
        ask_and_leave(folder, said)
    process = await start(folder)
    await process.communicate(b"")
    assert process.returncode == 7


async def test_it_ends_with_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the folder of the run is gone, so are the process and its forks."""
    monkeypatch.setenv("MFA_ROLLOUT_TEST_RUN", str(tmp_path))
    monkeypatch.delenv(warm.ADDRESS, raising=False)
    words = warm.command("http.server")
    begun = await asyncio.create_subprocess_exec(
        *words, "0", "--bind=127.0.0.1", stdout=DEVNULL, stderr=DEVNULL
    )
    (tmp_path / "warm").unlink()
    assert await begun.wait() != 0


def test_of_a_run_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks again, and whichever part of the suite it is, is given the same one."""
    (folder := tmp_path / "run").mkdir()
    monkeypatch.setenv("MFA_ROLLOUT_TEST_RUN", str(folder))
    monkeypatch.delenv(warm.ADDRESS, raising=False)
    first = warm.command("told")
    made = (folder / "warm").stat().st_ino
    assert warm.command("told") == first
    assert (folder / "warm").stat().st_ino == made
    monkeypatch.setenv(warm.ADDRESS, str(tmp_path / "given"))
    assert str(tmp_path / "given") in warm.command("told")
    warm.end(folder)


def test_processes_of_pytest_are_forks_too(tmp_path: Path) -> None:
    """A run with some of them passes, and each has imported the product before its tests."""
    (tmp_path / "test_fork.py").write_text(
        "import sys\ndef test_is_warm():\n    assert 'cli.people.show_run' in sys.modules\n"
    )
    done = subprocess.run(  # noqa: S603 - our own command line
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("--rootdir", str(tmp_path), "-c", str(ROOT / "pyproject.toml")),
            *(*warm.workers(2, tmp_path), "--dist", "load", str(tmp_path / "test_fork.py")),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    warm.end(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout

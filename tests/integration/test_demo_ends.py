"""The demo leaves nothing behind, however it ends."""

import asyncio
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.commands import CLI
from settings import DEMO_ENV_FILE
from tests.documents.shown import ROOT
from tests.support.eventually import eventually


def _processes(marker: str) -> dict[int, str]:
    """Return the processes whose command line names a demo's folder, with that line."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if marker in command:
                found[int(entry.name)] = command
    return found


@pytest.fixture
def demo() -> Iterator[subprocess.Popen[str]]:
    """Start a demo in a folder of its own temporary directory."""
    with subprocess.Popen(  # noqa: S603
        [*CLI, "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=_temporary(),
        env={**os.environ, "TMPDIR": str(_temporary()), "PYTHONPATH": str(ROOT)},
    ) as process:
        yield process
        if process.poll() is None:
            process.terminate()


def _temporary() -> Path:
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"demo-test-{os.getpid()}"  # noqa: S108
    folder.mkdir(exist_ok=True)
    return folder


async def _until_urls(process: subprocess.Popen[str]) -> None:
    """Read what it prints until it has named its places."""
    assert process.stdout is not None
    loop = asyncio.get_running_loop()
    said: list[str] = []
    while not re.search(r"History of", "".join(said[-1:])):
        said.append(await loop.run_in_executor(None, process.stdout.readline))
        assert said[-1], "the demo ended before it showed its places: " + "".join(said)


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_no_end_leaves_a_process(demo: subprocess.Popen[str], end: signal.Signals) -> None:
    """After Ctrl-C, a termination, even `kill -9`, none of its processes is left."""
    await _until_urls(demo)
    assert len(_processes(str(_temporary()))) >= 2
    demo.send_signal(end)
    await eventually(lambda: not _processes(str(_temporary())))
    await eventually(lambda: demo.poll() is not None)
    # After `kill -9` it is left behind, and the next demo writes it anew.
    assert (_temporary() / DEMO_ENV_FILE).exists() == (end is signal.SIGKILL)


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
async def test_a_part_that_crashes_ends_the_demo(demo: subprocess.Popen[str]) -> None:
    """With the simulated tenant killed, the demo says so, ends non-zero, and leaves nothing."""
    await _until_urls(demo)
    (tenant,) = (
        pid
        for pid, command in _processes(str(_temporary())).items()
        if "simulated-tenant" in command and "demo.guard" not in command
    )
    os.kill(tenant, signal.SIGKILL)
    loop = asyncio.get_running_loop()
    assert demo.stdout is not None
    rest = await loop.run_in_executor(None, demo.stdout.read)
    assert "The simulated tenant ended" in rest
    assert demo.wait(180) == 1
    assert _processes(str(_temporary())) == {}

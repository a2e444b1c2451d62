"""A demo's processes end with it, whatever ends it; the whole demo's ends are ``make long``."""

import asyncio
import signal
import sys
from pathlib import Path

import psutil
import pytest

from tests.documents.shown import ROOT
from tests.support.eventually import eventually

CODE = """
import asyncio
import signal
import sys
from pathlib import Path

from demo.processes import Process, Processes


async def ready():
    return True


async def main():
    async with Processes(Path(sys.argv[1])) as processes:
        command = (sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1])
        await processes.start(Process(name="sleeper", command=command, ready=ready))
        print("started", flush=True)
        await asyncio.sleep(600)


# A shell lets what runs in its background ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
asyncio.run(main())
"""


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
async def test_none_is_left(tmp_path: Path, end: signal.Signals) -> None:
    """After Ctrl-C, and even after `kill -9`, neither a process nor its guard is left."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CODE, str(tmp_path)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"started\n"
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    process.send_signal(end)
    await process.wait()
    await eventually(lambda: not any(child.is_running() for child in children))

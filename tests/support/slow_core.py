"""A process that gets only a share of one core, as a container with a quota does."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

PERIOD_SECONDS = 0.02
# What wasn't used while others had the machine may be used later, up to this much.
LONGEST_CREDIT_SECONDS = 0.5
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@asynccontextmanager
async def slow_core(pid: int, *, share: float) -> AsyncIterator[None]:
    """Stop the process whenever it has had its share, until the block ends."""
    throttling = asyncio.create_task(_throttle(pid, share))
    try:
        yield
    finally:
        throttling.cancel()
        with suppress(asyncio.CancelledError):
            await throttling
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


async def _throttle(pid: int, share: float) -> None:
    clock = asyncio.get_running_loop().time
    at, used, credit = clock(), cpu_seconds(pid), 0.0
    while True:
        now, total = clock(), cpu_seconds(pid)
        credit += (now - at) * share - (total - used)
        credit = min(credit, LONGEST_CREDIT_SECONDS)
        at, used = now, total
        os.kill(pid, signal.SIGSTOP if credit < 0 else signal.SIGCONT)
        await asyncio.sleep(PERIOD_SECONDS)

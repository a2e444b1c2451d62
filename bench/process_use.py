"""What a process has used: CPU and memory."""

import asyncio
import sys
import time

import psutil

_QUIET_FOR = 0.2
_QUIET_SECONDS = 0.002
_MOST_LOOKS = 15


class ProcessUse:
    """Reads what the only child of a guard uses."""

    def __init__(self, guard: int) -> None:
        """Take the guard's process id (``demo.guard``)."""
        (self._process,) = psutil.Process(guard).children()

    def cpu_seconds(self) -> float:
        """Return the seconds of CPU that it has used since it started, all threads together."""
        if sys.platform == "linux":
            # What clock_getcpuclockid(3) returns: nanoseconds, where /proc has hundredths.
            return time.clock_gettime(~self._process.pid << 3 | 2)
        used = self._process.cpu_times()
        return float(used.user + used.system)

    async def cpu_when_quiet(self) -> float:
        """Return the same once it has nothing left to do, or never has nothing to do."""
        used = self.cpu_seconds()
        for _ in range(_MOST_LOOKS):
            before = used
            await asyncio.sleep(_QUIET_FOR)
            used = self.cpu_seconds()
            if used - before < _QUIET_SECONDS:
                break
        return used

    def memory_kilobytes(self) -> float:
        """Return the memory that it has now."""
        return float(self._process.memory_info().rss) / 1024

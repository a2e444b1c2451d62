"""What a process has used: CPU and memory."""

import psutil


class ProcessUse:
    """Reads what the only child of a guard uses."""

    def __init__(self, guard: int) -> None:
        """Take the guard's process id (``demo.guard``)."""
        (self._process,) = psutil.Process(guard).children()

    def cpu_seconds(self) -> float:
        """Return the seconds of CPU that it has used since it started."""
        used = self._process.cpu_times()
        return float(used.user + used.system)

    def memory_kilobytes(self) -> float:
        """Return the memory that it has now."""
        return float(self._process.memory_info().rss) / 1024

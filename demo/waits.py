"""What the demo waits for while it starts, and for how long: the slow part has a name."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# A part that takes longer is named when all are up; a quiet machine needs a third of it.
SLOW_SECONDS = 15


class Waits:
    """Measures how long each part takes to be ready."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Wait for nothing yet."""
        self._clock = clock
        self._since: dict[str, float] = {}
        self._took: dict[str, float] = {}

    @contextmanager
    def of(self, part: str, *, tells_speed: bool = True) -> Iterator[None]:
        """Count the time of the block as this part's; some parts are long on any machine."""
        self._since[part] = self._clock()
        try:
            yield
        finally:
            took = self._clock() - self._since.pop(part)
            if tells_speed:
                self._took[part] = took

    def told(self) -> str:
        """Return what is awaited just now, the longest wait first."""
        now = self._clock()
        waits = sorted(self._since.items(), key=lambda wait: wait[1])
        return "Waiting for " + ", ".join(f"{part} ({now - at:.0f} s)" for part, at in waits)

    @property
    def longest(self) -> float:
        """How many seconds the slowest part has taken so far."""
        return max(self._took.values(), default=0.0)

    def slow(self) -> str | None:
        """Return which part took longest, None where none was slow."""
        part, seconds = max(self._took.items(), key=lambda took: took[1], default=("", 0.0))
        if seconds < SLOW_SECONDS:
            return None
        return f"This machine is slow just now: {part} took {seconds:.0f} s to start."

"""One durable timer that is kept while its deadline stays, whatever else happens meanwhile."""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

# Temporal counts a timer in nanoseconds, of which 64 bits hold 292 years.
LONGEST = timedelta(days=3650)


class DeadlineTimer:
    """A timer that is armed anew only when its deadline moves, so signals add no timers."""

    def __init__(self) -> None:
        """Begin without a deadline."""
        self._deadline: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    def arm(self, deadline: datetime | None, summary: str) -> None:
        """Ring at ``deadline`` (aware UTC), or never; ``summary`` is what the UI shows."""
        if deadline == self._deadline and self._task is not None and not self._task.done():
            return
        self.disarm()
        self._deadline = deadline
        if deadline is not None:
            delay = min(max(deadline - workflow.now(), timedelta(0)), LONGEST)
            self._task = asyncio.create_task(workflow.sleep(delay, summary=summary))

    def disarm(self) -> None:
        """Forget the deadline."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
        self._task = None
        self._deadline = None

    @property
    def rang(self) -> bool:
        """Say whether the deadline has passed."""
        return self._task is not None and self._task.done()

"""How far apart routine looks at registrations have to be, so that all stay within the rate."""

import contextlib
import time
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from domain.identifiers import ENROLMENT_WORKFLOW
from domain.registration import stretched_interval

COUNT_EVERY = timedelta(minutes=10)
RUNNING = f"WorkflowType = '{ENROLMENT_WORKFLOW}' AND ExecutionStatus = 'Running'"


class RoutineRhythm:
    """Counts who is being enrolled, now and then, and stretches the rhythm for many."""

    def __init__(self, *, client: Client, looks_per_second: float) -> None:
        """Take the client, and the rate of the registration queue."""
        self._client = client
        self._looks_per_second = looks_per_second
        self._running = 0
        self._count_after = 0.0

    async def at_least(self) -> timedelta:
        """Return the shortest interval of routine looks that the rate allows just now.

        Best effort: while Temporal can't count, the last count stands.
        """
        now = time.monotonic()
        if now >= self._count_after:
            # Set before the answer is there: looks that come meanwhile don't ask, too.
            self._count_after = now + COUNT_EVERY.total_seconds()
            with contextlib.suppress(RPCError):
                self._running = (await self._client.count_workflows(RUNNING)).count
        return stretched_interval(self._running, self._looks_per_second)

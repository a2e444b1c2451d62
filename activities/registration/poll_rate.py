"""How quickly registrations may be looked at: stretched for many, paused when Microsoft asks."""

import contextlib
import time
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from domain.identifiers import ENROLMENT_WORKFLOW
from domain.registration.methods import stretched_interval

COUNT_EVERY = timedelta(minutes=10)
RUNNING = f"WorkflowType = '{ENROLMENT_WORKFLOW}' AND ExecutionStatus = 'Running'"


class PollRate:
    """What all looks of a process have in common.

    The interval of routine looks grows with the number of people, so that all stay within the rate.
    Once Microsoft has asked to slow down, nobody is looked at for a while.
    """

    def __init__(self, *, client: Client, looks_per_second: float) -> None:
        """Take the client, and the rate of the registration queue."""
        self._client = client
        self._looks_per_second = looks_per_second
        self._running = 0
        self._count_after = 0.0
        self._paused_until = 0.0

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

    def pause(self, duration: timedelta) -> None:
        """Let nobody be looked at for so long."""
        self._paused_until = time.monotonic() + duration.total_seconds()

    @property
    def pause_left(self) -> timedelta:
        """How long nobody may be looked at from now on; nothing, or less, for no pause."""
        return timedelta(seconds=self._paused_until - time.monotonic())

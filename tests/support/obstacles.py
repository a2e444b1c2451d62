"""What hinders the activities of a world: they are held, fail for good, or fail for a while."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.concurrency import unbroken
from domain.failures import FailureType
from temporal.failures import waiting


@dataclass(kw_only=True)
class Obstacles:
    """Which activities have begun, and what each of them meets then."""

    # Raised by the activity of that name until it is taken away.
    failures: dict[str, BaseException] = field(default_factory=dict)
    # Held until the event is set.
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)

    async def enter(self, name: str) -> None:
        """Begin an activity: wait as long as it is held, and fail if it is to."""
        self.begun.append(name)
        if gate := self.gates.get(name):
            wait = {"draft_made": _alive, "deliver_mail": _alive, "sending": _answered}.get(name)
            await (wait(gate) if wait else gate.wait())
        if failure := self.failures.get(name):
            raise failure

    def hold(self, name: str) -> asyncio.Event:
        """Make an activity wait until the returned event is set."""
        self.gates[name] = asyncio.Event()
        return self.gates[name]

    def fail(
        self,
        name: str,
        message: str = "It is forbidden.",
        *,
        type: FailureType = FailureType.PERMISSION_DENIED,
    ) -> None:
        """Make an activity fail for good, as activities tell Temporal, until ``mend``."""
        self.failures[name] = ApplicationError(message, type=type, non_retryable=True)

    def trouble(self, name: str, *, retry_in: timedelta) -> None:
        """Make an activity fail in a way that passes, until ``mend``."""
        self.failures[name] = waiting(
            "It is busy.", type=FailureType.SERVICE_UNAVAILABLE, next_retry_delay=retry_in
        )

    def mend(self, name: str) -> None:
        """Make an activity work again."""
        self.failures.pop(name)

    def release(self) -> None:
        """Let go of whatever is held."""
        for gate in self.gates.values():
            gate.set()


async def _alive(gate: asyncio.Event) -> None:
    """Wait at a gate as activities do: a cancellation arrives with a heartbeat, and ends it."""
    while not gate.is_set():
        if activity.info().heartbeat_timeout is not None:
            activity.heartbeat()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(gate.wait(), 0.05)


async def _answered(gate: asyncio.Event) -> None:
    """Wait at a gate as a request waits for its answer, whatever cancels the activity."""
    await unbroken(_alive(gate))

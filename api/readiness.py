"""Whether what the API needs is there: looked at once a second, however many ask."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from api.circuit_breaker import CircuitBreaker
from api.outbox.group_commit import StorageUnavailable
from api.outbox.outbox import Outbox
from api.temporal_calls import (
    RPC_TIMEOUT,
    CallRefused,
    TemporalUnreachable,
    WorkflowNotFound,
)

OK = "ok"
LOOKED_AT_FOR = timedelta(seconds=1)

Look = Callable[[], Awaitable[str]]


class Readiness:
    """Looks at Temporal and at the outbox; each look says ``ok``, or what is wrong.

    Anybody may ask, so an answer holds for a second, and who asks meanwhile waits for that look.
    """

    def __init__(self, *looks: Look, clock: Callable[[], float] = time.monotonic) -> None:
        """Look at these things, all at once."""
        self._looks = looks
        self._clock = clock
        self._lock = asyncio.Lock()
        self._found: list[str] = []
        self._looked_at = 0.0

    async def look(self) -> list[str]:
        """Return what each look says now, or said within the last second."""
        async with self._lock:
            age = self._clock() - self._looked_at
            if not self._found or age >= LOOKED_AT_FOR.total_seconds():
                self._found = list(await asyncio.gather(*(look() for look in self._looks)))
                self._looked_at = self._clock()
            return self._found


def temporal_answers(client: Client, breaker: CircuitBreaker) -> Look:
    """Return a look at Temporal; while it is known to be away, nobody waits for it."""

    async def look() -> str:
        try:
            async with breaker.calling():
                # More than the server's own health: the namespace exists, and we may use it.
                await client.workflow_service.describe_namespace(
                    DescribeNamespaceRequest(namespace=client.namespace), timeout=RPC_TIMEOUT
                )
        except TemporalUnreachable as error:
            return str(error)
        except (RPCError, WorkflowNotFound, CallRefused):
            return "refuses"
        return OK

    return look


def outbox_is_writable(outbox: Outbox) -> Look:
    """Return a look at the outbox."""

    async def look() -> str:
        try:
            await outbox.check()
        except StorageUnavailable:
            return "cannot be written"
        return "full" if outbox.is_full() else OK

    return look

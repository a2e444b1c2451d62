"""The high-water mark that the control workflow keeps, remembered for seconds."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from api.circuit_breaker import CircuitBreaker
from api.temporal_calls import RPC_TIMEOUT, CallRefused, TemporalUnreachable
from temporal.high_water import read_high_water

KEEP_FOR = timedelta(seconds=5)
"""How long the mark is believed, and how long Temporal is left alone after a failure."""


class HighWaterMark:
    """Reads the mark at most once in a few seconds, however many links are followed.

    While Temporal can't be reached, the mark stays what it was: it is only raised through Temporal.
    """

    def __init__(
        self,
        client: Client,
        breaker: CircuitBreaker,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the client, and what knows whether it answers; ``clock`` counts seconds."""
        self._client = client
        self._breaker = breaker
        self._clock = clock
        self._mark: int | None = None
        self._read_at: float | None = None
        self._reading = asyncio.Lock()

    async def current(self) -> int | None:
        """Return the mark, None while this process has never been able to read it."""
        async with self._reading:
            now = self._clock()
            if self._read_at is None or now - self._read_at >= KEEP_FOR.total_seconds():
                await self._read()
                # After the answer: a slow failure isn't repeated by everybody who waits here.
                self._read_at = self._clock()
            return self._mark

    async def _read(self) -> None:
        try:
            async with self._breaker.calling():
                self._mark = await read_high_water(self._client, rpc_timeout=RPC_TIMEOUT)
        except (TemporalUnreachable, CallRefused, RPCError):
            return

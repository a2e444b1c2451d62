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
        self._reading: asyncio.Task[None] | None = None

    async def current(self) -> int | None:
        """Return the mark, None while this process has never been able to read it.

        Whoever stops waiting doesn't stop the reading: a Temporal that never answers has to be
        found out by somebody, or everybody would wait for it in vain.
        """
        if self._reading is None and self._is_due():
            self._reading = asyncio.create_task(self._read())
        if self._reading is not None:
            await asyncio.shield(self._reading)
        return self._mark

    async def close(self) -> None:
        """Stop a reading that is under way."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    def _is_due(self) -> bool:
        read_at = self._read_at
        return read_at is None or self._clock() - read_at >= KEEP_FOR.total_seconds()

    async def _read(self) -> None:
        try:
            async with self._breaker.calling():
                self._mark = await read_high_water(self._client, rpc_timeout=RPC_TIMEOUT)
        except (TemporalUnreachable, CallRefused, RPCError):
            return
        finally:
            # After the answer: a slow failure isn't repeated by everybody who waits for it.
            self._read_at = self._clock()
            self._reading = None

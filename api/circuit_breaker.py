"""Spares people the wait for a Temporal that has just not answered."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

from temporalio.client import Client

from api.temporal_calls import RPC_TIMEOUT, TemporalUnreachable, calling_temporal
from temporal.high_water import read_high_water

PAUSE = timedelta(seconds=2)
"""How long Temporal is left alone after a call that failed, before it is asked again."""


class CircuitBreaker:
    """Lets calls through while Temporal answers, and refuses them at once while it doesn't.

    Whether it is back is found out in the background, so no caller waits for that.
    https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker
    """

    def __init__(self, probe: Callable[[], Awaitable[object]], *, pause: timedelta = PAUSE) -> None:
        """Begin with a Temporal that answers; ``probe`` asks it for something."""
        self._probe = probe
        self._pause = pause.total_seconds()
        self._probing: asyncio.Task[None] | None = None
        self._reason = ""

    @property
    def refuses(self) -> bool:
        """Say whether calls are refused, since Temporal doesn't answer."""
        return self._probing is not None

    @asynccontextmanager
    async def calling(self) -> AsyncIterator[None]:
        """Bound a call as ``calling_temporal`` does, unless it would only be waited for in vain.

        Raises:
            TemporalUnreachable: it failed, or was refused as an earlier one failed; and whatever
                ``calling_temporal`` raises.
        """
        if self._probing is not None:
            raise TemporalUnreachable(self._reason)
        try:
            async with calling_temporal():
                yield
        except TemporalUnreachable as error:
            self._reason = str(error)
            if self._probing is None:
                self._probing = asyncio.create_task(self._ask_until_it_answers())
            raise

    async def close(self) -> None:
        """Stop asking."""
        if self._probing is not None:
            self._probing.cancel()
            with suppress(asyncio.CancelledError):
                await self._probing

    async def _ask_until_it_answers(self) -> None:
        try:
            while True:
                await asyncio.sleep(self._pause)
                if await self._answers():
                    return
        finally:
            self._probing = None

    async def _answers(self) -> bool:
        try:
            async with calling_temporal():
                await self._probe()
        except TemporalUnreachable as error:
            self._reason = str(error)
            return False
        except Exception:  # noqa: BLE001 - an answer that is no success is an answer
            return True
        return True


def breaker_of(client: Client) -> CircuitBreaker:
    """Return the breaker of one server, which is asked for what links have to ask it for, too."""
    return CircuitBreaker(partial(read_high_water, client, rpc_timeout=RPC_TIMEOUT))

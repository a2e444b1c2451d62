"""Spares people the wait for a Temporal that has just not answered."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from api.temporal_calls import TemporalUnreachable, calling_temporal

PAUSE = timedelta(seconds=2)
"""How long nobody tries after a call that failed."""


class CircuitBreaker:
    """Lets calls through while Temporal answers, and refuses them at once for a while if not.

    After the pause one call tries whether Temporal is back, and the others are refused until it is
    known. https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker
    """

    def __init__(
        self, *, pause: timedelta = PAUSE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with a Temporal that answers."""
        self._pause = pause.total_seconds()
        self._clock = clock
        self._refusing_until: float | None = None
        self._is_tried = False
        self._reason = ""

    @asynccontextmanager
    async def calling(self) -> AsyncIterator[None]:
        """Bound a call as ``calling_temporal`` does, unless it would only be waited for in vain.

        Raises:
            TemporalUnreachable: it failed, or was refused as the last one failed; and whatever
                ``calling_temporal`` raises.
        """
        until = self._refusing_until
        if until is not None and (self._is_tried or self._clock() < until):
            raise TemporalUnreachable(self._reason)
        self._is_tried = trying = until is not None
        try:
            async with calling_temporal():
                yield
        except TemporalUnreachable as error:
            self._reason = str(error)
            self._refusing_until = self._clock() + self._pause
            raise
        except Exception:
            self._answered()
            raise
        else:
            self._answered()
        finally:
            if trying:
                self._is_tried = False

    def _answered(self) -> None:
        self._refusing_until = None

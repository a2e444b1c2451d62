"""What is read once for everybody who looks at the same time."""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """Keeps what was made last; ten who ask at once cost one making, and a failure isn't kept."""

    def __init__(self, *, fresh_for: float) -> None:
        """Make it anew after so many seconds."""
        self._fresh_for = fresh_for
        self._made_at = 0.0
        self._making: asyncio.Task[T] | None = None
        self._latest: T | None = None

    async def read(self, make: Callable[[], Coroutine[Any, Any, T]], *, old: bool = False) -> T:
        """Return it, made within the last seconds; with ``old`` also an older one.

        An older one is made anew in the background.
        """
        task = self._task(make)
        if old and self._latest is not None and not task.done():
            return self._latest
        # Somebody who leaves takes it from nobody else.
        return await asyncio.shield(task)

    def start(self, make: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
        """Return the latest, None before there is one; an older one is made anew meanwhile."""
        self._task(make)
        return self._latest

    @property
    def latest(self) -> T | None:
        """The latest; None before there is one."""
        return self._latest

    @property
    def recent(self) -> T | None:
        """The latest while it may still be told as today's; None once making a new one is overdue.

        Twice the time leaves room for the new one to be made.
        """
        return self._latest if self._age <= 2 * self._fresh_for else None

    def expire(self) -> None:
        """Let the next who reads have it made anew."""
        self._made_at = -math.inf

    def forget(self) -> None:
        """Let the next who reads have it made anew, also where it is just being made.

        What is being made may have been read before what somebody has done meanwhile.
        """
        self._making = None

    async def stop(self) -> None:
        """Give up what is being made."""
        if self._making is not None:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)

    def _task(self, make: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        task = self._making
        if task is None or _has_failed(task) or (task.done() and self._age > self._fresh_for):
            task = self._making = asyncio.create_task(self._made(make))
        return task

    @property
    def _age(self) -> float:
        return time.monotonic() - self._made_at

    async def _made(self, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        latest = await make()
        if self._making is asyncio.current_task():
            self._latest, self._made_at = latest, time.monotonic()
        return latest


def _has_failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)

"""Many calls at once inside one activity, which tells Temporal meanwhile that it lives."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Iterable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import activity

T = TypeVar("T")
# A slow Graph may need minutes for a page; a worker that says nothing counts as dead.
HEARTBEAT_EVERY = timedelta(seconds=5)


@contextlib.asynccontextmanager
async def beating(*details: object) -> AsyncIterator[None]:
    """Tell Temporal every few seconds that the work goes on, and how far it has come."""

    async def beat() -> None:
        while True:
            activity.heartbeat(*details)
            await asyncio.sleep(HEARTBEAT_EVERY.total_seconds())

    beats = asyncio.create_task(beat())
    try:
        yield
    finally:
        beats.cancel()


async def all_of(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Wait for all of them; then the first failure is raised, and nothing runs on behind it."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    done = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        done.append(result)
    return done

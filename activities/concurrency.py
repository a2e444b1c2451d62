"""Calls inside one activity: many at once, or one that a cancellation doesn't break off."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")


async def all_of(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Wait for all of them; then the first failure is raised, and nothing runs on behind it."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    done = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        done.append(result)
    return done


@asynccontextmanager
async def meanwhile(call: Coroutine[Any, Any, T]) -> AsyncIterator[Awaitable[T]]:
    """Begin a read whose result the block awaits once it is needed, or never.

    Reads that begin in the same moment go to Graph in one request. Nothing runs on behind the
    block, and a failure that nobody has asked for is nobody's.
    """
    begun = asyncio.create_task(call)
    try:
        yield begun
    finally:
        begun.cancel()
        await asyncio.gather(begun, return_exceptions=True)


async def unbroken(work: Coroutine[Any, Any, T]) -> tuple[T, bool]:
    """Await the end of some work, and return its result and whether a cancellation came meanwhile.

    A request that has begun is answered, and the answer is kept, also while a worker stops.

    Raises:
        Exception: what the work itself raised.
    """
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
        except Exception:  # noqa: BLE001 - it is raised below, by ``result``
            break
    return task.result(), cancelled

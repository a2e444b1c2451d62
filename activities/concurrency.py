"""Calls inside one activity: many at once, or one that a cancellation doesn't break off."""

import asyncio
from collections.abc import Coroutine, Iterable
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

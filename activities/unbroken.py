"""Work that must not be left half done when its activity is cancelled."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


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

"""The connections of a server that a test runs, so that it can end them."""

import asyncio
from collections.abc import Coroutine


class Connections:
    """Serves each in a task of its own, and ends those that are still open."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tasks: set[asyncio.Task[None]] = set()

    def serve(self, serving: Coroutine[None, None, None]) -> None:
        """Serve one connection, and remember it until it is closed."""
        task = asyncio.get_running_loop().create_task(serving)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def hang_up(self) -> None:
        """Close what is still open, and wait until it is."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

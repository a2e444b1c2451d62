"""Waits for a fact."""

import asyncio
from collections.abc import Callable
from typing import Any


async def eventually(check: Callable[[], Any], *, seconds: float = 600) -> Any:
    """Return the first true answer of ``check``, which may be a coroutine function.

    It waits long, as a machine that runs tests side by side is slow without being broken.

    Raises:
        AssertionError: it never became true.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    pause = 0.02
    while True:
        answer = check()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer:
            return answer
        assert loop.time() < deadline, "it never became true"
        await asyncio.sleep(pause)
        # What takes long is asked less and less often: asking costs a core that others need.
        pause = min(pause * 1.3, 0.3)

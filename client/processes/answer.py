"""Lets a module of ours answer in a process of its own, so that nobody else waits for it."""

import asyncio
import os
import signal
import sys
from contextlib import suppress

# Nothing else of the environment: secrets stand there.
_KEPT = ("PATH", "PYTHONPATH")


async def answer_of(module: str, asked: bytes, *, silent: bool = False) -> tuple[bytes, int]:
    """Run a module, and return what it writes to its standard output, and its exit code.

    Whoever gives up leaves nothing of it behind.

    Args:
        module: its whole name, as for ``python -m``.
        asked: what it reads on standard input.
        silent: whether its standard error is thrown away, where a traceback could quote ``asked``.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL if silent else None,
        # A session of its own, so that what it has started itself is ended with it. uvloop knows
        # no ``process_group``.
        start_new_session=True,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
    )
    try:
        answer, _ = await child.communicate(asked)
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        code = await child.wait()
    return answer, code

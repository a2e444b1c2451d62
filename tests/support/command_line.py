"""A verb of the command line on its own: in an empty folder, with nothing set but what is given."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from demo.commands import CLI

ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR")


async def start_alone(
    *arguments: str,
    folder: Path,
    output: int = asyncio.subprocess.DEVNULL,
    settings: Mapping[str, str],
) -> asyncio.subprocess.Process:
    """Start a verb; who starts it ends it."""
    nothing_of_ours = {name: value for name, value in os.environ.items() if name in _KEPT}
    return await asyncio.create_subprocess_exec(
        *CLI,
        *arguments,
        cwd=folder,
        env={**nothing_of_ours, "PYTHONPATH": str(ROOT), **settings},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=asyncio.subprocess.STDOUT,
    )


async def run_alone(*arguments: str, folder: Path, **settings: str) -> tuple[int, str]:
    """Run a verb; return its status and all it printed."""
    pipe = asyncio.subprocess.PIPE
    process = await start_alone(*arguments, folder=folder, output=pipe, settings=settings)
    output, _ = await asyncio.wait_for(process.communicate(), 600)
    return process.returncode or 0, output.decode()

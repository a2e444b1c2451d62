"""A verb of the command line on its own: in an empty folder, with nothing set but what is given."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from demo.commands import CLI
from tests.support import warm

ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR")


async def start_alone(
    *arguments: str,
    folder: Path,
    output: int = asyncio.subprocess.DEVNULL,
    settings: Mapping[str, str],
    program: Sequence[str] = CLI,
) -> asyncio.subprocess.Process:
    """Start a verb; who starts it ends it."""
    nothing_of_ours = {name: value for name, value in os.environ.items() if name in _KEPT}
    return await asyncio.create_subprocess_exec(
        *program,
        *arguments,
        cwd=folder,
        env={**nothing_of_ours, "PYTHONPATH": str(ROOT), **settings},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=asyncio.subprocess.STDOUT,
    )


async def run_alone(
    *arguments: str, folder: Path, program: Sequence[str] = (), **settings: str
) -> tuple[int, str]:
    """Run a verb, warm or by another program; return its status and all it printed."""
    process = await start_alone(
        *arguments,
        folder=folder,
        output=asyncio.subprocess.PIPE,
        settings=settings,
        program=program or warm.command("cli"),
    )
    output, _ = await asyncio.wait_for(process.communicate(), 600)
    return process.returncode or 0, output.decode()

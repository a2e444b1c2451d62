"""A process that is asked something: whoever gives up leaves nothing of it behind."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop

from client.processes.answer import answer_of
from tests.support.eventually import eventually


def is_running(pid: int) -> bool:
    """Say whether a process runs; one that has ended and that nobody asks for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    "loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"]
)
def test_what_a_process_has_started_ends_with_it(
    loop: Callable[[], asyncio.AbstractEventLoop], tmp_path: Path
) -> None:
    """A reader of workbooks is the child of one that is given up, and may take a gigabyte.

    The API's event loop is uvloop, a verb's is asyncio's.
    """
    file = tmp_path / "pid"

    async def give_up() -> None:
        asked = asyncio.create_task(
            answer_of("tests.client.processes.never_answers", str(file).encode())
        )
        await eventually(lambda: file.exists() or asked.done())
        pid = int(file.read_text())
        assert is_running(pid)

        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

        await eventually(lambda: not is_running(pid))

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(give_up())

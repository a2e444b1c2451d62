"""Runs a verb whose clock differs from the machine's: ``stepped_clock FILE verb …``.

The file says by how many seconds; SIGUSR1 lets it be read again, which is a step of the clock. All
that Python code asks is answered by that clock, but for the monotonic one, which no step changes.
Temporal's core, which is not Python, keeps the machine's.
"""

import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import time_machine

from cli.main import main


def offset(file: Path) -> float:
    """Return by how many seconds the clock is ahead; none where the file isn't there."""
    return float(file.read_text()) if file.exists() else 0.0


def wrong_now(file: Path) -> datetime:
    """Return what the clock shows now."""
    true_now = time_machine.escape_hatch.time.time()
    return datetime.fromtimestamp(true_now + offset(file), UTC)


def run() -> None:
    """Set the clock, and run the verb."""
    file = Path(sys.argv.pop(1))
    clock = time_machine.travel(datetime.now(UTC), tick=True).start()
    clock.move_to(wrong_now(file))
    signal.signal(signal.SIGUSR1, lambda *_: clock.move_to(wrong_now(file)))
    main()


if __name__ == "__main__":
    run()

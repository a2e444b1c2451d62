"""Runs one command, and ends it when whoever started us is gone, however that came about.

``python -m demo.guard COMMAND…``: standard input is a pipe that the parent holds open. When it
closes, by a clean end, a crash or ``kill -9``, the command is ended, so no process and no port is
left behind. Ends with the command's own status.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 12


def main() -> int:
    """Run the command until it ends, or until the parent is gone."""
    command = sys.argv[1:]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:  # noqa: S603 - the demo's
        threading.Thread(target=_end_with_parent, args=(process,), daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: process.terminate())
        return process.wait()


def _end_with_parent(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(OSError):
        while os.read(sys.stdin.fileno(), 1):
            pass
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    sys.exit(main())

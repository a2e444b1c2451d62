"""Starts a module in a fork of the warm process, and is its stand-in: for signals and its status.

``python -I -S warm_start.py ADDRESS MODULE ARGUMENTS…``. Imports no more than it has to. When it is
killed, so is the fork.
"""

import json
import os
import signal
import socket
import sys

FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)


def main(address: str, *words: str) -> None:
    """Let the words be run, and leave as they did."""
    with socket.socket(socket.AF_UNIX) as warm:
        warm.connect(address)
        wanted = {"words": words, "folder": os.getcwd(), "environment": dict(os.environ)}  # noqa: PTH109 - pathlib costs as much as all the rest
        request = json.dumps(wanted).encode()
        socket.send_fds(warm, [len(request).to_bytes(8, "big")], [0, 1, 2])
        warm.sendall(request)
        # The standard streams are the fork's alone: who reads them is told when it has ended.
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        process = _number(warm)
        if file := os.environ.get("MFA_ROLLOUT_TEST_PID_FILE"):
            with open(file, "w") as told:  # noqa: PTH123 - the same
                told.write(str(process))
        for forwarded in FORWARDED:
            signal.signal(forwarded, lambda number, _: os.kill(process, number))
        status = _number(warm)
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


def _number(warm: socket.socket) -> int:
    told = b""
    while len(told) < 8:
        if not (part := warm.recv(8 - len(told))):
            raise SystemExit("the warm process has ended")
        told += part
    return int.from_bytes(told, "big", signed=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

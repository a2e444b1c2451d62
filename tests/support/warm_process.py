"""The process whose forks run verbs: ``python -m … LISTENER OWNER ADDRESS``; see ``warm.py``."""

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
import time
import zoneinfo
from pathlib import Path
from typing import NoReturn

from rich.console import Console

import cli
from cli import terminal

PAUSE_SECONDS = 2.0


def load() -> None:
    """Import what verbs import when they run; a fork of a process with threads may hang."""
    for found in pkgutil.walk_packages(cli.__path__, "cli."):
        if not found.name.endswith(".__main__"):
            importlib.import_module(found.name)
    importlib.import_module("simulated_tenant.server")
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names are all that is wanted
    if threads > 1:
        raise RuntimeError(f"{threads} threads run after imports: nothing may be forked")


class Warm:
    """Forks for whoever asks, until the run is over."""

    def __init__(self, listener: socket.socket, owner: int, address: Path) -> None:
        """Listen; the owner runs the tests, and removes the address when they are over."""
        self._listener, self._owner, self._address = listener, owner, address
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._processes: dict[socket.socket, int] = {}

    def serve(self) -> None:
        """Serve until the run is over; then kill what still runs."""
        while self._is_wanted():
            for key, _ in self._selector.select(PAUSE_SECONDS):
                if key.data is not None:
                    self._end(key.fd, key.data)
                elif key.fileobj is self._listener:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    # Nobody says more than once what is to be run: who started it is gone.
                    self._selector.unregister(key.fileobj)
                    os.kill(self._processes[key.fileobj], signal.SIGKILL)
        for process in self._processes.values():
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)

    def _is_wanted(self) -> bool:
        try:
            os.kill(self._owner, 0)
        except ProcessLookupError:
            return False
        return self._address.exists()

    def _accept(self) -> None:
        asking, _ = self._listener.accept()
        streams, request = _asked(asking)
        process = os.fork() if request else None
        if process == 0:
            self._run(streams, **json.loads(request))
        for stream in streams:
            os.close(stream)
        if process is None:
            asking.close()
            return
        self._processes[asking] = process
        self._selector.register(asking, selectors.EVENT_READ)
        self._selector.register(os.pidfd_open(process), selectors.EVENT_READ, asking)
        # Who was killed since is noticed as one who goes later is.
        with contextlib.suppress(OSError):
            asking.sendall(process.to_bytes(8, "big"))

    def _end(self, pidfd: int, asking: socket.socket) -> None:
        """Tell how a process ended."""
        _, status = os.waitpid(self._processes.pop(asking), 0)
        self._selector.unregister(pidfd)
        os.close(pidfd)
        with contextlib.suppress(KeyError):
            self._selector.unregister(asking)
        with asking, contextlib.suppress(OSError):
            asking.sendall(os.waitstatus_to_exitcode(status).to_bytes(8, "big", signed=True))

    def _run(
        self, streams: list[int], words: list[str], folder: str, environment: dict[str, str]
    ) -> NoReturn:
        """Be a process of one's own; nothing of the warm process is closed or taken down."""
        status = 1
        try:
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
            time.tzset()
            zoneinfo.reset_tzpath()
            _as_new_consoles()
            gc.enable()
            # As `-m` does.
            sys.path.insert(0, folder)
            sys.argv = words
            runpy.run_module(words[0], run_name="__main__", alter_sys=True)
            status = 0
        except SystemExit as ending:
            status = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
        except BaseException:  # noqa: BLE001 - as the interpreter does
            sys.excepthook(*sys.exc_info())
        finally:
            with contextlib.suppress(OSError):
                sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)


def _asked(asking: socket.socket) -> tuple[list[int], bytes]:
    """Return the streams and the request; who was killed while asking has said nothing."""
    streams: list[int] = []
    try:
        size, streams, _, _ = socket.recv_fds(asking, 8, 3)
        wanted = int.from_bytes(size, "big")
        with asking.makefile("rb") as reader:
            request = reader.read(wanted)
    except OSError:
        return streams, b""
    return streams, request if len(request) == wanted else b""


def _as_new_consoles() -> None:
    """Let what verbs print on look at the environment, as it does when it is imported."""
    vars(terminal.out).update(vars(Console(highlight=False)))
    vars(terminal.err).update(vars(Console(stderr=True, highlight=False)))


if __name__ == "__main__":
    gc.disable()
    load()
    gc.freeze()
    number, owner, address = sys.argv[1:]
    Warm(socket.socket(fileno=int(number)), int(owner), Path(address)).serve()

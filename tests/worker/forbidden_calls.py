"""A workflow that tries what breaks replay, with modules that come into the sandbox as usual."""
# ruff: noqa: PLW0108 - what is called has to be looked up in the sandbox, and only then

import asyncio
import datetime as dt
import os
import random
import socket
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

from temporalio import workflow
from temporalio.worker.workflow_sandbox import RestrictedWorkflowAccessError

FORBIDDEN: dict[str, Callable[[], Any]] = {
    "datetime.now": lambda: dt.datetime.now(dt.UTC),
    "date.today": lambda: dt.date.today(),  # noqa: DTZ011 - what is refused
    "time.time": lambda: time.time(),
    "time.sleep": lambda: time.sleep(0),
    "random.random": lambda: random.random(),  # noqa: S311 - what is refused
    "uuid4": lambda: uuid.uuid4(),
    "open": lambda: open(os.devnull).close(),  # noqa: PTH123 - what is refused
    "getcwd": lambda: os.getcwd(),  # noqa: PTH109 - what is refused
    "environ": lambda: os.environ["PATH"],
    "socket": lambda: socket.socket().close(),
    "run": lambda: subprocess.run(["true"], check=True),  # noqa: S607 - what is refused
    "urlopen": lambda: urllib.request.urlopen("http://127.0.0.1:9"),
}


@workflow.defn
class ForbiddenCallsWorkflow:
    """Tries each call, and ends with what became of it."""

    @workflow.run
    async def run(self) -> dict[str, str]:
        """Return by name whether it was refused."""
        became = {}
        for name, call in FORBIDDEN.items():
            try:
                call()
            except RestrictedWorkflowAccessError:
                became[name] = "refused"
            except Exception as error:  # noqa: BLE001 - the sandbox let it pass
                became[name] = repr(error)
            else:
                became[name] = "done"
        try:
            await asyncio.open_connection("127.0.0.1", 9)
        except NotImplementedError:
            became["open_connection"] = "refused"
        return became

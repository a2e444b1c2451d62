"""Attempts at mails in processes of their own, killed or stopped at a chosen moment."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from typing import Any

from activities.mail.inputs import DeliverMailInput
from simulated_tenant.faults import Fault
from tests.activities import worker_process
from tests.activities.mail.interrupted_attempt import MAIL
from tests.activities.stage import Stage
from tests.support.eventually import eventually

KILL, STOP = signal.SIGKILL.name, signal.SIGSTOP.name
# Inside a call: before the tenant has done anything, and when it has done it and not yet answered.
INSIDE: dict[str, dict[str, Any]] = {
    "draft asked": {"path": "/messages$", "hold_before": timedelta(seconds=3)},
    "draft made": {"path": "/messages$", "hold_after": timedelta(seconds=3)},
    "sending asked": {"path": "/messages/.*/send$", "hold_before": timedelta(seconds=3)},
    "sending done": {"path": "/messages/.*/send$", "hold_after": timedelta(seconds=3)},
}


async def interrupted(
    stage: Stage, temporal_address: str, mail: DeliverMailInput, moment: str, by: str
) -> asyncio.subprocess.Process:
    """Start an attempt in a process of its own, and return it killed or stopped at a moment."""
    fault: Fault | None = None
    if moment in INSIDE:
        inside = INSIDE[moment]
        path = f"/users/{stage.sender}{inside['path']}"
        fault = stage.fault("POST", **inside | {"path": path})
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.activities.mail.interrupted_attempt",
        moment if fault is None else "none",
        by,
        env={
            "PATH": os.environ["PATH"],
            "TEMPORAL_ADDRESS": temporal_address,
            **worker_process.environment(stage),
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(MAIL.dump_json(mail))
    process.stdin.close()
    if fault is not None:
        held = fault
        await eventually(lambda: held.hits)
        process.send_signal(signal.Signals[by])
    if by == KILL:
        await process.wait()
        assert process.returncode == -signal.SIGKILL
    else:
        await eventually(lambda: _is_stopped(process))
    return process


def _is_stopped(process: asyncio.subprocess.Process) -> bool:
    with open(f"/proc/{process.pid}/stat") as stat:  # noqa: PTH123 - no file of anybody's
        return stat.read().rpartition(")")[2].split()[0] == "T"

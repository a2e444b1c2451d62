"""One Temporal dev server for a whole test run, shared by all of its processes."""

import asyncio
import contextlib
import fcntl
import os
import signal
import subprocess
import time
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from demo.commands import search_attribute_flags
from demo.layout import free_ports, temporal_executable
from temporal.search_attributes import ALL

# Without the first, skipping is refused; without the second, each skipped timer costs a second.
# A workflow whose code fails is flagged after two tasks, not after five.
# With one partition, the rate of a queue is exact.
# What is deleted is gone once the queues have noted that nothing of it is under way: each second,
# not each half minute, which took a test five minutes in a busy run.
DYNAMIC_CONFIG = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    'history.timerProcessorMaxTimeShift="5ms"',
    "frontend.enableServerVersionCheck=false",
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2",
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
    'history.transferProcessorUpdateAckInterval="1s"',
)
# Kept, so that no process is thought to be forgotten while its tests run.
_SHARED: list[subprocess.Popen[bytes]] = []


# There is one switch for all mail a namespace, and tests throw that of the default one.
UNDISTURBED = "mail-is-never-stopped-here"


def start(
    *extra: str,
    port: int | None = None,
    ui_port: int | None = None,
    search_attributes: bool = True,
) -> tuple[subprocess.Popen[bytes], str]:
    """Start a server and return its process and address, not yet ready.

    Without our search attributes it is as before ``provision``. The Temporal UI is only there where
    it gets a port.
    """
    port = port or free_ports(1)[0]
    command = [temporal_executable(), "server", "start-dev", "--ip", "127.0.0.1"]
    command += ["--ui-port", str(ui_port)] if ui_port else ["--headless"]
    command += ["--port", str(port), "--log-level", "error"]
    command += ["--namespace", UNDISTURBED]
    for setting in DYNAMIC_CONFIG:
        command += ["--dynamic-config-value", setting]
    if search_attributes:
        command += search_attribute_flags()
    command += extra
    process = subprocess.Popen(  # noqa: S603 - our own command line
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return process, f"127.0.0.1:{port}"


def wait_until_ready(
    process: subprocess.Popen[bytes],
    address: str,
    *,
    seconds: float = 600,
    query: str = f"{ALL[0].name} = 'nobody'",
) -> None:
    """Return once the server answers a query in the default namespace.

    Raises:
        RuntimeError: it ended, or didn't answer in time.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the Temporal server ended with status {process.returncode}")
        try:
            asyncio.run(_probe(address, query))
        except (RPCError, RuntimeError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the Temporal server didn't become ready")


async def _probe(address: str, query: str) -> None:
    client = await Client.connect(address)
    await client.count_workflows(query)
    # Its parts learn of the namespace one after the other: that which starts workflows, too.
    nobodys = await client.start_workflow(
        "ReadinessWorkflow", id="readiness", task_queue="readiness"
    )
    await nobodys.terminate()


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def shared(folder: Path) -> str:
    """Return the address of the run's server; the first process that asks starts it.

    Args:
        folder: what the processes of the run have in common.
    """
    address_file, pid_file = folder / "address", folder / "pid"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address_file.exists():
            process, address = start()
            _SHARED.append(process)
            pid_file.write_text(str(process.pid))
            wait_until_ready(process, address)
            address_file.write_text(address)
        return address_file.read_text()


def stop_shared(folder: Path) -> None:
    """End the run's server, if there is one; it may be the child of a process that has ended."""
    pid_file = folder / "pid"
    if _SHARED:
        stop(_SHARED.pop())
    elif pid_file.exists():
        pid = int(pid_file.read_text())
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                os.kill(pid, 0)
                time.sleep(0.05)
            os.kill(pid, signal.SIGKILL)

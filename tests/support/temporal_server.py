"""One Temporal dev server for a whole test run, shared by all of its processes."""

import asyncio
import subprocess
import time

from temporalio.client import Client
from temporalio.service import RPCError

from demo.commands import search_attribute_flags
from demo.layout import free_ports, temporal_executable
from temporal.search_attributes import ALL

# Without the first, skipping is refused; without the second, each skipped timer costs a second.
# A workflow whose code fails is flagged after two tasks, not after five.
# With one partition, the rate of a queue is exact.
DYNAMIC_CONFIG = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    'history.timerProcessorMaxTimeShift="5ms"',
    "frontend.enableServerVersionCheck=false",
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2",
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
)


def start(*extra: str, port: int | None = None) -> tuple[subprocess.Popen[bytes], str]:
    """Start a server and return its process and address, not yet ready."""
    port = port or free_ports(1)[0]
    command = [temporal_executable(), "server", "start-dev", "--headless", "--ip", "127.0.0.1"]
    command += ["--port", str(port), "--log-level", "error"]
    for setting in DYNAMIC_CONFIG:
        command += ["--dynamic-config-value", setting]
    command += [*search_attribute_flags(), *extra]
    process = subprocess.Popen(  # noqa: S603 - our own command line
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return process, f"127.0.0.1:{port}"


def wait_until_ready(process: subprocess.Popen[bytes], address: str, *, seconds: float) -> None:
    """Return once the server answers for the default namespace.

    Raises:
        RuntimeError: it ended, or didn't answer in time.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the Temporal server ended with status {process.returncode}")
        try:
            asyncio.run(_probe(address))
        except (RPCError, RuntimeError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the Temporal server didn't become ready")


async def _probe(address: str) -> None:
    client = await Client.connect(address)
    await client.count_workflows(f"{ALL[0].name} = 'nobody'")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

"""The commands of the demo's processes, and how one sees that each is ready."""

import asyncio
import sys

import httpx

from client.setup import check_search_attributes
from demo.layout import Layout, temporal_executable
from demo.processes import DemoError, Process
from demo.tenant_settings import DemoTenant
from temporal.connect import connect
from temporal.search_attributes import ALL

CLI = (sys.executable, "-m", "cli")


def parts_of(
    layout: Layout, tenant: DemoTenant, http: httpx.AsyncClient, *, acting: bool = True
) -> list[list[Process]]:
    """List the processes: those of a list need the ones in the lists before, not each other.

    Unless they are ``acting``, the tenant's people do nothing by themselves.
    """
    environment = layout.environment(tenant)

    async def answers(url: str) -> bool:
        try:
            return (await http.get(url)).is_success
        except httpx.TransportError:
            return False

    async def temporal_is_up() -> bool:
        try:
            await check_search_attributes(await connect(layout.temporal))
        except Exception:  # noqa: BLE001 - any failure means: not yet
            return False
        return True

    async def worker_is_up() -> bool:
        return "ready" in (layout.folder / "worker.log").read_text(errors="replace")

    temporal = Process(
        name="Temporal server", command=_temporal_command(layout), ready=temporal_is_up
    )
    simulated = Process(
        name="simulated tenant",
        command=(
            *CLI,
            "simulated-tenant",
            f"--https-port={layout.tenant_https_port}",
            f"--http-port={layout.tenant_http_port}",
            f"--data={layout.folder / 'tenant'}",
            f"--redirect-uri={layout.portal}/signed-in",
            *((f"--day={layout.day_seconds}",) if acting else ()),
            *(f"--trait={trait}" for trait in layout.traits),
        ),
        ready=lambda: answers("/control/health"),
    )
    worker = Process(name="worker", command=(*CLI, "worker"), env=environment, ready=worker_is_up)
    api = Process(
        name="API",
        command=(*CLI, "api"),
        env=environment,
        ready=lambda: answers(f"{layout.api}/readyz"),
    )
    return [[temporal, simulated], [worker, api]]


def search_attribute_flags() -> list[str]:
    """Return the options by which a dev server begins with our search attributes."""
    types = {2: "Keyword", 3: "Int", 5: "Bool"}
    return [f"--search-attribute={key.name}={types[int(key.indexed_value_type)]}" for key in ALL]


# The exit status of an import some of whose rows were rejected, as two of the sample's are.
REJECTED_ROWS = 3


async def run_verb(layout: Layout, tenant: DemoTenant, *arguments: str) -> str:
    """Run a verb of the command line to its end, and return what it printed.

    Raises:
        DemoError: it failed; the message holds what it printed.
    """
    process = await asyncio.create_subprocess_exec(
        *CLI,
        *arguments,
        env=layout.process_environment(tenant),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    printed = output.decode()
    if process.returncode not in {0, REJECTED_ROWS}:
        verb = arguments[0]
        raise DemoError(f"`mfa-rollout {verb}` ended with {process.returncode}: {printed}")
    return printed


def _temporal_command(layout: Layout) -> tuple[str, ...]:
    return (
        temporal_executable(),
        "server",
        "start-dev",
        "--ip=127.0.0.1",
        f"--port={layout.temporal_port}",
        f"--ui-port={layout.temporal_ui_port}",
        "--ui-disable-news-fetch",
        f"--db-filename={layout.folder / 'temporal.sqlite'}",
        "--sqlite-pragma=journal_mode=WAL",
        "--sqlite-pragma=synchronous=NORMAL",
        "--log-level=error",
        # One partition: the rate of the mail queue is exact only then.
        "--dynamic-config-value=matching.numTaskqueueReadPartitions=1",
        "--dynamic-config-value=matching.numTaskqueueWritePartitions=1",
        *search_attribute_flags(),
    )

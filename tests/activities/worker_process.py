"""A worker as a process of its own, on a queue of its own: ``python -m … QUEUE``."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from cli.run import run
from cli.temporal import connect_to_temporal
from database.engine import database_at
from settings import WorkerSettings, load_settings
from simulated_tenant.testing import TENANT_ID
from tests.activities.ground import CLIENT_ID, SECRET
from tests.activities.stage import PUBLIC_BASE_URL, Stage
from worker.build import build_workers
from worker.graph import open_graph


def environment(stage: Stage) -> dict[str, str]:
    """Return the settings of a worker for this stage, as an admin would write them down."""
    return {
        "SIMULATED_TENANT": "on",
        "TENANT_ID": TENANT_ID,
        "CLIENT_ID": CLIENT_ID,
        "CLIENT_SECRET": SECRET,
        "AUTHORITY_HOST": stage.ground.running.origin,
        "GRAPH_BASE_URL": stage.ground.running.graph_url,
        "CA_BUNDLE": str(stage.ground.running.ca_path),
        "ENFORCEMENT_GROUP_ID": stage.group.id,
        "EXCLUDED_GROUP_ID": stage.excluded_group.id,
        "SITE_ID": stage.ground.site.id,
        "LIST_ID": stage.rows.definition.id,
        "SENDER_MAILBOXES": stage.sender,
        "TRACKING_TOKEN_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "PUBLIC_BASE_URL": PUBLIC_BASE_URL,
        "COMPANY_NAME": "Contoso",
        "SUPPORT_EMAIL": "it@contoso.example",
        "DATABASE_URL": f"sqlite+aiosqlite:///{stage.database.url.database}",
        "MAIL_PER_MINUTE": "6000",
        "REGISTRATION_CHECKS_PER_10S": "1000",
    }


async def start(
    stage: Stage, queue: str, temporal_address: str, folder: Path
) -> asyncio.subprocess.Process:
    """Start the process; who starts it ends it. Its output goes to a file in the folder."""
    with (folder / "worker.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            __name__,
            queue,
            env={
                "PATH": os.environ["PATH"],
                "TEMPORAL_ADDRESS": temporal_address,
                **environment(stage),
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


async def work(queue: str) -> None:
    """Work until the process is ended."""
    settings = load_settings(WorkerSettings)
    client = await connect_to_temporal()
    async with AsyncExitStack() as stack:
        graph = await stack.enter_async_context(open_graph(settings))
        database = database_at(settings.database_address, settings.data_dir)
        for worker in build_workers(client, graph, database, settings, queue):
            await stack.enter_async_context(worker)
        await asyncio.Event().wait()


if __name__ == "__main__":
    run(work(sys.argv[1]), many_sockets=True)

"""Workers as the product builds them, in the test's own process, for a stage of a tenant."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from temporalio.client import Client

from settings import WorkerSettings
from tests.activities import worker_process
from tests.activities.stage import Stage
from worker.build import build_workers


@asynccontextmanager
async def working(client: Client, stage: Stage, queue: str, **settings: Any) -> AsyncIterator[None]:
    """Work on a queue until the block ends; settings are written in lower case."""
    written = {name.lower(): value for name, value in worker_process.environment(stage).items()}
    values: dict[str, Any] = written | settings
    async with AsyncExitStack() as stack:
        for worker in build_workers(
            client, stage.graph, stage.database, WorkerSettings(**values), queue
        ):
            await stack.enter_async_context(worker)
        yield

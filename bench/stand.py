"""What is measured: Temporal, a simulated tenant, an API and workers, as processes."""

import asyncio
import base64
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from temporalio.client import Client

from bench.bare import READY
from bench.process_use import ProcessUse
from bench.temporal_server import GivenServer, end_all, temporal_server
from database.engine import Database, database_at
from demo.commands import parts_of, run_verb
from demo.layout import Layout, free_ports
from demo.processes import Process, Processes
from demo.tenant_settings import DemoTenant

DAY_SECONDS = 86_400.0
NO_LIMIT = "100000"
# Many clients are one here, and each may do only so much.
_MANY_CLIENTS = {"TRUSTED_PROXIES": "127.0.0.1"}


@dataclass(kw_only=True)
class Stand:
    """Everything that is up for the whole benchmark, and what else can be started beside it."""

    layout: Layout
    tenant: DemoTenant
    client: Client
    temporal: Mapping[str, str]
    control: httpx.AsyncClient
    database: Database

    @property
    def token_key(self) -> bytes:
        """The key of the links."""
        return base64.b64decode(self.layout.token_key)

    @asynccontextmanager
    async def worker(
        self, *, data: Path | None = None, **settings: str
    ) -> AsyncIterator[ProcessUse]:
        """Run a worker of the product, with tables of its own where ``data`` is a folder."""
        layout = replace(self.layout, data=data or self.layout.data)
        if data is not None:
            await run_verb(layout, self.tenant, "migrate")
        _, (worker, _) = parts_of(layout, self.tenant, self.control)
        unlimited = {
            "MAIL_PER_MINUTE": NO_LIMIT,
            "MAIL_PER_HOUR": NO_LIMIT,
            "MAIL_PER_DAY": NO_LIMIT,
            "EXCLUDED_GROUP_ID": self.tenant.excluded_group_id,
        }
        env = {**worker.env, **unlimited, **self.temporal, **settings}
        async with self._running(replace(worker, env=env)) as use:
            yield use

    @asynccontextmanager
    async def bare_worker(self) -> AsyncIterator[ProcessUse]:
        """Run a worker for bare workflows."""
        name = "bare worker"
        log = self.layout.folder / "bare-worker.log"

        async def is_ready() -> bool:
            return READY in log.read_text(errors="replace")

        command = (sys.executable, "-m", "bench.bare")
        async with self._running(
            Process(name=name, command=command, env={**self.temporal}, ready=is_ready)
        ) as use:
            yield use

    @asynccontextmanager
    async def api_without_temporal(self) -> AsyncIterator[tuple[str, ProcessUse]]:
        """Run an API that can't reach Temporal, so that it keeps what comes and delivers none.

        It serves links alone: a portal draws plots behind its readiness, amid the opens.
        """
        port, nowhere = free_ports(2)
        url = f"http://127.0.0.1:{port}"
        _, (_, api) = parts_of(self.layout, self.tenant, self.control)
        env = {
            **api.env,
            **_MANY_CLIENTS,
            **dict.fromkeys(self.temporal, ""),
            "TEMPORAL_ADDRESS": f"127.0.0.1:{nowhere}",
            "API_PORT": str(port),
            "SERVE": "links",
            "OUTBOX_PATH": str(self.layout.folder / "outbox-of-the-second.sqlite"),
        }

        async def answers() -> bool:
            try:
                return (await self.control.get(f"{url}/api/track-open")).is_success
            except httpx.TransportError:
                return False

        second = replace(api, name="second API", env=env, ready=answers)
        async with self._running(second) as use:
            yield url, use

    async def end_enrolments(self) -> None:
        """Terminate the workflows that are left, so that they cost the next measurement nothing."""
        await end_all(self.client)

    @asynccontextmanager
    async def _running(self, process: Process) -> AsyncIterator[ProcessUse]:
        async with Processes(self.layout.folder) as processes:
            await processes.start(process)
            yield ProcessUse(processes.guard(process.name))


@asynccontextmanager
async def standing(tenant: DemoTenant, given: GivenServer | None) -> AsyncIterator[Stand]:
    """Start what all measurements need: Temporal unless it is given, the tenant, and the API.

    Raises:
        DemoError: a part didn't come up, or the given namespace has enrolments in it.
    """
    with tempfile.TemporaryDirectory(prefix="mfa-rollout-bench-") as name:
        layout = Layout.fresh(Path(name), DAY_SECONDS)
        async with (
            httpx.AsyncClient(base_url=layout.tenant, trust_env=False, timeout=60) as control,
            Processes(layout.folder) as processes,
        ):
            (temporal, simulated), (_, api) = parts_of(layout, tenant, control, acting=False)
            servers = [simulated] if given else [temporal, simulated]
            await asyncio.gather(processes.start(*servers), run_verb(layout, tenant, "migrate"))
            async with temporal_server(layout, given) as (client, environment):
                await processes.start(replace(api, env={**api.env, **_MANY_CLIENTS, **environment}))
                database = database_at(None, layout.data_dir)
                try:
                    yield Stand(
                        layout=layout,
                        tenant=tenant,
                        client=client,
                        temporal=environment,
                        control=control,
                        database=database,
                    )
                finally:
                    await database.close()

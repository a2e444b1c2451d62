"""A rollout in which everything is in order, in this process, for `mfa-rollout doctor`."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dns.message
import dns.rrset
from starlette.types import ASGIApp, Receive, Scope, Send
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from api.app import create_app
from api.config import ApiDependencies
from api.services import Services
from database.engine import Database, default_url
from database.rollout.processes import read_processes
from domain.identifiers import TASK_QUEUE, mail_task_queue, registration_task_queue
from simulated_tenant import SimulatedTenant, population
from simulated_tenant.entra.apps import App
from simulated_tenant.sharepoint.lists import SharePointList
from simulated_tenant.testing import RunningTenant, running_tenant
from tests.api.running import config, served
from tests.support.connect_proxy import ConnectProxy, connect_proxy
from tests.support.eventually import eventually
from tests.support.in_process import run_in_process, settings_of
from tests.support.namespaces import own_namespace

# Only the proxy knows the way there.
NAME = "microsoft.simulated-tenant.test"
QUEUES = (TASK_QUEUE, registration_task_queue(TASK_QUEUE), mail_task_queue(TASK_QUEUE, 0))
SPF = "v=spf1 include:spf.protection.outlook.com -all"
# However busy the machine is.
PATIENCE = 600
LATELY = timedelta(minutes=5)


@dataclass
class Names(asyncio.DatagramProtocol):
    """A DNS server that knows these TXT records, and that nothing else exists."""

    records: dict[str, list[str]]
    transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:
        """Keep where answers go."""
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Answer a question."""
        assert self.transport is not None
        question = dns.message.from_wire(data)
        answer = dns.message.make_response(question)
        name = question.question[0].name.to_text().removesuffix(".")
        if texts := self.records.get(name):
            quoted = [f'"{text}"' for text in texts]
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *quoted))
        self.transport.sendto(answer.to_wire(), addr)


@dataclass
class Rollout:
    """Everything that doctor looks at, and doctor itself."""

    folder: Path
    running: RunningTenant
    https_proxy: ConnectProxy
    temporal: Client
    database: Database
    names: Names
    dns_server: str
    proxy: str
    # How far the tenant's clock is from ours.
    clock: list[timedelta]
    settings: dict[str, str] = field(default_factory=dict)
    # How long each look may take.
    seconds: int = PATIENCE

    @property
    def tenant(self) -> SimulatedTenant:
        """The tenant's own side."""
        return self.running.tenant

    @property
    def worker_app(self) -> App:
        """The worker's app registration."""
        found = self.tenant.apps.get(population.WORKER_CLIENT_ID)
        assert found is not None
        return found

    @property
    def tracking_list(self) -> SharePointList:
        """The tracking list."""
        found = self.tenant.sites.find_list(population.SITE_ID, population.LIST_ID)
        assert found is not None
        return found

    async def doctor(self, *words: str, **changes: str) -> tuple[int, str]:
        """Run doctor with these settings changed; return its status and what it printed."""
        environment = {**self.settings, **changes}
        limits = (f"--within={self.seconds}", f"--dns-server={self.dns_server}")
        status, printed, _ = await run_in_process(environment, "doctor", *words, *limits)
        return status, printed

    async def lines(self, **changes: str) -> tuple[int, list[dict[str, str]]]:
        """Run doctor with these settings changed; return its status and its lines."""
        status, printed = await self.doctor("--json", **changes)
        return status, json.loads(printed)["lines"]


@asynccontextmanager
async def rollout_in_order(
    folder: Path, temporal_address: str, template: Path
) -> AsyncIterator[Rollout]:
    """Run a tenant, a namespace of Temporal's, a database, an API and a DNS server."""
    clock = [timedelta(0)]
    tenant = SimulatedTenant(
        tenant_id=population.TENANT_ID, clock=lambda: datetime.now(UTC) + clock[0]
    )
    population.populate(tenant)
    shutil.copy(template, folder)
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(running_tenant(tenant, name=NAME))
        https_proxy = await stack.enter_async_context(connect_proxy())
        client = await own_namespace(temporal_address, scheduled=True)
        for queue in QUEUES:
            await stack.enter_async_context(_worker(client, queue))
        database = Database(default_url(folder))
        stack.push_async_callback(database.close)
        proxy = await stack.enter_async_context(api_behind_proxy(folder, client, database))
        names = Names(
            {population.DOMAIN: [SPF], f"_dmarc.{population.DOMAIN}": ["v=DMARC1; p=none"]}
        )
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: names, ("127.0.0.1", 0))
        stack.callback(transport.close)
        rollout = Rollout(
            folder=folder,
            running=running,
            https_proxy=https_proxy,
            temporal=client,
            database=database,
            names=names,
            dns_server="{}:{}".format(*transport.get_extra_info("sockname")),
            proxy=proxy,
            clock=clock,
        )
        rollout.settings |= {
            **settings_of(
                running, folder, temporal_address=temporal_address, namespace=client.namespace
            ),
            "HTTPS_PROXY_URL": https_proxy.url,
            "PUBLIC_BASE_URL": proxy,
        }
        yield rollout


@asynccontextmanager
async def api_behind_proxy(
    folder: Path, client: Client, database: Database, **forwarded: str
) -> AsyncIterator[str]:
    """Run an API that has reported itself, behind a proxy that adds headers; yield its address."""
    api = create_app(ApiDependencies(config=config(folder), client=client, database=database))
    services: Services = api.state.services

    async def has_reported() -> bool:
        async with database.reading() as connection:
            processes = await read_processes(connection, since=datetime.now(UTC) - LATELY)
        return services.instance in {one.process_id for one in processes}

    async with api.router.lifespan_context(api), served(_proxy(api, forwarded)) as address:
        await eventually(has_reported)
        yield address


def _proxy(api: ASGIApp, forwarded: Mapping[str, str]) -> ASGIApp:
    """Return what stands before the API and adds headers, as a proxy does."""

    async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
        more = [
            (name.replace("_", "-").encode(), value.encode()) for name, value in forwarded.items()
        ]
        await api({**scope, "headers": [*scope["headers"], *more]}, receive, send)

    return proxy


@activity.defn
async def nothing() -> None:
    """Do nothing."""


def _worker(client: Client, queue: str) -> Worker:
    return Worker(client, task_queue=queue, activities=[nothing])

"""The real product in this process, against a simulated tenant, with all it says to Graph recorded.

Real workflows, workers, activities, msal and TLS; a day lasts a third of a second.
"""

import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle

from activities.imports.part import PartInput
from database.engine import database_at
from database.migrate import upgrade
from database.rollout.completeness import Completeness
from domain.enrolment.messages import AdminRequest, LinkClicked
from domain.enrolment.policy import Policy
from domain.identifiers import enrolment_workflow_id
from domain.imports.rows import Row
from domain.status import Source
from graph.http.client import GraphClient
from graph.http.exchange import HttpxExchange
from graph.http.transport import open_http
from graph.sign_in.tokens import TokenSource
from graph.tracking_list import TrackingList
from settings import WorkerSettings
from simulated_tenant import SimulatedTenant
from simulated_tenant.directory.users import User
from simulated_tenant.testing import TENANT_ID, RunningTenant, running_tenant
from tests.contract.admin_guide import documented
from tests.contract.simulated import CLIENT_ID, SENDER, Things, things
from tests.support.eventually import eventually
from tests.support.microsoft import connection_to, way_to
from tests.truth.exchanges import Recorder
from worker.build import build_workers
from workflows.enrolment.workflow import EnrolmentWorkflow
from workflows.imports.batch import BatchWorkflow

DAY = timedelta(seconds=0.35)
POLICY = Policy().sped_up(DAY)
SECRET = "the-secret-of-the-journeys-0123456789"
ADMIN = AdminRequest(actor="admin@contoso.example", reason="the journeys are over")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """A rollout that is under way."""

    made: Things
    client: Client
    graph: GraphClient
    excluded_group_id: str
    task_queue: str
    marks: Completeness

    @property
    def tenant(self) -> SimulatedTenant:
        """The tenant's own side."""
        return self.made.tenant

    @property
    def tracking_list(self) -> TrackingList:
        """Our side of the list."""
        return TrackingList(self.graph, self.made.site.id, self.made.list_id)

    def enrolment(self, user: User) -> WorkflowHandle[Any, Any]:
        """Return somebody's enrolment."""
        return self.client.get_workflow_handle(enrolment_workflow_id(user.id))

    async def import_people(self, *addresses: str) -> None:
        """Import people, and wait until all have started."""
        await self.carry_out(BatchWorkflow.run, part_of(*addresses))

    async def carry_out(self, run: Any, *input: Any) -> Any:
        """Carry out one of the small workflows."""
        return await self.client.execute_workflow(
            run, args=input, id=f"truth-{uuid4()}", task_queue=self.task_queue
        )

    async def row(self, user: User, **columns: Any) -> dict[str, Any]:
        """Wait until somebody's row holds these values, and return it."""

        def found() -> dict[str, Any] | None:
            rows = [row for row in self.tenant.list_items() if row.get("ObjectId") == user.id]
            held = [row for row in rows if columns.items() <= row.items()]
            return held[0] if held else None

        held: dict[str, Any] = await eventually(found)
        return held

    async def click(self, user: User) -> None:
        """Press the button behind the link."""
        event = LinkClicked(event_id=str(uuid4()), at=datetime.now(UTC))
        await self.enrolment(user).signal(EnrolmentWorkflow.link_clicked, event)

    async def cancel(self, *users: User) -> None:
        """End enrolments, so that nobody is mailed for ever."""
        for user in users:
            handle = self.enrolment(user)
            await handle.execute_update(EnrolmentWorkflow.cancel, ADMIN)


def part_of(*addresses: str) -> PartInput:
    """Return a part of an import."""
    return PartInput(
        batch_id=f"truth-{uuid4()}",
        rows=tuple(Row(line=line, address=name) for line, name in enumerate(addresses, start=2)),
        source=Source.CSV_UPLOAD,
        correlation_id=str(uuid4()),
        policy=POLICY,
    )


@asynccontextmanager
async def running_rollout(client: Client, recorder: Recorder) -> AsyncIterator[Rollout]:
    """Serve a tenant, and work on queues of one's own with the documented permissions."""
    made = things(SimulatedTenant(tenant_id=TENANT_ID, page_cap=3))
    app = made.register(CLIENT_ID, documented())
    app.secrets = [SECRET]
    made.tenant.apps.put(app)
    excluded = made.tenant.add_group("MFA excluded")
    task_queue = f"truth-{uuid4()}"
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(running_tenant(made.tenant))
        settings = _settings(running, made, excluded_group_id=excluded.id)
        tokens = TokenSource(connection_to(running, CLIENT_ID, SECRET))
        stack.callback(tokens.close)
        http = await stack.enter_async_context(open_http(way_to(running)))
        recorder.watch(http)
        graph = GraphClient(HttpxExchange(http), running.graph_url, tokens)
        folder = Path(stack.enter_context(TemporaryDirectory()))
        database = database_at(None, folder)
        stack.push_async_callback(database.close)
        await upgrade(database)
        for worker in build_workers(client, graph, database, settings, task_queue):
            await stack.enter_async_context(worker)
        yield Rollout(
            made=made,
            client=client,
            graph=graph,
            excluded_group_id=excluded.id,
            task_queue=task_queue,
            marks=Completeness(database),
        )


def _settings(running: RunningTenant, made: Things, *, excluded_group_id: str) -> WorkerSettings:
    written: dict[str, Any] = {
        "tracking_token_key": base64.b64encode(bytes(range(32))).decode(),
        "public_base_url": "https://mfa.contoso.example",
        "company_name": "Contoso",
        "support_email": "it@contoso.example",
        "tenant_id": TENANT_ID,
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "authority_host": running.origin,
        "graph_base_url": running.graph_url,
        "ca_bundle": running.ca_path,
        "enforcement_group_id": made.group_id,
        "excluded_group_id": excluded_group_id,
        "site_id": made.site.id,
        "list_id": made.list_id,
        "sender_mailboxes": SENDER,
        "simulated_tenant": True,
        # The rates are tested elsewhere, and would only cost time here.
        "mail_per_minute": 6000,
        "registration_checks_per_10s": 1000,
    }
    return WorkerSettings(**written)

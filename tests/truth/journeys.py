"""Journeys of several people through the real product, whose every exchange with Graph is kept.

Real workflows, workers, activities, msal and TLS, in this process, against a simulated tenant; a
day lasts a third of a second.
"""

import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle

from activities.batches import PartInput
from domain.identifiers import enrolment_workflow_id
from domain.import_file import Row
from domain.messages import AdminRequest, LinkClicked, ResendAddress
from domain.policy import Policy
from domain.status import Source
from graph.client import GraphClient
from graph.directory import Directory
from graph.groups import EnforcementGroup
from graph.mailbox import Mailbox, OutgoingMail
from graph.tokens import TokenSource
from graph.tracking_list import TrackingList
from graph.transport import open_http
from settings import WorkerSettings
from simulated_tenant import SimulatedTenant
from simulated_tenant.directory.methods import METHOD_TYPES
from simulated_tenant.directory.users import User
from simulated_tenant.faults import Fault
from tests.contract.simulated import CLIENT_ID, PERMISSIONS, SENDER, Things, things
from tests.support.tenant import TENANT_ID, RunningTenant, running_tenant
from tests.support.world import eventually
from tests.truth.exchanges import Exchange, Recorder
from worker import build_workers
from workflows.batch import BatchWorkflow
from workflows.enrolment import EnrolmentWorkflow
from workflows.resend_request import ResendRequestWorkflow

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
        batch_id = f"truth-{uuid4()}"
        rows = tuple(Row(line=line, address=name) for line, name in enumerate(addresses, start=2))
        part = PartInput(
            batch_id=batch_id,
            rows=rows,
            source=Source.CSV_UPLOAD,
            correlation_id=str(uuid4()),
            policy=POLICY,
        )
        await self.client.execute_workflow(
            BatchWorkflow.run, part, id=batch_id, task_queue=self.task_queue
        )

    async def row(self, user: User, **columns: Any) -> dict[str, Any]:
        """Wait until somebody's row holds these values, and return it."""

        def found() -> dict[str, Any] | None:
            rows = [row for row in self.tenant.list_items() if row.get("ObjectId") == user.id]
            held = [row for row in rows if columns.items() <= row.items()]
            return held[0] if held else None

        held: dict[str, Any] = await eventually(found, seconds=40)
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


async def recorded_journeys(client: Client) -> list[Exchange]:
    """Let everybody go their way, and return every exchange with Graph."""
    recorder = Recorder()
    async with running_rollout(client, recorder) as rollout:
        await _see_the_settings(rollout)
        await _from_the_invitation_to_active(rollout)
        await _reminded_until_the_manager_is_told(rollout)
        await _with_obstacles(rollout)
        await _withdrawn(rollout)
    return recorder.exchanges


async def _see_the_settings(rollout: Rollout) -> None:
    """What a worker looks at before it begins, and what an import of thousands reads."""
    await EnforcementGroup(rollout.graph, rollout.made.group_id).check()
    await rollout.tracking_list.check()
    assert [person async for person in Directory(rollout.graph).people()]


async def _from_the_invitation_to_active(rollout: Rollout) -> None:
    """Imported, invited, clicked, added to the group, registered; one by each method."""
    tenant = rollout.tenant
    ada = tenant.add_user("ada.active@contoso.example", department="Research")
    all_methods = tenant.add_user("all.methods@contoso.example")
    for method in METHOD_TYPES:
        tenant.register_method(all_methods.id, method)
    await rollout.import_people(
        ada.user_principal_name, all_methods.user_principal_name, "nobody@contoso.example"
    )
    await rollout.row(ada, InviteStatus="Sent")
    await rollout.click(ada)
    await rollout.row(ada, InviteStatus="AddedToGroup", InGroup=True)
    tenant.register_method(ada.id, "phone")
    await rollout.row(ada, InviteStatus="Active", MFARegistrationState="Registered")
    await rollout.row(all_methods, InviteStatus="Active")


async def _reminded_until_the_manager_is_told(rollout: Rollout) -> None:
    """Two reminders, then the manager: one who is there, and one who isn't."""
    tenant = rollout.tenant
    boss = tenant.add_user("boss.told@contoso.example")
    bob = tenant.add_user("bob.reminded@contoso.example", manager_id=boss.id)
    orphan = tenant.add_user("olga.orphan@contoso.example", mail="olga@contoso.example")
    await rollout.import_people(bob.user_principal_name, "olga@contoso.example")
    await rollout.row(bob, EscalatedToManager=True, ManagerUPN=boss.user_principal_name)

    def explained() -> bool:
        rows = [row for row in tenant.list_items() if row.get("ObjectId") == orphan.id]
        return "manager" in str(rows[0].get("ErrorDetails") or "")

    await eventually(explained)
    resend = ResendAddress(
        event_id=str(uuid4()), address=bob.user_principal_name, at=datetime.now(UTC)
    )
    await rollout.client.execute_workflow(
        ResendRequestWorkflow.run, resend, id=str(uuid4()), task_queue=rollout.task_queue
    )
    await rollout.row(bob, InviteStatus="Sent", ReminderCount=0)
    await rollout.cancel(bob, orphan)


async def _with_obstacles(rollout: Rollout) -> None:
    """A member already, a row that was there before, one deleted by hand, an empty page."""
    tenant = rollout.tenant
    tenant.faults.add(Fault(method="GET", path="/items", empty_page=True))
    mel = tenant.add_user("mel.member@contoso.example")
    tenant.add_member(rollout.made.group_id, mel.id)
    await rollout.tracking_list.create({"Title": mel.user_principal_name, "Source": "Manual"})
    excluded = tenant.add_user("exa.excluded@contoso.example")
    tenant.add_member(rollout.excluded_group_id, excluded.id)
    await rollout.import_people(mel.user_principal_name, excluded.user_principal_name)
    row = await rollout.row(mel, InviteStatus="Sent")
    await rollout.tracking_list.delete(row["id"])
    await rollout.click(mel)
    again = await rollout.row(mel, InviteStatus="AddedToGroup", InGroup=True)
    assert again["id"] != row["id"]
    await rollout.cancel(mel)


async def _withdrawn(rollout: Rollout) -> None:
    """A draft that nobody wants any more is deleted; from the deleted items, it is gone."""
    mailbox = Mailbox(rollout.graph, SENDER)
    mail = OutgoingMail(
        subject="Withdrawn", html="<p>x</p>", text="x", to_address=SENDER, to_name="x"
    )
    draft_id = await mailbox.create_draft(mail, key=str(uuid4()))
    await mailbox.delete(draft_id)
    await mailbox.delete(draft_id)
    assert await mailbox.read(draft_id) is None


@asynccontextmanager
async def running_rollout(client: Client, recorder: Recorder) -> AsyncIterator[Rollout]:
    """Serve a tenant, and work on queues of one's own with the documented permissions."""
    made = things(SimulatedTenant(tenant_id=TENANT_ID, page_cap=3))
    app = made.register(CLIENT_ID, PERMISSIONS)
    app.secrets = [SECRET]
    made.tenant.apps.put(app)
    excluded = made.tenant.add_group("MFA excluded")
    task_queue = f"truth-{uuid4()}"
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(running_tenant(made.tenant))
        settings = _settings(running, made, excluded_group_id=excluded.id)
        tokens = TokenSource(
            authority=running.authority,
            client_id=CLIENT_ID,
            credential=SECRET,
            instance_discovery=False,
            ca_bundle=running.ca_path,
        )
        stack.callback(tokens.close)
        http = await stack.enter_async_context(open_http(running.ca_path))
        recorder.watch(http)
        graph = GraphClient(http, running.graph_url, tokens)
        for worker in build_workers(client, graph, settings, task_queue):
            await stack.enter_async_context(worker)
        yield Rollout(
            made=made,
            client=client,
            graph=graph,
            excluded_group_id=excluded.id,
            task_queue=task_queue,
        )


def _settings(running: RunningTenant, made: Things, *, excluded_group_id: str) -> WorkerSettings:
    written = {
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

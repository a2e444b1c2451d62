"""The polling of a user alone, without the enrolment around it, on the product's own worker."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from pydantic import SecretStr
from temporalio import workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from domain.enrolment.state import EnrolmentInput, EnrolmentState
    from graph.http.client import GraphClient
    from settings import WorkerSettings
    from tests.activities.ground import CLIENT_ID, SECRET
    from tests.activities.stage import PUBLIC_BASE_URL, TOKEN_KEY, Stage
    from worker import registration
    from worker.build import SANDBOX, build_worker
    from worker.dependencies import Dependencies
    from workflows.enrolment.registration_poll import RegistrationPoll


@workflow.defn
class PollWorkflow:
    """Polls until there is something to be seen."""

    @workflow.run
    async def run(self, input: EnrolmentInput, state: EnrolmentState) -> None:
        """Poll."""
        poll = RegistrationPoll(input)
        await poll.look(state)
        await workflow.wait_condition(lambda: poll.done)


class Polls:
    """People who are polled on one queue."""

    def __init__(self, client: Client, queue: str) -> None:
        """Start with nobody."""
        self._client = client
        self._queue = queue
        self._handles: list[WorkflowHandle[Any, Any]] = []

    async def add(self, input: EnrolmentInput, state: EnrolmentState | None = None) -> None:
        """Begin to poll somebody."""
        handle = await self._client.start_workflow(
            PollWorkflow.run,
            args=[input, state or EnrolmentState()],
            id=f"{self._queue}-{input.object_id}",
            task_queue=self._queue,
        )
        self._handles.append(handle)

    async def end(self) -> None:
        """End all of it."""
        for handle in self._handles:
            await handle.terminate("a test")


@asynccontextmanager
async def polling_at(client: Client, stage: Stage, checks_per_10s: float) -> AsyncIterator[Polls]:
    """Work on a registration queue as the product's worker does, at such a rate."""
    queue = str(uuid4())
    running, ground = stage.ground.running, stage.ground
    settings = WorkerSettings(
        simulated_tenant=True,
        tenant_id=running.tenant.tenant_id,
        client_id=CLIENT_ID,
        client_secret=SecretStr(SECRET),
        authority_host=running.origin,
        graph_base_url=running.graph_url,
        registration_checks_per_10s=checks_per_10s,
        sender_mailboxes=(stage.sender,),
        site_id=ground.site.id,
        list_id=stage.rows.definition.id,
        enforcement_group_id=stage.group.id,
        tracking_token_key=SecretStr(b64encode(TOKEN_KEY).decode()),
        public_base_url=PUBLIC_BASE_URL,
        company_name="Contoso",
        support_email="it@contoso.example",
    )
    # As the product's worker has one before it polls: the first call is as quick as any.
    await ground.tokens.token()
    # With the patience of every other call: the product's worker takes it away for these.
    graph = GraphClient(ground.http, running.graph_url, ground.tokens)
    needs = Dependencies(
        client=client,
        graph=graph,
        database=stage.database,
        settings=settings,
        task_queue=queue,
    )
    (of_looks,) = [part for part in registration.register(needs) if part.queue != queue]
    polling = build_worker(client, of_looks)
    polls = Polls(client, queue)
    workflows = Worker(client, task_queue=queue, workflows=[PollWorkflow], workflow_runner=SANDBOX)
    try:
        async with workflows, polling:
            yield polls
    finally:
        # Only now: the SDK stumbles over an activity that ends while it is being cancelled.
        await polls.end()

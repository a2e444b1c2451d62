"""Workflows and activities leave spans where traces are wanted, with no input and no result."""

import re
from contextlib import AsyncExitStack

from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio.client import Client

from database.engine import Database
from domain.identifiers import enrolment_workflow_id
from telemetry.traces import tracing
from temporal.connect import DATA_CONVERTER
from tests.activities.stage import grounded, set_up
from tests.support.working import working
from tests.support.world import eventually
from workflows.enrolment.workflow import EnrolmentWorkflow


async def test_an_enrolment_is_traced_by_names_and_ids(
    temporal_address: str, sqlite_database: Database
) -> None:
    """Its start, its workflow and its activities are one trace that doesn't say who it is about."""
    spans = InMemorySpanExporter()
    traced = tracing(SimpleSpanProcessor(spans), service="mfa-rollout-worker")
    client = await Client.connect(
        temporal_address, data_converter=DATA_CONVERTER, interceptors=[traced]
    )
    async with AsyncExitStack() as stack:
        ground = await stack.enter_async_context(grounded())
        stage = set_up(ground, client, sqlite_database)
        user, queue = stage.user(), "traced"
        await stack.enter_async_context(working(client, stage, queue))
        await client.start_workflow(
            EnrolmentWorkflow.run,
            stage.enrolment(user),
            id=enrolment_workflow_id(user.id),
            task_queue=queue,
        )
        await eventually(lambda: stage.items() and stage.item().get("InviteStatus") == "Sent")
    found = spans.get_finished_spans()
    names = {span.name for span in found}
    assert {
        "StartWorkflow:EnrolmentWorkflow",
        "RunActivity:look_up_and_adopt",
        "RunActivity:deliver_mail",
    } <= names
    (start,) = [span for span in found if span.name.startswith("StartWorkflow")]
    assert start.context is not None
    assert {span.context.trace_id for span in found if span.context} == {start.context.trace_id}
    assert start.resource.attributes["service.name"] == "mfa-rollout-worker"
    told = "".join(span.to_json() for span in found)
    assert user.id in told
    assert not re.search(rf"@|{user.display_name}", told)

"""Builds one Temporal worker for each queue, from what the areas register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import Client
from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import Worker, WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info, SandboxImportNotificationPolicy

from database.engine import Database
from domain.identifiers import TASK_QUEUE
from graph.http.client import GraphClient
from settings import WorkerSettings
from telemetry.log_context import LogContextInterceptor
from temporal.failures import FailureInterceptor
from temporal.interceptors.clocks import ClockInterceptor
from temporal.interceptors.correlation import CorrelationInterceptor
from temporal.interceptors.heartbeats import HeartbeatInterceptor
from worker import enrolment, imports, mail, registration, rollout, tracking_list
from worker.dependencies import Dependencies
from worker.queues import OnQueue, merged

AREAS = (enrolment, imports, mail, registration, rollout, tracking_list)
WORKFLOWS: tuple[type, ...] = tuple(workflow for area in AREAS for workflow in area.WORKFLOWS)
INTERCEPTORS = (
    CorrelationInterceptor(),
    FailureInterceptor(),
    ClockInterceptor(),
    HeartbeatInterceptor(),
    LogContextInterceptor(),
)
GRACEFUL_SHUTDOWN = timedelta(seconds=10)

# Python runs workflow code on one core, however many there are, and a task that isn't done in ten
# seconds is thrown away and begun anew, by another worker or by the same. So no more are begun at
# once than a slow core finishes. Measured with 60 people due and none of them in memory: on a tenth
# of a core the SDK's 100 at once finish nobody in four minutes and throw 120 tasks away, 20 at once
# finish 41 people and throw 60 away, 5 finish everybody in a minute and throw none away. On a whole
# core 5 are as quick as 100.
WORKFLOW_TASKS_AT_ONCE = 5


@dataclass(frozen=True)
class ContextFreeRunner(SandboxedWorkflowRunner):
    """Runs workflows in the sandbox, with a converter that doesn't ask which command it works for.

    The SDK enters the sandbox four times for each payload of a command to find that out, which is a
    quarter of what a workflow task costs. Our converter, our codec and our lack of an external
    storage treat all payloads alike.
    """

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Create an instance that knows no context."""
        return _ContextFree(super().create_instance(det))


class _ContextFree(WorkflowInstance):
    def __init__(self, sandboxed: WorkflowInstance) -> None:
        self._sandboxed = sandboxed

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._sandboxed.activate(act)

    def get_info(self) -> Info:
        return self._sandboxed.get_info()

    def get_thread_id(self) -> int | None:
        return self._sandboxed.get_thread_id()

    def get_serialization_context(self, command_info: Any) -> None:  # noqa: ARG002 - the SDK's
        return None

    def get_external_store_context(self, command_info: Any) -> StorageDriverStoreContext:  # noqa: ARG002
        return StorageDriverStoreContext(target=None)


# A workflow's module is made anew for each run, which of the enrolment's took three milliseconds.
# This one is made once: of what the sandbox refuses there it imports nothing
# (tests/worker/test_sandbox.py), and built-in functions are refused in it all the same.
MADE_ONCE = "workflows.enrolment.workflow"
# A forgotten pass-through is an error when a workflow is loaded, not a silent import at every run.
RESTRICTIONS = SandboxRestrictions.default.with_import_notification_policy(
    SandboxImportNotificationPolicy.WARN_ON_DYNAMIC_IMPORT
    | SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
)
SANDBOX = ContextFreeRunner(restrictions=RESTRICTIONS.with_passthrough_modules(MADE_ONCE))


def build_workers(
    client: Client,
    graph: GraphClient,
    database: Database,
    settings: WorkerSettings,
    task_queue: str = TASK_QUEUE,
) -> Sequence[Worker]:
    """Return a worker for each queue: the common one, registrations, and every sender mailbox."""
    needs = Dependencies(
        client=client, graph=graph, database=database, settings=settings, task_queue=task_queue
    )
    parts = [part for area in AREAS for part in area.register(needs)]
    return [build_worker(client, queue) for queue in merged(parts)]


def build_worker(client: Client, queue: OnQueue) -> Worker:
    """Return the worker of one queue."""
    return Worker(
        client,
        task_queue=queue.queue,
        workflows=queue.workflows,
        activities=queue.activities,
        workflow_runner=SANDBOX,
        interceptors=INTERCEPTORS,
        max_concurrent_workflow_tasks=WORKFLOW_TASKS_AT_ONCE,
        max_concurrent_activities=queue.at_once,
        max_task_queue_activities_per_second=queue.per_second,
        max_activities_per_second=queue.per_second if queue.exact else None,
        graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
    )

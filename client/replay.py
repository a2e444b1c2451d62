"""Replaying what is running against the workflow code of this version, before it is deployed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from temporalio.client import Client, WorkflowExecution, WorkflowHistory
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer, WorkflowRunner
from temporalio.workflow import NondeterminismError

from domain.plain_text import bounded_line
from temporal.encryption.names import is_hashed
from temporal.search_attributes import USER_PRINCIPAL_NAME
from temporal.stuck_workflows import OURS

# What went wrong is told by the beginning of it: code may put anything into an error.
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One running workflow, and why this version's code can't go on with it; None: it can.

    ``nondeterministic`` says that the code asks for other commands than the history holds; else it
    raised an error. ``user_principal_name`` is for the eyes of an admin, not for logs.
    """

    workflow_id: str
    run_id: str
    workflow_type: str
    user_principal_name: str | None
    reason: str | None = None
    nondeterministic: bool = False


async def count_running(client: Client) -> int:
    """Return how many of our workflows run in the namespace.

    Raises:
        RPCError: Temporal can't be reached.
    """
    return (await client.count_workflows(OURS)).count


async def replay_running(
    client: Client,
    workflows: Sequence[type],
    *,
    runner: WorkflowRunner,
    limit: int | None = None,
) -> AsyncIterator[Replayed]:
    """Replay the histories of our running workflows, of all types, one after another.

    Reads only. One history at a time is in memory, so that there may be any number of them. What
    ends meanwhile, and is deleted, is left out.

    Args:
        client: of the namespace.
        workflows: the classes of this version.
        runner: the one that workers use.
        limit: how many to replay at most, the youngest first; None for all.

    Raises:
        RPCError: Temporal can't be reached.
        UnreadablePayload: a history is encrypted, and this process lacks the key.
    """
    under_way: list[WorkflowExecution] = []

    async def histories() -> AsyncIterator[WorkflowHistory]:
        async for execution in client.list_workflows(OURS, limit=limit):
            try:
                history = await _history(client, execution)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                continue
            under_way[:] = [execution]
            yield history

    replayer = Replayer(
        workflows=workflows,
        workflow_runner=runner,
        namespace=client.namespace,
        data_converter=client.data_converter,
        # A slow machine is no reason to get stuck: a task may take as long as it does.
        debug_mode=True,
        # Failures are the result here, and not for the log: code may put names into them.
        runtime=Runtime(telemetry=TelemetryConfig(logging=None)),
    )
    async with replayer.workflow_replay_iterator(histories()) as results:
        async for result in results:
            yield _replayed(under_way[0], result.replay_failure)


async def _history(client: Client, execution: WorkflowExecution) -> WorkflowHistory:
    handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
    history = await handle.fetch_history()
    # Else each workflow would be told of as one that fails, in words of the SDK.
    given = history.events[0].workflow_execution_started_event_attributes.input.payloads
    await client.data_converter.decode(given)
    return history


def _replayed(execution: WorkflowExecution, failure: Exception | None) -> Replayed:
    found: Any = execution.typed_search_attributes.get(USER_PRINCIPAL_NAME)
    return Replayed(
        workflow_id=execution.id,
        run_id=execution.run_id,
        workflow_type=execution.workflow_type,
        user_principal_name=found if found and not is_hashed(found) else None,
        reason=bounded_line(str(failure), LONGEST_REASON) if failure else None,
        nondeterministic=isinstance(failure, NondeterminismError),
    )

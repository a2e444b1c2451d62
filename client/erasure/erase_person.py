"""Erasing a person, as an admin asks for it."""

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from domain.identifiers import ENROLMENT_WORKFLOW, ERASURE_PREFIX, TASK_QUEUE, object_id_of
from domain.tables.erasure import ErasureReport
from temporal.encryption.environment import names_of
from temporal.histories import delete_ended, runs_of
from workflows.erasure import ErasureInput, ErasureWorkflow


async def erase_person(
    client: Client, erasure: ErasureInput, *, task_queue: str = TASK_QUEUE
) -> ErasureReport:
    """Erase a person, wait until that is done, and delete the erasure's own executions.

    Once it has started it goes on whatever happens to the caller. Idempotent: an erasure that is
    under way is joined and does what this one asks for, too, and one that is repeated deletes what
    is there again.

    Raises:
        WorkflowFailureError: somebody has to act first; what was deleted stays so.
        RPCError: Temporal can't be reached.
    """
    handle = await client.start_workflow(
        ErasureWorkflow.run,
        erasure,
        id=f"{ERASURE_PREFIX}{erasure.object_id}",
        task_queue=task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary="Erasure of a person",
        start_signal="also_erase",
        start_signal_args=[erasure],
    )
    report = await handle.result()
    for run_id in await runs_of(client, handle.id):
        await delete_ended(client, handle.id, run_id)
    return report


async def object_ids_of(client: Client, upn: str) -> set[str]:
    """Return the ObjectIds of all people whose enrolments have this user principal name.

    Reads visibility, which lags by about a second.
    """
    query = f"WorkflowType = '{ENROLMENT_WORKFLOW}' AND {names_of(client).condition(upn)}"
    return {object_id_of(one.id) async for one in client.list_workflows(query)}

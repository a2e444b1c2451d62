"""Tries a mailbox that may not send, now instead of in half an hour."""

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from domain.identifiers import sender_probe_workflow_id
from workflows.sender_probe import SenderProbeInput, SenderProbeWorkflow


async def probe_mailbox(client: Client, sender: int, *, task_queue: str) -> None:
    """Send a probe from a mailbox, named by its place among those configured.

    A workflow that waits for its next probe is replaced: there is one for each mailbox.

    Raises:
        RPCError: Temporal can't be reached.
    """
    await client.start_workflow(
        SenderProbeWorkflow.run,
        SenderProbeInput(sender=sender),
        id=sender_probe_workflow_id(task_queue, sender),
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
    )

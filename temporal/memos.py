"""What workflows tell without being asked: their memos."""

from collections.abc import Mapping
from typing import Any

from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus

from temporal.encryption.unreadable import UnreadablePayload


async def memo_of(description: WorkflowExecutionDescription) -> Mapping[str, Any]:
    """Return a workflow's memo; of one that has ended, nothing where its key was lost.

    What was ended since nothing can read it any more must not hold up what is begun in its place.

    Raises:
        UnreadablePayload: it runs, and this process lacks the key.
    """
    try:
        return await description.memo()
    except UnreadablePayload:
        if description.status is WorkflowExecutionStatus.RUNNING:
            raise
        return {}

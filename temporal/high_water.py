"""The high-water mark of our tables, kept apart from them by the control workflow."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from domain.identifiers import CONTROL_WORKFLOW_ID, HIGH_WATER_MARK
from temporal.memos import memo_of
from temporal.refusals import is_workflow_not_found


async def read_high_water(client: Client, *, rpc_timeout: timedelta | None = None) -> int:
    """Return the mark, 0 where none was ever kept; answered without a worker.

    Raises:
        RPCError: Temporal can't be reached.
        UnreadablePayload: the workflow that keeps it runs, and this process lacks its key.
    """
    handle = client.get_workflow_handle(CONTROL_WORKFLOW_ID)
    try:
        description = await handle.describe(rpc_timeout=rpc_timeout)
    except RPCError as error:
        if is_workflow_not_found(error):
            return 0
        raise
    return int((await memo_of(description)).get(HIGH_WATER_MARK) or 0)

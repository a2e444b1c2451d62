"""The high-water mark of our tables, kept apart from them by the control workflow."""

from datetime import timedelta

from temporalio.client import Client

from domain.identifiers import CONTROL_WORKFLOW_ID, HIGH_WATER_MARK


async def read_high_water(client: Client, *, rpc_timeout: timedelta | None = None) -> int:
    """Return the mark; answered without a worker.

    Raises:
        RPCError: nothing is kept yet (NOT_FOUND), or Temporal can't be reached.
    """
    handle = client.get_workflow_handle(CONTROL_WORKFLOW_ID)
    description = await handle.describe(rpc_timeout=rpc_timeout)
    return int((await description.memo()).get(HIGH_WATER_MARK) or 0)

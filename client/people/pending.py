"""What has become of a request that no worker had answered when it was made."""

from datetime import timedelta

from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from client.enrolments import EnrolmentHandle
from client.requests import Answer

_WITHIN = timedelta(milliseconds=500)


async def look_up_request(handle: EnrolmentHandle, request_id: str) -> Answer:
    """Return what has become of a request that an enrolment was asked, without asking again.

    Raises:
        WorkflowUpdateFailedError: it was refused.
    """
    update = handle.get_update_handle(request_id)
    try:
        await update.result(rpc_timeout=_WITHIN)
    except (WorkflowUpdateRPCTimeoutOrCancelledError, RPCError):
        return Answer.RECORDED
    return Answer.DONE

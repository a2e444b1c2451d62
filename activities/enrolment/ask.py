"""The one way to ask an enrolment for something as an admin, whoever passes the request on."""

from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError

from domain.enrolment.messages import AdminAsked, AdminRequest, Signal, Update
from temporal.refusals import is_workflow_not_found
from temporal.updates import Answer, answered_or_recorded


class EnrolmentEndedError(Exception):
    """The enrolment has ended, and takes no requests any more."""


async def ask_enrolment(
    handle: WorkflowHandle[Any, Any], update: Update, request: AdminRequest, *, within: timedelta
) -> Answer:
    """Ask an enrolment for something as an admin; wait for the answer so long at most.

    Temporal may forget an update that no worker has accepted, but no signal. So a request without
    an answer is signalled, too, under the same id.

    Raises:
        EnrolmentEndedError: it is too late.
        WorkflowUpdateFailedError: it refuses, and says why.
        RPCError: Temporal can't be reached.
    """

    async def ask() -> None:
        await handle.execute_update(
            update.value, request, id=request.request_id, rpc_timeout=within
        )

    async def record() -> None:
        event = AdminAsked(
            event_id=request.request_id, at=datetime.now(UTC), update=update, request=request
        )
        await handle.signal(Signal.ADMIN_ASKED, event)

    try:
        return await answered_or_recorded(handle, request.request_id, ask, record)
    except RPCError as error:
        if not is_workflow_not_found(error):
            raise
        raise EnrolmentEndedError from None

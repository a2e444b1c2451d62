"""Asking a workflow for something: answered in seconds, or kept by Temporal without a worker."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import StrEnum
from typing import Any

from temporalio.client import WorkflowHandle, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from temporal.refusals import is_workflow_stuck

LOOK_UP_WITHIN = timedelta(milliseconds=500)


class Answer(StrEnum):
    """What became of a request that wasn't refused."""

    DONE = "done"
    RECORDED = "recorded"
    """No worker has answered; Temporal keeps the request until one runs."""
    TEMPORAL_AWAY = "temporal-away"
    """Temporal can't be reached. Our tables hold the stop of all mail, the only one answered so."""


async def answered_or_recorded(
    handle: WorkflowHandle[Any, Any],
    request_id: str,
    ask: Callable[[], Awaitable[None]],
    record: Callable[[], Awaitable[None]],
) -> Answer:
    """Ask by an update with this id; where no worker answers in time, ``record`` the request.

    Temporal may forget an update that no worker has accepted, but no signal. It passes none to a
    workflow whose code fails, or that no worker can read: that one hears of it when it goes on.
    """
    try:
        await ask()
    except WorkflowUpdateRPCTimeoutOrCancelledError:
        # The answer may have been lost alone: the update is looked up by its id.
        try:
            await handle.get_update_handle(request_id).result(rpc_timeout=LOOK_UP_WITHIN)
        except (WorkflowUpdateRPCTimeoutOrCancelledError, RPCError):
            await record()
            return Answer.RECORDED
    except RPCError as error:
        if not is_workflow_stuck(error):
            raise
        await record()
        return Answer.RECORDED
    return Answer.DONE

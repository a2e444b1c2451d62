"""Waiting for activities that must not be left half done, also while a workflow is cancelled."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

T = TypeVar("T")


def abandon(handle: workflow.ActivityHandle[T]) -> None:
    """Cancel an activity whose end nobody waits for; that it was cancelled is no error to log."""
    handle.add_done_callback(lambda done: done.cancelled() or done.exception())
    handle.cancel()


async def finished(handle: workflow.ActivityHandle[T]) -> T:
    """Await what must not be left half done, also while the workflow is being cancelled.

    The cancellation isn't lost: ``workflow.cancellation_reason`` still tells of it.
    """
    try:
        await workflow.wait_condition(handle.done)
    except asyncio.CancelledError:
        await workflow.wait_condition(handle.done)
    return await handle


async def unless_withdrawn(
    handle: workflow.ActivityHandle[T], wanted: Callable[[], bool]
) -> T | None:
    """Return the result, or None when it wasn't wanted any more before it had begun.

    An activity that waits for its turn or its next attempt is cancelled at once; one that runs is
    waited for, so that what it did is known.
    """
    try:
        await workflow.wait_condition(lambda: handle.done() or not wanted())
    except asyncio.CancelledError:
        # A result that arrived together with the cancellation would be lost by cancelling now:
        # conditions are looked at when everything else has run, and then the handle has it.
        await workflow.wait_condition(lambda: True)
    if not handle.done():
        handle.cancel()
    try:
        return await handle
    except ActivityError as error:
        if is_cancelled_exception(error):
            return None
        raise

"""One call to the enforcement group, which may be retried for hours."""

import asyncio
import contextlib
from collections.abc import Callable

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.group import GroupActivities
    from workflows import options
    from workflows.enrolment.activity_waits import unless_withdrawn


async def join(
    object_id: str, *, leaving: Callable[[], bool], slow: Callable[[], None]
) -> bool | None:
    """Add the user to the group: True when they are in it, False when they are excluded.

    None when the enrolment was ``leaving`` before the call was made. ``slow`` is called once when
    it takes long.

    Raises:
        ActivityError: somebody must mend something first.
    """
    handle = workflow.start_activity_method(
        GroupActivities.add_to_group,
        object_id,
        start_to_close_timeout=options.GRAPH_CALL,
        heartbeat_timeout=options.HEARTBEAT,
        retry_policy=options.PATIENT,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary="Add the user to the enforcement group",
    )
    # A cancellation isn't lost: ``leaving`` tells of it.
    with contextlib.suppress(asyncio.CancelledError):
        try:
            await workflow.wait_condition(
                lambda: handle.done() or leaving(),
                timeout=options.GROUP_GRACE,
                timeout_summary="The group call is slow",
            )
        except TimeoutError:
            slow()
    return await unless_withdrawn(handle, lambda: not leaving())

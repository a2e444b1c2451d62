"""One call to the enforcement group, which may be retried for hours."""

import asyncio
import contextlib
from collections.abc import Callable

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.group import GroupActivities
    from domain.enrolment import transitions
    from domain.enrolment.state import Concern, EnrolmentInput, EnrolmentState
    from workflows import options
    from workflows.enrolment.activity_waits import unless_withdrawn
    from workflows.enrolment.problems import problem_of
    from workflows.enrolment.texts import Step, summary


async def join(
    input: EnrolmentInput,
    state: EnrolmentState,
    *,
    leaving: Callable[[], bool],
    slow: Callable[[], None],
) -> None:
    """Add the user to the group, and apply what came of it to the state.

    Nothing came of it when the enrolment was ``leaving`` before the call was made. ``slow`` is
    called once when it takes long. After a failure that somebody has to fix it is tried again in an
    hour (``retry_blocked``).
    """
    try:
        added = await _added(input.object_id, leaving, slow)
    except ActivityError as error:
        problem_of(error, Concern.GROUP, state)
        state.group_not_before = workflow.now() + input.policy.retry_blocked
        return
    if added:
        transitions.added_to_group(state, workflow.now())
    elif added is not None:
        transitions.kept_out_of_group(state, workflow.now(), input.policy)


async def _added(
    object_id: str, leaving: Callable[[], bool], slow: Callable[[], None]
) -> bool | None:
    """Return whether the user is a member now: not when excluded; None: nothing was asked."""
    handle = workflow.start_activity_method(
        GroupActivities.add_to_group,
        object_id,
        start_to_close_timeout=options.GRAPH_CALL,
        heartbeat_timeout=options.HEARTBEAT,
        retry_policy=options.PATIENT,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=summary(Step.ADD_TO_GROUP),
    )
    # A cancellation isn't lost: ``leaving`` tells of it.
    with contextlib.suppress(asyncio.CancelledError):
        try:
            await workflow.wait_condition(
                lambda: handle.done() or leaving(),
                timeout=options.GROUP_GRACE,
                timeout_summary=summary(Step.GROUP_GRACE),
            )
        except TimeoutError:
            slow()
    return await unless_withdrawn(handle, lambda: not leaving())

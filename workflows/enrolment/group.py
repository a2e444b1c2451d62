"""One call to the enforcement group, which may be retried for hours."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, RetryState

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.group import GroupActivities
    from domain.enrolment import transitions
    from domain.enrolment.state import EnrolmentInput, EnrolmentState
    from domain.status import Concern, GroupAnswer
    from workflows import options
    from workflows.activity_waits import unless_withdrawn
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
    if added is GroupAnswer.EXCLUDED:
        transitions.kept_out_of_group(state, workflow.now(), input.policy)
    elif added is not None:
        by_us = added is GroupAnswer.ADDED
        transitions.added_to_group(state, workflow.now(), by_us=by_us)


async def _added(
    object_id: str, leaving: Callable[[], bool], slow: Callable[[], None]
) -> GroupAnswer | None:
    """Return what came of it; None: nothing was asked.

    The server itself ends the quick call after ``GROUP_GRACE``, which adds no timer to a history.
    The patient one begins when the last failure said that it may.
    """
    try:
        quick = _add(object_id, within=options.GROUP_GRACE)
        return await unless_withdrawn(quick, lambda: not leaving())
    except ActivityError as error:
        if error.retry_state is not RetryState.TIMEOUT:
            raise
        delay = error.cause.next_retry_delay if isinstance(error.cause, ApplicationError) else None
    slow()
    if delay:
        # A cancellation isn't lost: ``leaving`` tells of it.
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            await workflow.wait_condition(
                leaving, timeout=delay, timeout_summary=summary(Step.GROUP_RETRY)
            )
    if leaving():
        return None
    patient = _add(object_id, within=None)
    return await unless_withdrawn(patient, lambda: not leaving())


def _add(object_id: str, *, within: timedelta | None) -> workflow.ActivityHandle[GroupAnswer]:
    return workflow.start_activity_method(
        GroupActivities.add_to_group,
        object_id,
        schedule_to_close_timeout=within,
        start_to_close_timeout=options.GRAPH_CALL,
        heartbeat_timeout=options.HEARTBEAT,
        retry_policy=options.PATIENT,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        priority=options.GROUP,
        summary=summary(Step.ADD_TO_GROUP),
    )

"""The first step of an enrolment: the person and their row, waited for as long as it takes."""

import contextlib
from collections.abc import Callable
from dataclasses import replace

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.first_row import IntakeInput, IntakeResult
    from activities.enrolment.intake import IntakeActivities
    from domain.enrolment.state import EnrolmentInput, EnrolmentState
    from domain.failures import FailureType
    from domain.tracking_list.adoption import EVENTS_OF_INTAKE
    from temporal.failures import failure_type
    from workflows import options
    from workflows.activity_waits import unless_withdrawn
    from workflows.enrolment.row_mirror import RowMirror
    from workflows.enrolment.texts import Step, summary


async def look_up_and_adopt(
    enrolment: EnrolmentInput,
    state: EnrolmentState,
    mirror: RowMirror,
    *,
    leaving: Callable[[], bool],
    retries: Callable[[], int],
    blocked: Callable[[ActivityError], None],
) -> IntakeResult | None:
    """Look the person up and make or adopt their row; None when the enrolment was ``leaving``.

    ``blocked`` is told of each failure that somebody has to fix; then the look-up is tried again,
    an hour later or when an admin asks: ``retries`` is how often they have.

    Raises:
        ApplicationError: the directory never knew the user.
    """
    while not leaving():
        handle = workflow.start_activity_method(
            IntakeActivities.look_up_and_adopt,
            _input(enrolment, state, mirror),
            start_to_close_timeout=options.GRAPH_CALL,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            priority=options.INTAKE,
            summary=summary(Step.LOOK_UP),
        )
        try:
            result = await unless_withdrawn(handle, lambda: not leaving())
        except ActivityError as error:
            blocked(error)
            cause = error.cause
            kind = failure_type(cause)
            if isinstance(cause, ApplicationError) and kind is FailureType.USER_NOT_FOUND:
                raise ApplicationError(cause.message, type=kind, non_retryable=True) from None
            asked = retries()
            with contextlib.suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda asked=asked: leaving() or retries() != asked,  # type: ignore[misc]
                    timeout=enrolment.policy.retry_blocked,
                    timeout_summary=summary(Step.LOOK_UP_RETRY),
                )
            continue
        if result is not None:
            return result
    return None


def _input(enrolment: EnrolmentInput, state: EnrolmentState, mirror: RowMirror) -> IntakeInput:
    """Return what is known until now, and leave numbers for the events that intake tells."""
    early = replace(state)
    state.story_number += EVENTS_OF_INTAKE
    # The mirror may be at the row already, after a failure.
    return IntakeInput(enrolment=enrolment, early=early, writes_row=not mirror.started)

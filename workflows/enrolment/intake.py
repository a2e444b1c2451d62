"""The first step of an enrolment: the person and their row, waited for as long as it takes."""

import contextlib
from collections.abc import Callable

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.intake import IntakeActivities, IntakeResult
    from domain.enrolment.state import EnrolmentInput
    from workflows import options
    from workflows.enrolment.activity_waits import unless_withdrawn


async def look_up_and_adopt(
    input: EnrolmentInput, *, leaving: Callable[[], bool], blocked: Callable[[ActivityError], str]
) -> IntakeResult | None:
    """Look the person up and make or adopt their row; None when the enrolment was ``leaving``.

    ``blocked`` is told of each failure that somebody has to fix, and returns it in words; then the
    look-up is tried again.

    Raises:
        ApplicationError: the directory never knew the user.
    """
    while not leaving():
        begun_at = workflow.now()
        handle = workflow.start_activity_method(
            IntakeActivities.look_up_and_adopt,
            input,
            start_to_close_timeout=options.GRAPH_CALL,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary="Look the user up and make their row on the tracking list",
        )
        try:
            result = await unless_withdrawn(handle, lambda: not leaving())
        except ActivityError as error:
            message = blocked(error)
            cause = error.cause
            missing = isinstance(cause, ApplicationError) and cause.type == "NotFound"
            # A missing list is NotFound, too, but at once: a user counts as missing after a day.
            if missing and workflow.now() - begun_at >= input.policy.gone_after:
                raise ApplicationError(message, type="NotFound", non_retryable=True) from None
            with contextlib.suppress(TimeoutError):
                await workflow.wait_condition(
                    leaving,
                    timeout=input.policy.retry_blocked,
                    timeout_summary="Until the user is looked up again",
                )
            continue
        if result is not None:
            return result
    return None

"""Asking a worker when a mail may leave; the answer is recorded in the enrolment's history."""

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.mail.send_window import SendTimeInput, SendWindowActivities
    from domain.enrolment.send_times import LookUpSendTime, send_time_found
    from domain.enrolment.state import Concern, EnrolmentInput, EnrolmentState
    from workflows import options
    from workflows.enrolment.problems import problem_of


async def look_up(asked: LookUpSendTime, input: EnrolmentInput, state: EnrolmentState) -> None:
    """Ask, and remember the answer in the state.

    After a failure that somebody has to fix it is tried again in an hour (``retry_blocked``). A
    cancellation leaves the question open; the enrolment knows of it otherwise.
    """
    try:
        answer = await workflow.execute_local_activity_method(
            SendWindowActivities.send_time,
            SendTimeInput(
                question=asked.question,
                at=asked.at,
                object_id=input.object_id,
                policy=input.policy,
            ),
            start_to_close_timeout=options.IN_PROCESS,
            retry_policy=options.PATIENT,
        )
    except FailureError as error:
        # Failures of local activities aren't wrapped into an ``ActivityError``.
        if is_cancelled_exception(error):
            return
        problem_of(error, Concern.MAIL, state)
        state.mail_not_before = workflow.now() + input.policy.retry_blocked
        return
    send_time_found(state, asked, answer)

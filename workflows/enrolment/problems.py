"""What somebody has to fix before an enrolment can go on, remembered in its state."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.enrolment import problems
    from domain.enrolment.state import Concern, EnrolmentState


def problem_of(error: ActivityError, concern: Concern, state: EnrolmentState) -> None:
    """Remember why an activity failed for good, in its own words."""
    cause = error.cause
    # As text, an ``ApplicationError`` begins with its type.
    message = cause.message if isinstance(cause, ApplicationError) else str(cause or error)
    problems.problem_met(state, concern, message, workflow.now())

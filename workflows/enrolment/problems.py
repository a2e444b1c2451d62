"""What somebody has to fix before an enrolment can go on, remembered in its state."""

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from domain.enrolment import transitions
    from domain.enrolment.state import Concern, EnrolmentState
    from domain.plain_text import bounded_line


def problem_of(error: FailureError, concern: Concern, state: EnrolmentState) -> str:
    """Remember why an activity failed for good, and return it in words."""
    message = bounded_line(str(error.cause or error), transitions.LONGEST_MESSAGE)
    transitions.problem_met(state, concern, message, workflow.now())
    return message

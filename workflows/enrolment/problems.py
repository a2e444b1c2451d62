"""What somebody has to fix before an enrolment can go on, remembered in its state."""

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from domain.enrolment import problems
    from domain.enrolment.state import EnrolmentState
    from domain.status import Concern
    from temporal.failures import words_of


def problem_of(error: FailureError, concern: Concern, state: EnrolmentState) -> None:
    """Remember why an activity failed for good, in its own words."""
    problems.problem_met(state, concern, words_of(error.cause or error), workflow.now())

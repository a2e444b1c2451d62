"""What somebody has to fix before an enrolment can go on, remembered in its state."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from domain.enrolment import problems
    from domain.enrolment.state import Concern, EnrolmentState


def problem_of(error: ActivityError, concern: Concern, state: EnrolmentState) -> None:
    """Remember why an activity failed for good, in its own words."""
    message = str(error.cause or error)
    problems.problem_met(state, concern, message, workflow.now())

"""How a workflow refuses what an admin asks: a type for programs, and a sentence for people."""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.enrolment.messages import RequestRefusal
    from domain.enrolment.texts import refusal_text


def refused(refusal: RequestRefusal, **values: str) -> ApplicationError:
    """Return the error for an update's validator to raise; ``values`` is what its text mentions."""
    return ApplicationError(refusal_text(refusal, values), type=refusal)

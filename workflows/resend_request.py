"""A new link, asked for on the public form: looked up after the page was answered."""

from enum import StrEnum

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.find_person import FindPersonActivities
    from domain.enrolment.messages import ResendAddress, ResendRequested
    from domain.identifiers import enrolment_workflow_id
    from workflows import options
    from workflows.enrolment.workflow import EnrolmentWorkflow
    from workflows.texts import SUMMARIES, Step


class ResendOutcome(StrEnum):
    """What came of a request."""

    ASKED = "asked"
    UNKNOWN = "unknown"
    NOT_ENROLLED = "not enrolled"


@workflow.defn
class ResendRequestWorkflow:
    """Finds whose address was typed in, and tells their enrolments: some people share an address.

    Known and unknown addresses are equal to the outside: nothing of this is ever answered. Ends
    with what came of it.
    """

    @workflow.run
    async def run(self, request: ResendAddress) -> ResendOutcome:
        """Look the address up and signal ``resend_requested`` to every enrolment behind it."""
        object_ids = await workflow.execute_activity_method(
            FindPersonActivities.find_object_ids,
            request.sealed_address,
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.RESEND_LOOK_UP],
        )
        asked = [await self._ask(object_id, request) for object_id in object_ids]
        if not asked:
            return ResendOutcome.UNKNOWN
        return ResendOutcome.ASKED if any(asked) else ResendOutcome.NOT_ENROLLED

    @staticmethod
    async def _ask(object_id: str, request: ResendAddress) -> bool:
        """Signal the person's enrolment, and say whether there is one."""
        enrolment: workflow.ExternalWorkflowHandle[EnrolmentWorkflow]
        enrolment = workflow.get_external_workflow_handle_for(
            EnrolmentWorkflow.run, enrolment_workflow_id(object_id)
        )
        event = ResendRequested(event_id=request.event_id, at=request.at, network=request.network)
        try:
            await enrolment.signal(EnrolmentWorkflow.resend_requested, event)
        except ApplicationError:
            return False
        return True

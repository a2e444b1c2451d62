"""A click on an older system's link whose row says who it is by name alone."""

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.resend import ResendActivities
    from activities.search_attributes import search_attributes
    from domain.enrolment import EnrolmentInput, EnrolmentState
    from domain.identifiers import enrolment_workflow_id
    from domain.messages import LinkClicked, OldLinkClicked
    from domain.rows import enrolment_of_row, status_in

    from workflows import options
    from workflows.enrolment import EnrolmentWorkflow
    from workflows.row_start import summary


@workflow.defn
class OldLinkWorkflow:
    """Finds out who the row is about, starts their enrolment, and tells it of the click.

    Listens to nothing. Ends with one word of what came of it; the enrolment outlives it.
    """

    @workflow.run
    async def run(self, clicked: OldLinkClicked) -> str:
        """Look the name up, then start or tell."""
        object_id = await workflow.execute_activity_method(
            ResendActivities.find_object_id,
            str(clicked.fields.get("Title") or ""),
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            summary="Look the person up by the name in the row",
        )
        if object_id is None:
            return "unknown"
        enrolment = enrolment_of_row(
            object_id,
            clicked.fields,
            event_id=clicked.event_id,
            policy=clicked.policy,
            senders=clicked.senders,
        )
        return await _start(enrolment, clicked)


async def _start(enrolment: EnrolmentInput, clicked: OldLinkClicked) -> str:
    event = LinkClicked(event_id=clicked.event_id, at=clicked.at)
    workflow_id = enrolment_workflow_id(enrolment.object_id)
    state = EnrolmentState(status=status_in(clicked.fields))
    try:
        started = await workflow.start_child_workflow(
            EnrolmentWorkflow.run,
            enrolment,
            id=workflow_id,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            search_attributes=search_attributes(enrolment, state),
            static_summary=summary(clicked.fields),
        )
    except WorkflowAlreadyStartedError:
        known: workflow.ExternalWorkflowHandle[EnrolmentWorkflow]
        known = workflow.get_external_workflow_handle_for(EnrolmentWorkflow.run, workflow_id)
        try:
            await known.signal(EnrolmentWorkflow.link_clicked, event)
        except ApplicationError:
            return "ended"
        return "told"
    await started.signal(EnrolmentWorkflow.link_clicked, event)
    return "started"

"""A click on an older system's link whose row says who it is by name alone."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.find_person import FindPersonActivities
    from activities.enrolment.legacy_link import LegacyLinkActivities, LegacyLinkOutcome
    from domain.enrolment.messages import LegacyLinkClicked
    from workflows import options
    from workflows.texts import SUMMARIES, Step


@workflow.defn
class LegacyLinkWorkflow:
    """Finds out who the row is about, starts their enrolment, and tells it of the click.

    Listens to nothing. Completes with what came of the click; the enrolment outlives it.
    """

    @workflow.run
    async def run(self, clicked: LegacyLinkClicked) -> LegacyLinkOutcome:
        """Look the name up, then start or tell."""
        object_id = await workflow.execute_activity_method(
            FindPersonActivities.find_object_id,
            str(clicked.fields.get("Title") or ""),
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.LEGACY_LOOK_UP],
        )
        if object_id is None:
            return LegacyLinkOutcome.UNKNOWN_PERSON
        return await workflow.execute_activity_method(
            LegacyLinkActivities.start_from_row,
            args=[clicked, object_id],
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.LEGACY_START],
        )

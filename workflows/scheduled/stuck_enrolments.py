"""Looking for enrolments that an error has stopped, since nothing else would tell."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.stuck import StuckEnrolmentsActivities, StuckReport
    from workflows import options
    from workflows.texts import SAID, SUMMARIES, Said, Step

EVERY = timedelta(minutes=15)


@workflow.defn
class StuckEnrolmentsWorkflow:
    """One check; a schedule starts it every 15 minutes. Listens to nothing.

    Workflow code that fails, or that doesn't fit a history, stops its enrolment without a sound:
    the worker is alive, the row stays as it was, clicks are accepted. The check logs how many there
    are and writes it into their rows. Its result tells the next check whose rows say so already.
    """

    @workflow.run
    async def run(self) -> StuckReport:
        """Check once."""
        report = await workflow.execute_activity_method(
            StuckEnrolmentsActivities.report_stuck,
            workflow.get_last_completion_result(StuckReport) or StuckReport(),
            start_to_close_timeout=options.STUCK_CHECK,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.STUCK],
        )
        workflow.set_current_details(SAID[Said.STUCK].format(count=report.stuck))
        return report

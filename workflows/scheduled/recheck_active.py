"""Once a day: is it time to look again at people who are Active?"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.registration.recheck import RecheckActivities, RecheckReport
    from workflows import options
    from workflows.texts import SAID, SUMMARIES, Said, Step


@workflow.defn
class RecheckActiveWorkflow:
    """One look; a schedule starts it every day, and ``RECHECK_ACTIVE`` says how often it is made.

    Listens to nothing. Its result tells the next when the last look was. Only reports.
    """

    @workflow.run
    async def run(self) -> RecheckReport:
        """Look once, if it is time."""
        last = workflow.get_last_completion_result(RecheckReport) or RecheckReport()
        report = await workflow.execute_activity_method(
            RecheckActivities.recheck_active,
            last,
            start_to_close_timeout=options.RECONCILE,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.RECHECK],
        )
        said = SAID[Said.RECHECK].format(
            people=report.people, left=report.left_group, lost=report.lost_methods
        )
        if report.unread:
            unread = SAID[Said.RECHECK_UNREAD]
            told = unread.format(people=len(report.unread), reason=report.reason)
            said = f"{said} {told}"
        if report.hidden:
            said = f"{said} {SAID[Said.RECHECK_HIDDEN]}"
        workflow.set_current_details(said)
        return report

"""Once a day, people who ended long ago are stripped of what isn't needed any more."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.erasure.retention import RetentionActivities, RetentionReport
    from workflows import options
    from workflows.texts import SAID, SUMMARIES, Said, Step


@workflow.defn
class RetentionWorkflow:
    """One pass; a schedule starts it every day. Listens to nothing, ends with what was stripped.

    Its result holds the head of the audit log: a place apart, in which a cut-off log is noticed.
    """

    @workflow.run
    async def run(self) -> RetentionReport:
        """Strip once."""
        report = await workflow.execute_activity_method(
            RetentionActivities.strip_ended_people,
            start_to_close_timeout=options.RETENTION,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.RETENTION],
        )
        said = SAID[Said.RETENTION].format(people=report.people, rows=report.import_rows)
        workflow.set_current_details(said)
        return report

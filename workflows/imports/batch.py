"""One part of an import: once it has started, the import is durable."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.imports.part import PartInput
    from activities.imports.start_enrolments import ImportActivities
    from domain.imports.report import ImportReport
    from domain.imports.texts import COUNT_TEXTS
    from domain.wording.counted import counted
    from workflows import options


@workflow.defn
class BatchWorkflow:
    """Starts the enrolments of up to 2,000 rows, and completes with a report of them.

    A dry run looks everybody up, starts nobody, and completes with what an import would do. Listens
    to nothing. Ends when every row is accounted for. What an admin can fix is waited for; only a
    dry run fails when the directory can't be read at all.
    """

    @workflow.run
    async def run(self, input: PartInput) -> ImportReport:
        """Hand the rows to one resumable activity."""
        rows = counted(len(input.rows), "row")
        report = await workflow.execute_activity_method(
            ImportActivities.start_enrolments,
            input,
            start_to_close_timeout=options.BATCH_PART,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            # Whoever cancels an import has to know when nobody is started any more.
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=(
                f"Dry run: look up {rows}" if input.dry_run else f"Start the enrolments of {rows}"
            ),
        )
        workflow.set_current_details(_details(report))
        return report


def _details(report: ImportReport) -> str:
    lines = [f"| {COUNT_TEXTS[name]} | {number} |" for name, number in report.counts().items()]
    return "\n".join(["| | |", "|---|---|", *lines])

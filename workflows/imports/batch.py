"""One part of an import: once it has started, the import is durable."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.imports.part import PartInput
    from activities.imports.start_enrolments import BatchActivities
    from domain.imports.report import ImportReport
    from workflows import options


@workflow.defn
class BatchWorkflow:
    """Starts the enrolments of up to 2,000 rows, and completes with a report of them.

    Listens to nothing. Ends when every row is accounted for; fails when directory or list can't be
    read at all, and can then be started again with the same file.
    """

    @workflow.run
    async def run(self, input: PartInput) -> ImportReport:
        """Hand the rows to one resumable activity."""
        report = await workflow.execute_activity_method(
            BatchActivities.start_enrolments,
            input,
            start_to_close_timeout=options.BATCH_PART,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            summary=f"Start the enrolments of {len(input.rows)} rows",
        )
        workflow.set_current_details(_details(report))
        return report


def _details(report: ImportReport) -> str:
    rows = [
        ("Started", report.started),
        ("Already enrolled", report.already_enrolled),
        ("Already finished", report.already_finished),
        ("Already active", report.already_active),
        ("Active, but no method any more", len(report.lapsed)),
        ("Cancelled earlier", report.cancelled),
        ("Repeated", len(report.repeated)),
        ("Rejected", len(report.rejected)),
    ]
    lines = [f"| {name} | {count} |" for name, count in rows]
    return "\n".join(["| | |", "|---|---|", *lines])

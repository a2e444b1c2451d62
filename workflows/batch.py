"""One part of an import: once it has started, the import is durable."""

from dataclasses import replace

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.batches import BatchActivities, PartInput, PartReport
    from domain.import_file import RejectedRow

    from workflows import options


@workflow.defn
class BatchWorkflow:
    """Starts the enrolments of up to 2,000 rows, and completes with a report of them.

    Listens to nothing. Ends when every row is accounted for; fails when directory or list can't be
    read at all, and can then be started again with the same file.
    """

    @workflow.run
    async def run(self, input: PartInput) -> PartReport:
        """Hand the rows to one resumable activity, and add those that the file itself ruled out."""
        report = await workflow.execute_activity_method(
            BatchActivities.start_enrolments,
            replace(input, rejected=(), repeated=()),
            start_to_close_timeout=options.BATCH_PART,
            heartbeat_timeout=options.BATCH_HEARTBEAT,
            retry_policy=options.PATIENT,
            summary=f"Start the enrolments of {len(input.rows)} rows",
        )
        report.rejected = _in_order(*input.rejected, *report.rejected)
        report.repeated = _in_order(*input.repeated, *report.repeated)
        workflow.set_current_details(_details(report))
        return report


def _in_order(*rows: RejectedRow) -> list[RejectedRow]:
    return sorted(rows, key=lambda row: row.line)


def _details(report: PartReport) -> str:
    rows = [
        ("Started", report.started),
        ("Already enrolled", report.already_enrolled),
        ("Already finished", report.already_finished),
        ("Cancelled earlier", report.cancelled),
        ("Repeated", len(report.repeated)),
        ("Rejected", len(report.rejected)),
    ]
    lines = [f"| {name} | {count} |" for name, count in rows]
    return "\n".join(["| | |", "|---|---|", *lines])

"""The daily look at the whole tracking list: what was changed by hand is put right."""

from dataclasses import asdict

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.tracking_list.reconcile import ReconcileActivities
    from activities.tracking_list.reconcile_report import ReconcileReport
    from workflows import options
    from workflows.texts import NOT_KEPT, REBUILD, RECONCILED, SUMMARIES, Step


@workflow.defn
class ReconcileWorkflow:
    """Compares the list with our tables, and asks enrolments to write again what differs.

    Started by a schedule. Listens to nothing, and completes with a report, which may ask for a
    rebuild; fails when the list can't be read.
    """

    @workflow.run
    async def run(self) -> ReconcileReport:
        """Look at every row once."""
        report = await workflow.execute_activity_method(
            ReconcileActivities.reconcile,
            start_to_close_timeout=options.RECONCILE,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.RECONCILE],
        )
        workflow.set_current_details(_details(report))
        return report


def _details(report: ReconcileReport) -> str:
    counts = asdict(report)
    rows = [f"| {text} | {counts[name]} |" for name, text in RECONCILED.items()]
    table = "\n".join(["| | |", "|---|---|", *rows])
    notes = [REBUILD] if report.rebuild else []
    if report.not_kept:
        notes.append(NOT_KEPT.format(names=", ".join(report.not_kept)))
    return "\n\n".join([*notes, table])

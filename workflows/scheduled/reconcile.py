"""The daily look at the whole tracking list: what was changed by hand is put right."""

from dataclasses import asdict

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.tracking_list.reconcile import ReconcileActivities, ReconcileReport
    from workflows import options
    from workflows.texts import RECONCILED, SUMMARIES, Step


@workflow.defn
class ReconcileWorkflow:
    """Compares the list with what enrolments have written, and asks them to write it again.

    Started by a schedule. Listens to nothing, and completes with a report; fails when the list
    can't be read.
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
    rows = [f"| {RECONCILED[name]} | {count} |" for name, count in asdict(report).items()]
    return "\n".join(["| | |", "|---|---|", *rows])

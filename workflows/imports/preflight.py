"""What an import would do, foreseen for one part of its file."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.imports.dry_run import PreflightActivities
    from activities.imports.part import PartInput
    from domain.imports.report import PreflightReport
    from workflows import options


@workflow.defn
class PreflightWorkflow:
    """Looks up to 2,000 rows up, enrols nobody, writes nothing, and completes with a report.

    Listens to nothing. Fails when the directory can't be read at all.
    """

    @workflow.run
    async def run(self, input: PartInput) -> PreflightReport:
        """Hand the rows to one resumable activity."""
        return await workflow.execute_activity_method(
            PreflightActivities.foresee_import,
            input,
            start_to_close_timeout=options.BATCH_PART,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            summary=f"Foresee the import of {len(input.rows)} rows",
        )

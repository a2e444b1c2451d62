"""Taking back an import that should not have been made."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.bulk.undo_import import UndoActivities
    from domain.bulk.records import BulkInput
    from workflows import options
    from workflows.bulk.passes import Run
    from workflows.texts import SUMMARIES, Step


@workflow.defn
class UndoImportWorkflow:
    """Takes back the enrolments of everybody whom one batch brought.

    Stops the import, ends each enrolment, takes people out of the enforcement group whom we put
    there, and deletes the rows of people who got no mail. Signal: ``stop`` ends it after the people
    whose turn it is. Completes with the number of people by outcome; while a service is away it
    waits and goes on.
    """

    @workflow.init
    def __init__(self, input: BulkInput) -> None:
        """Set all state here: the signal may arrive before the first step of ``run``."""
        self._input = input
        self._run = Run(input)

    @workflow.run
    async def run(self, input: BulkInput) -> dict[str, int]:
        """Take everything back, and record how it ended."""
        return await self._run.see_through(self._steps)

    @workflow.signal
    def stop(self) -> None:
        """Take nobody back any more."""
        self._run.stop()

    async def _steps(self) -> None:
        await workflow.execute_activity_method(
            UndoActivities.stop_import,
            self._input,
            start_to_close_timeout=options.BULK_STEP,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.UNDO_STOP],
        )
        await self._choose()
        await self._run.passes(self._undo)
        # Whoever was being started when the import was stopped is seen by now.
        if await self._choose():
            await self._run.passes(self._undo)

    async def _choose(self) -> int:
        return await workflow.execute_activity_method(
            UndoActivities.choose_people,
            self._input,
            start_to_close_timeout=options.BULK_STEP,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.UNDO_CHOOSE],
        )

    async def _undo(self) -> None:
        await workflow.execute_activity_method(
            UndoActivities.undo_people,
            self._input,
            start_to_close_timeout=options.BULK_RUN,
            heartbeat_timeout=options.PROMPT_HEARTBEAT,
            retry_policy=options.PATIENT,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=SUMMARIES[Step.UNDO_PEOPLE],
        )

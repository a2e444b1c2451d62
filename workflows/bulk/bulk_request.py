"""One request of an admin about many people."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.bulk.add_to_group import GroupRequestActivities
    from activities.bulk.ask_people import BulkActivities
    from domain.bulk.records import BulkInput, RequestAction
    from workflows import options
    from workflows.bulk.passes import Run
    from workflows.texts import SUMMARIES, Step


@workflow.defn
class BulkRequestWorkflow:
    """Asks the enrolments of many people for the same thing, or adds them to the group, each once.

    Whom to ask was written into our tables before this starts, and so is what became of each.
    Signal: ``stop`` ends it after the people whose turn it is. Completes with the number of people
    by outcome; while the database or Temporal is away it waits and goes on.
    """

    @workflow.init
    def __init__(self, input: BulkInput) -> None:
        """Set all state here: the signal may arrive before the first step of ``run``."""
        self._input = input
        self._run = Run(input)

    @workflow.run
    async def run(self, input: BulkInput) -> dict[str, int]:
        """Ask everybody, and record how it ended."""
        return await self._run.see_through(lambda: self._run.passes(self._ask))

    @workflow.signal
    def stop(self) -> None:
        """Ask nobody any more."""
        self._run.stop()

    async def _ask(self) -> None:
        adds = self._input.action is RequestAction.ADD_TO_GROUP
        await workflow.execute_activity_method(
            GroupRequestActivities.add_people_to_group if adds else BulkActivities.ask_people,
            self._input,
            start_to_close_timeout=options.BULK_RUN,
            heartbeat_timeout=options.PROMPT_HEARTBEAT,
            retry_policy=options.PATIENT,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=SUMMARIES[Step.REQUEST_GROUP if adds else Step.REQUEST_ASK],
        )

"""The look every few minutes at how far our tables have come."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.rollout.high_water import HighWaterActivities
    from workflows import options
    from workflows.texts import SUMMARIES, Step

EVERY = timedelta(minutes=5)


@workflow.defn
class HighWaterWorkflow:
    """Raises the high-water mark in the tables and in ``RolloutControlWorkflow``.

    Started by a schedule. Listens to nothing, and completes with False for restored tables.
    """

    @workflow.run
    async def run(self) -> bool:
        """Raise it once."""
        return await workflow.execute_activity_method(
            HighWaterActivities.raise_high_water,
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.HIGH_WATER],
        )

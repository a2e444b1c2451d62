"""The rollout as a whole: how far our tables have come."""

from activities.rollout.high_water import HighWaterActivities
from database.rollout.completeness import Completeness
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.scheduled.high_water import HighWaterWorkflow

WORKFLOWS = (HighWaterWorkflow,)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what raises the high-water mark."""
    marks = HighWaterActivities(client=needs.client, tables=Completeness(needs.database))
    return [
        OnQueue(queue=needs.task_queue, workflows=WORKFLOWS, activities=(marks.raise_high_water,))
    ]

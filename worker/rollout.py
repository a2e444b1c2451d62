"""The rollout as a whole: how far our tables have come, and what is forgotten."""

from activities.erasure.erase import ErasureActivities
from activities.erasure.retention import RetentionActivities
from activities.rollout.high_water import HighWaterActivities
from database.enrolments.records import tombstones_of
from database.erasure.erasures import Erasures
from database.rollout.completeness import Completeness
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.erasure import ErasureWorkflow
from workflows.scheduled.high_water import HighWaterWorkflow
from workflows.scheduled.retention import RetentionWorkflow

WORKFLOWS = (ErasureWorkflow, HighWaterWorkflow, RetentionWorkflow)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what raises the high-water mark, erases a person, and applies the retention."""
    marks = HighWaterActivities(client=needs.client, tables=Completeness(needs.database))
    erasures = Erasures(needs.database, tombstones_of(needs.settings.token_keys))
    erasing = ErasureActivities(
        client=needs.client, tracking_list=needs.tracking_list, erasures=erasures
    )
    retention = RetentionActivities(
        database=needs.database, erasures=erasures, retain_ended=needs.settings.retain_ended
    )
    return [
        OnQueue(
            queue=needs.task_queue,
            workflows=WORKFLOWS,
            activities=(
                marks.raise_high_water,
                erasing.end_enrolment,
                erasing.erase_rows,
                erasing.delete_list_rows,
                erasing.forget_manager,
                erasing.delete_histories,
                erasing.delete_import_histories,
                retention.strip_ended_people,
            ),
        )
    ]

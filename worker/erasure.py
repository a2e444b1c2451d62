"""Erasures of one person, and the daily retention."""

from activities.erasure.erase import ErasureActivities
from activities.erasure.retention import RetentionActivities
from database.enrolments.records import tombstones_of
from database.erasure.erasures import Erasures
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.erasure import ErasureWorkflow
from workflows.scheduled.retention import RetentionWorkflow

WORKFLOWS = (ErasureWorkflow, RetentionWorkflow)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what forgets people."""
    erasures = Erasures(needs.database, tombstones_of(needs.settings.token_keys))
    erasing = ErasureActivities(
        client=needs.client, tracking_list=needs.tracking_list, erasures=erasures
    )
    retention = RetentionActivities(erasures=erasures, retain_ended=needs.settings.retain_ended)
    return [
        OnQueue(
            queue=needs.task_queue,
            workflows=WORKFLOWS,
            activities=(
                erasing.end_enrolment,
                erasing.erase_rows,
                erasing.delete_list_rows,
                erasing.delete_histories,
                erasing.delete_import_histories,
                retention.strip_ended_people,
            ),
        )
    ]

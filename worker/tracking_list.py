"""The tracking list: rows that mirror enrolments, and the daily reconcile."""

from activities.tracking_list.reconcile import ReconcileActivities
from activities.tracking_list.write_row import TrackingListActivities
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.scheduled.reconcile import ReconcileWorkflow

WORKFLOWS = (ReconcileWorkflow,)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what the tracking list is written and reconciled by."""
    rows = needs.tracking_list
    return [
        OnQueue(
            queue=needs.task_queue,
            workflows=WORKFLOWS,
            activities=(
                TrackingListActivities(tracking_list=rows).write_item,
                ReconcileActivities(client=needs.client, tracking_list=rows).reconcile,
            ),
        )
    ]

"""The tracking list: rows that mirror enrolments, and the daily reconcile."""

from activities.tracking_list.reconcile import ReconcileActivities
from database.rollout.completeness import Completeness
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.scheduled.reconcile import ReconcileWorkflow

WORKFLOWS = (ReconcileWorkflow,)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what the tracking list is written and reconciled by."""
    return [
        OnQueue(
            queue=needs.task_queue,
            workflows=WORKFLOWS,
            activities=(
                needs.rows.write_row,
                ReconcileActivities(
                    client=needs.client,
                    tracking_list=needs.tracking_list,
                    tables=needs.list_pass,
                    marks=Completeness(needs.database),
                    token_keys=needs.settings.token_keys,
                ).reconcile,
            ),
        )
    ]

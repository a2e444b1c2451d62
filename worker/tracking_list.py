"""The tracking list: rows that mirror enrolments, and the daily reconcile."""

from activities.tracking_list.reconcile import ReconcileActivities
from activities.tracking_list.write_row import RowActivities
from database.rollout.completeness import Completeness
from temporal.encryption.environment import names_of
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
                RowActivities(
                    tracking_list=rows,
                    records=needs.records,
                    senders=needs.settings.sender_mailboxes,
                    token_key=needs.settings.token_keys[0],
                    names=names_of(needs.client),
                ).write_row,
                ReconcileActivities(
                    client=needs.client,
                    tracking_list=rows,
                    tables=needs.list_pass,
                    marks=Completeness(needs.database),
                    token_keys=needs.settings.token_keys,
                ).reconcile,
            ),
        )
    ]

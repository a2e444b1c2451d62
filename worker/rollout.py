"""The rollout as a whole: how far our tables have come, what is forgotten, who is told."""

from activities.erasure.erase import ErasureActivities
from activities.erasure.retention import RetentionActivities
from activities.rollout.high_water import HighWaterActivities
from activities.webhooks.deliver import WebhookActivities
from database.enrolments.records import tombstones_of
from database.erasure.erasures import Erasures
from database.portal.webhooks import WebhookQueue
from database.rollout.completeness import Completeness
from webhooks.endpoint import Endpoints
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.erasure import ErasureWorkflow
from workflows.scheduled.high_water import HighWaterWorkflow
from workflows.scheduled.retention import RetentionWorkflow
from workflows.scheduled.webhooks import WebhookDeliveryWorkflow, WebhookTestWorkflow

WORKFLOWS = (
    ErasureWorkflow,
    HighWaterWorkflow,
    RetentionWorkflow,
    WebhookDeliveryWorkflow,
    WebhookTestWorkflow,
)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what raises the high-water mark, erases, applies the retention, tells webhooks."""
    marks = HighWaterActivities(client=needs.client, tables=Completeness(needs.database))
    erasures = Erasures(needs.database, tombstones_of(needs.settings.token_keys))
    erasing = ErasureActivities(
        client=needs.client, tracking_list=needs.tracking_list, erasures=erasures
    )
    retention = RetentionActivities(
        database=needs.database, erasures=erasures, retain_ended=needs.settings.retain_ended
    )
    webhooks = WebhookActivities(
        queue=WebhookQueue(needs.database),
        endpoints=Endpoints(
            allow_private=needs.settings.allows_private_webhooks,
            ca_bundle=needs.settings.connection.http.ca_bundle,
        ),
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
                webhooks.deliver_webhook,
                webhooks.test_webhook,
            ),
        )
    ]

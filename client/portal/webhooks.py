"""The schedule by which a webhook is told of changes."""

from activities.webhooks.deliver import WebhookInput
from client.schedules import Timetable
from domain.identifiers import WEBHOOK_PREFIX
from workflows.scheduled import webhooks
from workflows.scheduled.webhooks import WebhookDeliveryWorkflow


def webhook_timetable(webhook_id: str) -> Timetable:
    """Return the timetable of one webhook."""
    return Timetable(
        schedule_id=WEBHOOK_PREFIX + webhook_id,
        workflow=WebhookDeliveryWorkflow.run,
        every=webhooks.EVERY,
        args=(WebhookInput(webhook_id=webhook_id),),
        note="Posts status changes to a webhook",
    )

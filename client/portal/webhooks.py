"""Webhooks: added, tried again and removed, with the schedule by which each is told of changes."""

import secrets
from base64 import b64encode

from temporalio.client import Client

from activities.webhooks.deliver import WebhookInput
from client.schedules import Timetable, delete_schedule, ensure_schedules
from database.engine import Database
from database.portal import webhooks as tables
from domain.identifiers import TASK_QUEUE, WEBHOOK_PREFIX
from domain.webhooks.records import Webhook
from workflows.scheduled import webhooks
from workflows.scheduled.webhooks import WebhookDeliveryWorkflow

SECRET_BYTES = 32


def webhook_timetable(webhook_id: str) -> Timetable:
    """Return the timetable of one webhook."""
    return Timetable(
        schedule_id=WEBHOOK_PREFIX + webhook_id,
        workflow=WebhookDeliveryWorkflow.run,
        every=webhooks.EVERY,
        args=(WebhookInput(webhook_id=webhook_id),),
        note="Posts status changes to a webhook",
    )


def new_secret() -> str:
    """Return a secret for a new webhook, in the form of Standard Webhooks."""
    return f"whsec_{b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


async def add_webhook(
    client: Client, database: Database, new: Webhook, *, task_queue: str = TASK_QUEUE
) -> bool:
    """Add a webhook, which is told of what changes from now on; False where its id is there.

    Its schedule is made first: without a row it does nothing, and a worker deletes it.

    Raises:
        RPCError: Temporal refuses, and nothing was added.
        DatabaseUnavailable: nothing was added.
    """
    await ensure_schedules(client, [webhook_timetable(new.webhook_id)], task_queue=task_queue)
    async with database.writing() as connection:
        return await tables.add_webhook(connection, new)


async def resume_webhook(
    client: Client, database: Database, webhook_id: str, *, task_queue: str = TASK_QUEUE
) -> None:
    """Tell a webhook again that was given up, of what changes from now on.

    Raises:
        RPCError: Temporal refuses, and nothing was changed.
        DatabaseUnavailable: nothing was changed.
    """
    await ensure_schedules(client, [webhook_timetable(webhook_id)], task_queue=task_queue)
    async with database.writing() as connection:
        await tables.resume_webhook(connection, webhook_id)


async def remove_webhook(client: Client, database: Database, webhook_id: str) -> None:
    """Remove a webhook, what it was still to be told, and its schedule.

    Raises:
        RPCError: Temporal refuses. The webhook is removed; its schedule does nothing any more, and
            goes when a worker starts.
        DatabaseUnavailable: nothing was removed.
    """
    async with database.writing() as connection:
        await tables.remove_webhook(connection, webhook_id)
    await delete_schedule(client, WEBHOOK_PREFIX + webhook_id)

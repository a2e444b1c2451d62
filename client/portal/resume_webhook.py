"""Goes on with a webhook that was given up."""

from temporalio.client import Client

from client.portal.row_schedules import ensure_schedule
from client.portal.webhooks import webhook_timetable
from database.engine import Database
from database.portal.webhooks import resume_webhook as resume_row


async def resume_webhook(client: Client, database: Database, webhook_id: str) -> bool:
    """Tell a webhook of what changes from now on; return False where there is none by this id.

    What changed since it was given up is not told. One that was not given up goes on, and its three
    days begin anew.

    Raises:
        DatabaseUnavailable: nothing was changed.
        RPCError: the worker makes the schedule when it starts next.
    """
    async with database.writing() as connection:
        found = await resume_row(connection, webhook_id)
    if found:
        await ensure_schedule(client, webhook_timetable(webhook_id))
    return found

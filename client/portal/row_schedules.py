"""Schedules that belong to rows of our tables: one for each report and each webhook."""

from collections.abc import Collection

from temporalio.client import Client

from client.portal.reports import report_timetable
from client.portal.webhooks import webhook_timetable
from client.schedules import delete_schedule, ensure_schedules
from database.engine import Database
from database.portal.reports import read_reports
from database.portal.webhooks import read_webhooks
from domain.identifiers import REPORT_PREFIX, TASK_QUEUE, WEBHOOK_PREFIX

PREFIXES = (REPORT_PREFIX, WEBHOOK_PREFIX)


async def ensure_row_schedules(
    client: Client, database: Database, *, time_zone: str, task_queue: str = TASK_QUEUE
) -> None:
    """Create the schedules that are missing, and delete those whose row is gone. Idempotent.

    Reports come at hours of the organisation's time zone.

    Raises:
        DatabaseUnavailable: the tables can't be read.
        RPCError: Temporal refuses.
    """
    async with database.reading() as connection:
        webhooks, reports = await read_webhooks(connection), await read_reports(connection)
    timetables = [webhook_timetable(one.webhook_id) for one in webhooks if one.enabled]
    timetables += [
        report_timetable(one.schedule_id, one.interval, time_zone)
        for one in reports
        if one.interval
    ]
    await ensure_schedules(client, timetables, task_queue=task_queue)
    await _delete_others(client, {timetable.schedule_id for timetable in timetables})


async def _delete_others(client: Client, kept: Collection[str]) -> None:
    async for found in await client.list_schedules():
        if found.id.startswith(PREFIXES) and found.id not in kept:
            await delete_schedule(client, found.id)

"""Reports by mail: added, changed and removed with their schedules, and sent at once."""

from contextlib import suppress
from dataclasses import replace

from temporalio.client import Client, ScheduleCalendarSpec, ScheduleRange
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.reports.report import ReportInput
from client.schedules import Timetable, delete_schedule, ensure_schedules
from database.engine import Database
from database.portal import reports as tables
from domain.identifiers import REPORT_NOW_PREFIX, REPORT_PREFIX, TASK_QUEUE
from domain.mail.send_window import WEEKDAYS
from domain.reports.interval import Interval
from domain.reports.records import ReportSchedule
from workflows.scheduled.report import ReportWorkflow


class ReportRemoved(Exception):
    """There is no such report any more."""


def report_timetable(schedule_id: str, interval: Interval, time_zone: str) -> Timetable:
    """Return the timetable of one report, by the clock of a time zone."""
    return Timetable(
        schedule_id=REPORT_PREFIX + schedule_id,
        workflow=ReportWorkflow.run,
        at=(
            ScheduleCalendarSpec(
                hour=[ScheduleRange(interval.hour)], day_of_week=_days(interval.weekday)
            ),
        ),
        time_zone=time_zone,
        args=(ReportInput(schedule_id=schedule_id),),
        note="Sends a report to admins",
    )


def _days(weekday: str | None) -> list[ScheduleRange]:
    """Return the day as Temporal counts: from Sunday, 0, to Saturday, 6."""
    if weekday is None:
        return [ScheduleRange(0, 6)]
    return [ScheduleRange((WEEKDAYS.index(weekday) + 1) % len(WEEKDAYS))]


async def add_report(
    client: Client,
    database: Database,
    new: ReportSchedule,
    *,
    time_zone: str,
    task_queue: str = TASK_QUEUE,
) -> bool:
    """Add a report that comes again and again; False where its id is there, and nothing changes.

    Its schedule is made first: without a row it does nothing, and a worker deletes it.

    Raises:
        RPCError: Temporal refuses, and nothing was added.
        DatabaseUnavailable: nothing was added.
    """
    async with database.reading() as connection:
        if await tables.read_report(connection, new.schedule_id) is not None:
            return False
    await _schedule(client, new, time_zone, task_queue)
    async with database.writing() as connection:
        return await tables.add_report(connection, new)


async def change_report(
    client: Client,
    database: Database,
    changed: ReportSchedule,
    *,
    time_zone: str,
    task_queue: str = TASK_QUEUE,
) -> None:
    """Change when a report comes, to whom, and in which language.

    Raises:
        ReportRemoved: it was removed meanwhile, and nothing was changed.
        RPCError: Temporal refuses, and nothing was changed.
        DatabaseUnavailable: recipients and language are as before.
    """
    try:
        await _schedule(client, changed, time_zone, task_queue)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        # Somebody removes it at this moment.
        raise ReportRemoved from None
    async with database.writing() as connection:
        is_there = await tables.change_report(connection, changed)
    if not is_there:
        await delete_schedule(client, REPORT_PREFIX + changed.schedule_id)
        raise ReportRemoved


async def remove_report(client: Client, database: Database, schedule_id: str) -> None:
    """Remove a report and its schedule.

    Raises:
        RPCError: Temporal refuses. The report is removed; its schedule does nothing any more, and
            goes when a worker starts.
        DatabaseUnavailable: nothing was removed.
    """
    async with database.writing() as connection:
        await tables.remove_report(connection, schedule_id)
    await delete_schedule(client, REPORT_PREFIX + schedule_id)


async def send_once(
    client: Client, database: Database, new: ReportSchedule, *, task_queue: str = TASK_QUEUE
) -> bool:
    """Send a report that comes this once; False where its id was used, and nothing is sent.

    It is compared with the last that anybody got. As it is forgotten when it was sent, Temporal
    remembers its id.

    Raises:
        RPCError: Temporal refuses; a report that was not begun is forgotten.
        DatabaseUnavailable: nothing is sent.
    """
    async with database.writing() as connection:
        last = tables.last_sent(await tables.read_reports(connection))
        if last is not None:
            new = replace(new, last_sent_at=last.last_sent_at, last_figures=last.last_figures)
        if not await tables.add_report(connection, new):
            return False
    try:
        await _start(client, new.schedule_id, new.schedule_id, task_queue)
    except WorkflowAlreadyStartedError:
        async with database.writing() as connection:
            await tables.remove_report(connection, new.schedule_id)
        return False
    except BaseException:
        async with database.writing() as connection:
            await tables.remove_report(connection, new.schedule_id)
        raise
    return True


async def send_report(
    client: Client, schedule_id: str, *, request_id: str, task_queue: str = TASK_QUEUE
) -> None:
    """Send a report now; a request that comes again, by its id, sends nothing more.

    Raises:
        RPCError: Temporal refuses.
    """
    with suppress(WorkflowAlreadyStartedError):
        await _start(client, schedule_id, request_id, task_queue)


async def _start(client: Client, schedule_id: str, name: str, task_queue: str) -> None:
    await client.start_workflow(
        ReportWorkflow.run,
        ReportInput(schedule_id=schedule_id),
        id=REPORT_NOW_PREFIX + name,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        task_queue=task_queue,
        static_summary="Sends a report to admins",
    )


async def _schedule(
    client: Client, report: ReportSchedule, time_zone: str, task_queue: str
) -> None:
    if report.interval is None:
        raise ValueError("a report that comes once has no schedule")
    timetable = report_timetable(report.schedule_id, report.interval, time_zone)
    await ensure_schedules(client, [timetable], task_queue=task_queue)

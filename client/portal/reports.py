"""Reports by mail: the schedule of each, and one that is sent at once."""

from uuid import uuid4

from temporalio.client import Client, ScheduleCalendarSpec, ScheduleRange

from activities.reports.report import ReportInput
from client.schedules import Timetable
from domain.identifiers import REPORT_NOW_PREFIX, REPORT_PREFIX, TASK_QUEUE
from domain.mail.send_window import WEEKDAYS
from domain.reports.interval import Interval
from workflows.scheduled.report import ReportWorkflow


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


async def send_report(client: Client, schedule_id: str, *, task_queue: str = TASK_QUEUE) -> str:
    """Send a report now; return the id of the workflow that does.

    Raises:
        RPCError: Temporal refuses.
    """
    handle = await client.start_workflow(
        ReportWorkflow.run,
        ReportInput(schedule_id=schedule_id),
        id=REPORT_NOW_PREFIX + str(uuid4()),
        task_queue=task_queue,
        static_summary="Sends a report to admins",
    )
    return handle.id

"""The work that comes round by itself: which workflow, how often, as schedules of Temporal's."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from domain.enrolment.policy import DAY, HOUR
from domain.identifiers import (
    BOUNCE_SCHEDULE_ID,
    DRAFT_SWEEP_SCHEDULE_ID,
    HIGH_WATER_SCHEDULE_ID,
    RECHECK_SCHEDULE_ID,
    RECONCILE_SCHEDULE_ID,
    RETENTION_SCHEDULE_ID,
    STUCK_SCHEDULE_ID,
    SWEEP_SCHEDULE_ID,
    TASK_QUEUE,
)
from workflows.scheduled import (
    bounces,
    draft_sweep,
    high_water,
    registration_sweep,
    stuck_enrolments,
)
from workflows.scheduled.bounces import BounceWatchWorkflow
from workflows.scheduled.draft_sweep import DraftSweepWorkflow
from workflows.scheduled.high_water import HighWaterWorkflow
from workflows.scheduled.recheck_active import RecheckActiveWorkflow
from workflows.scheduled.reconcile import ReconcileWorkflow
from workflows.scheduled.registration_sweep import RegistrationSweepWorkflow
from workflows.scheduled.retention import RetentionWorkflow
from workflows.scheduled.stuck_enrolments import StuckEnrolmentsWorkflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """One workflow that is started again and again, each time after the last has ended.

    ``schedule_id`` is also the beginning of its workflows' ids. ``offset`` moves the starts away
    from midnight UTC; ``at`` are times of a zone's calendar in place of an interval. ``note`` is
    what the Temporal UI shows.
    """

    schedule_id: str
    workflow: Callable[..., Any]
    every: timedelta | None = None
    note: str
    offset: timedelta = field(default_factory=timedelta)
    args: tuple[Any, ...] = ()
    at: tuple[ScheduleCalendarSpec, ...] = ()
    time_zone: str | None = None


TIMETABLES = (
    Timetable(
        schedule_id=RECONCILE_SCHEDULE_ID,
        workflow=ReconcileWorkflow.run,
        every=DAY,
        offset=3 * HOUR,
        note="Puts right what was changed by hand on the tracking list",
    ),
    Timetable(
        schedule_id=BOUNCE_SCHEDULE_ID,
        workflow=BounceWatchWorkflow.run,
        every=bounces.EVERY,
        note="Looks for mails that came back to their senders",
    ),
    Timetable(
        schedule_id=DRAFT_SWEEP_SCHEDULE_ID,
        workflow=DraftSweepWorkflow.run,
        every=draft_sweep.EVERY,
        offset=4 * HOUR,
        note="Deletes drafts that nobody needs from the sender mailboxes",
    ),
    Timetable(
        schedule_id=SWEEP_SCHEDULE_ID,
        workflow=RegistrationSweepWorkflow.run,
        every=registration_sweep.EVERY,
        note="Looks for registrations in the tenant's report",
    ),
    Timetable(
        schedule_id=STUCK_SCHEDULE_ID,
        workflow=StuckEnrolmentsWorkflow.run,
        every=stuck_enrolments.EVERY,
        note="Looks for enrolments that can't go on",
    ),
    Timetable(
        schedule_id=HIGH_WATER_SCHEDULE_ID,
        workflow=HighWaterWorkflow.run,
        every=high_water.EVERY,
        note="Records the database's latest revision",
    ),
    Timetable(
        schedule_id=RECHECK_SCHEDULE_ID,
        workflow=RecheckActiveWorkflow.run,
        every=DAY,
        offset=5 * HOUR,
        note="Looks whether people who are Active have left the group or lost their methods",
    ),
    Timetable(
        schedule_id=RETENTION_SCHEDULE_ID,
        workflow=RetentionWorkflow.run,
        every=DAY,
        offset=4 * HOUR,
        note="Deletes details of people who ended long ago",
    ),
)


# A server settles within a second or two whether a schedule is there.
_TRIES = 20
_PAUSE = 0.1


async def ensure_schedules(
    client: Client, timetables: Sequence[Timetable] = TIMETABLES, *, task_queue: str = TASK_QUEUE
) -> tuple[str, ...]:
    """Create the schedules that are missing, and return their ids. Idempotent.

    One that exists gets today's timetable, and stays paused if an admin paused it.
    """
    created = [
        timetable.schedule_id
        for timetable in timetables
        if await _is_new(client, timetable.schedule_id, _schedule(timetable, task_queue))
    ]
    return tuple(created)


async def _is_new(client: Client, schedule_id: str, schedule: Schedule) -> bool:
    """Create a schedule, or update the one that is there, and say whether it is new.

    One that somebody creates or deletes at this moment may be there for the first call, and not yet
    or no more for the second.
    """
    tries = 0
    while True:
        tries += 1
        try:
            await client.create_schedule(schedule_id, schedule)
        except ScheduleAlreadyRunningError:
            pass
        else:
            return True
        try:
            await client.get_schedule_handle(schedule_id).update(_keeping_state(schedule))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND or tries == _TRIES:
                raise
        else:
            return False
        await asyncio.sleep(_PAUSE)


async def delete_schedule(client: Client, schedule_id: str) -> None:
    """Delete a schedule; one that is gone stays gone.

    Raises:
        RPCError: Temporal refuses.
    """
    try:
        await client.get_schedule_handle(schedule_id).delete()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


def _schedule(timetable: Timetable, task_queue: str) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            timetable.workflow,
            args=timetable.args,
            id=timetable.schedule_id,
            task_queue=task_queue,
            static_summary=timetable.note,
        ),
        spec=ScheduleSpec(
            intervals=(
                [ScheduleIntervalSpec(every=timetable.every, offset=timetable.offset)]
                if timetable.every
                else []
            ),
            calendars=timetable.at,
            time_zone_name=timetable.time_zone,
        ),
        # A worker that is behind doesn't pile work up, and a server that was away for days doesn't
        # start what was missed one by one.
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=HOUR),
        state=ScheduleState(note=timetable.note),
    )


def _keeping_state(schedule: Schedule) -> Callable[[ScheduleUpdateInput], ScheduleUpdate]:
    def update(input: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(replace(schedule, state=input.description.schedule.state))

    return update

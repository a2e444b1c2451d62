"""What it costs to invite a file of people, and what happens to others meanwhile."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from bench.bare import BARE_QUEUE, BareWorkflow
from bench.measures.one_person import click, members
from bench.people import (
    Imported,
    complete_tables,
    import_people,
    put_into_tenant,
    until,
    until_in_status,
)
from bench.process_use import ProcessUse
from bench.rows import Measured, RowName, ratio
from bench.sizes import CLICKS_AMID_IMPORT, Size
from bench.stand import Stand
from client.enrolments import enrolment_handle
from domain.identifiers import enrolment_workflow_id
from domain.status import InviteStatus

_AT_ONCE = 25
# Seconds of a worker's CPU, and of time.
Use = tuple[float, float]


async def measure_imports(stand: Stand, size: Size, use: ProcessUse) -> list[Measured]:
    """Invite a file between two halves of as many bare workflows; invite a larger one, and click.

    One person goes before all, and one bare workflow: nothing is measured of a worker that never
    worked.
    """
    await complete_tables(stand)
    (one,) = await put_into_tenant(stand, 1)
    await import_people(stand, "one", [one])
    await until_in_status(stand, "one", InviteStatus.SENT, 1)
    activities = await _activities_of(stand, one)
    imported = await put_into_tenant(stand, size.invited)

    async def invite() -> Use:
        used, begun = use.cpu_seconds(), time.perf_counter()
        await import_people(stand, "invited", imported)
        await until_in_status(stand, "invited", InviteStatus.SENT, size.invited)
        return use.cpu_seconds() - used, time.perf_counter() - begun

    async with stand.bare_worker() as bare:
        await _run_bare(stand, bare, 1, activities)
        (cpu, taken), (bare_cpu, bare_taken) = await between_halves(
            size.invited, lambda number: _run_bare(stand, bare, number, activities), invite
        )
    each = cpu / size.invited * 1000
    memory = use.memory_kilobytes()
    measured = [
        Measured(
            name=RowName.WORKER_CPU,
            figure=each,
            ours=each,
            beside=bare_cpu / size.invited * 1000,
            measured_in="ms",
        ),
        ratio(
            RowName.PEOPLE,
            ours=size.invited / taken,
            beside=size.invited / bare_taken,
            measured_in="a second",
        ),
    ]
    more = await put_into_tenant(stand, size.more)
    await import_people(stand, "more", more)
    await until_in_status(stand, "more", InviteStatus.PENDING, 1)
    in_group = await _click_and_wait(stand, imported[:CLICKS_AMID_IMPORT])
    await until_in_status(stand, "more", InviteStatus.SENT, size.more)
    grown = max(0.0, use.memory_kilobytes() - memory) / size.more
    return [
        *measured,
        Measured(name=RowName.GROUP, figure=in_group),
        Measured(name=RowName.MEMORY, figure=grown),
    ]


async def between_halves(
    number: int, bare: Callable[[int], Awaitable[Use]], ours: Callable[[], Awaitable[Use]]
) -> tuple[Use, Use]:
    """Return what ours uses, and the yardstick, half of it before and half behind.

    Each is seconds of CPU and of time. A machine that grows slower meanwhile is so for both.
    """
    half = number // 2
    before = await bare(half)
    used = await ours()
    behind = await bare(number - half)
    return used, (before[0] + behind[0], before[1] + behind[1])


async def _activities_of(stand: Stand, person: Imported) -> int:
    """Count the activities that somebody's enrolment has scheduled until now."""
    history = await enrolment_handle(stand.client, person.object_id).fetch_history()
    scheduled = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    return sum(event.event_type == scheduled for event in history.events)


async def _run_bare(stand: Stand, use: ProcessUse, number: int, activities: int) -> Use:
    """Return the seconds of CPU and of time that as many bare workflows take to complete."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def start() -> WorkflowHandle[BareWorkflow, None]:
        async with turns:
            return await stand.client.start_workflow(
                BareWorkflow.run,
                activities,
                id=enrolment_workflow_id(str(uuid4())),
                task_queue=BARE_QUEUE,
            )

    used, begun = use.cpu_seconds(), time.perf_counter()
    handles = await asyncio.gather(*(start() for _ in range(number)))
    await asyncio.gather(*(handle.result() for handle in handles))
    return use.cpu_seconds() - used, time.perf_counter() - begun


async def _click_and_wait(stand: Stand, people: list[Imported]) -> float:
    """Return the seconds until the last of those who clicked is in the group."""
    wanted = {one.object_id for one in people}
    begun = time.perf_counter()
    await click(stand, *people)

    async def are_members() -> bool:
        return wanted <= set(await members(stand))

    await until(are_members)
    return time.perf_counter() - begun

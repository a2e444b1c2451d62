"""How fast an import starts people, beside the bare call with the same attributes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from activities.enrolment.start import start_enrolment
from activities.imports.part import IN_FLIGHT
from bench.rows import Measured, RowName, ratio
from bench.sizes import SLICES, Size
from bench.stand import Stand
from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from domain.person import Person
from domain.status import Source
from domain.tables.enrolment import EnrolmentRecord
from temporal.search_attributes import search_attributes

# Nobody works on this queue: what is started waits.
UNATTENDED_QUEUE = "mfa-rollout-bench-unattended"
One = TypeVar("One")


async def measure_starts(
    stand: Stand, size: Size, invited: Sequence[EnrolmentRecord]
) -> list[Measured]:
    """Start people as an import does, 25 at a time, in turn with as many bare starts.

    The people whom it starts are those that ``invited`` begins with, so they can click afterwards.
    """
    ours = invited[: size.starts]
    part = size.starts // SLICES
    taken = {"ours": 0.0, "bare": 0.0}
    for begin in range(0, part * SLICES, part):
        some = ours[begin : begin + part]
        others = [str(uuid4()) for _ in some]
        taken["ours"] += await _all(some, lambda row: _start(stand, row))
        taken["bare"] += await _all(others, lambda one: _start_bare(stand, one))
    number = part * SLICES
    return [
        ratio(
            RowName.STARTS,
            ours=number / taken["ours"],
            beside=number / taken["bare"],
            measured_in="a second",
        )
    ]


async def start_all(stand: Stand, some: Sequence[EnrolmentRecord]) -> None:
    """Start people as an import does, for measurements that need their enrolments."""
    await _all(some, lambda row: _start(stand, row))


async def _start(stand: Stand, row: EnrolmentRecord) -> None:
    """Start somebody by the call that an import makes."""
    person, enrolment = _of(row.object_id, row.upn or row.object_id)
    await start_enrolment(
        stand.client,
        enrolment,
        state=EnrolmentState(person=person),
        display_name=person.display_name,
        task_queue=UNATTENDED_QUEUE,
        memo={"StartedBy": row.run_id},
    )


async def _start_bare(stand: Stand, object_id: str) -> None:
    person, enrolment = _of(object_id, f"{object_id}@contoso.example")
    await stand.client.start_workflow(
        ENROLMENT_WORKFLOW,
        enrolment,
        id=enrolment_workflow_id(object_id),
        task_queue=UNATTENDED_QUEUE,
        search_attributes=search_attributes(enrolment, EnrolmentState(person=person)),
    )


def _of(object_id: str, upn: str) -> tuple[Person, EnrolmentInput]:
    person = Person(
        object_id=object_id,
        user_principal_name=upn,
        display_name="Ada Lovelace",
        mail=upn,
        department="Research",
    )
    enrolment = EnrolmentInput(
        object_id=object_id,
        user_principal_name=upn,
        source=Source.CSV_UPLOAD,
        batch_id="bench",
        correlation_id=object_id,
        invite_not_before=datetime.now(UTC),
    )
    return person, enrolment


async def _all(some: Sequence[One], call: Callable[[One], Awaitable[None]]) -> float:
    begun = time.perf_counter()
    for begin in range(0, len(some), IN_FLIGHT):
        await asyncio.gather(*(call(one) for one in some[begin : begin + IN_FLIGHT]))
    return time.perf_counter() - begun

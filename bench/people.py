"""The people of a benchmark: in the tables, in the tenant, in a file; and their links."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

from bench.stand import Stand
from client.imports import ImportRequest, PartHandle, start_import
from database.enrolments.person import read_person
from database.errors import UnknownBatch
from database.figures.counts import count_people
from demo.past.people import people, write
from domain.enrolment.policy import Policy
from domain.identifiers import RECONCILE_SCHEDULE_ID
from domain.imports.file import read_import_file
from domain.imports.pace import Pace
from domain.status import InviteStatus
from domain.tables.enrolment import EnrolmentRecord
from domain.tracking_token import tracking_token

LOOK_EVERY = 0.2
_NO_LIMIT = 100_000
_PACE = Pace(per_minute=_NO_LIMIT, per_hour=_NO_LIMIT, per_day=_NO_LIMIT)
# A machine may be slow; one that never gets there isn't waited for for ever.
PATIENCE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Imported:
    """Somebody of a file: their ObjectId, and their UPN."""

    object_id: str
    upn: str


def token_of(stand: Stand, object_id: str) -> str:
    """Return the token of somebody's links."""
    return tracking_token(object_id, stand.token_key)


async def put_into_tables(stand: Stand, number: int) -> list[EnrolmentRecord]:
    """Write so many people who were invited into the tables; they have no workflow."""
    invited = [
        replace(
            row,
            status=InviteStatus.SENT,
            ended=None,
            ended_at=None,
            clicked_at=None,
            registered_at=None,
            registered_after=None,
        )
        for row, _ in people(number)
    ]
    await write(stand.database, ((row, []) for row in invited))
    return invited


async def put_into_tenant(stand: Stand, number: int, *, manager: bool = False) -> list[Imported]:
    """Add so many people to the directory; with a ``manager``, who is one more."""
    made = [str(uuid4()) for _ in range(number)]
    boss = str(uuid4())
    users = [{"id": boss, **_named(f"boss-{boss[:8]}")}] if manager else []
    found = []
    for object_id in made:
        named = _named(f"person-{object_id}")
        users.append({"id": object_id, **named, **({"managerId": boss} if manager else {})})
        found.append(Imported(object_id, named["userPrincipalName"]))
    (await stand.control.post("/control/bulk", json={"users": users})).raise_for_status()
    return found


def _named(alias: str) -> dict[str, str]:
    upn = f"{alias}@contoso.example"
    return {"userPrincipalName": upn, "mail": upn, "displayName": alias.title()}


async def import_people(
    stand: Stand, batch_id: str, imported: Sequence[Imported], *, policy: Policy | None = None
) -> list[PartHandle]:
    """Import people as `mfa-rollout import` does, from the bytes of a file on."""
    content = "\n".join(["UPN", *(one.upn for one in imported)]).encode()
    request = ImportRequest(
        batch_id=batch_id,
        policy=policy or Policy(),
        pace=_PACE,
        starts_at=datetime.now(UTC),
    )
    return await start_import(stand.client, read_import_file(content), request)


async def complete_tables(stand: Stand) -> None:
    """Let the first pass over the list end: after it nobody is looked for who can't be there."""
    schedule = stand.client.get_schedule_handle(RECONCILE_SCHEDULE_ID)
    before = (await schedule.describe()).info.num_actions
    await schedule.trigger()

    async def has_ended() -> bool:
        info = (await schedule.describe()).info
        return info.num_actions > before and not info.running_actions

    await until(has_ended)


def correlation_of(part: PartHandle) -> str:
    """Return the id that a part of an import has in Microsoft's logs."""
    return str(uuid5(NAMESPACE_URL, part.id))


async def until_in_status(stand: Stand, batch_id: str, status: InviteStatus, number: int) -> None:
    """Wait until so many people of a batch are in a status, by our tables."""

    async def reached() -> bool:
        async with stand.database.reading() as connection:
            try:
                counted = await count_people(connection, batch_id=batch_id)
            except UnknownBatch:
                return False
        return counted.by_status.get(status, 0) >= number

    await until(reached)


async def until_record(
    stand: Stand, object_id: str, is_so: Callable[[EnrolmentRecord], bool]
) -> EnrolmentRecord:
    """Wait until somebody's row in the tables is so, and return it."""
    found: list[EnrolmentRecord] = []

    async def reached() -> bool:
        async with stand.database.reading() as connection:
            page = await read_person(connection, object_id)
        if page is None or not is_so(page.row):
            return False
        found.append(page.row)
        return True

    await until(reached)
    return found[0]


async def until(reached: Callable[[], object], *, every: float = LOOK_EVERY) -> None:
    """Ask again and again until the answer is true.

    Raises:
        TimeoutError: it never was.
    """
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while True:
        answer = reached()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer:
            return
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(every)

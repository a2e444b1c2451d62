"""Counts the people of a rollout from our tables; from Temporal while these can't be read."""

from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.service import RPCError

from cli.database import open_database
from cli.options import BATCHES_SHOWN
from cli.output.tables import said, table
from cli.status.rollout_lines import rollout_lines
from cli.temporal import configured_target, connect_to_temporal
from cli.terminal import ExitStatus, err, fail, out, print_json
from client.enrolments import count_by_status, count_stuck
from client.people.rollout import Rollout, read_rollout
from client.people.rollout_json import KEYS, rollout_json
from database.errors import DatabaseError, UnknownBatch, UnknownDepartment
from database.figures.counts import count_people
from domain.standing.texts import OTHER_ENDS
from domain.status import InviteStatus
from domain.tables.people import OtherEnd, PeopleCount
from temporal.refusals import TemporalRefused, refusal_of, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Temporal:
    """What Temporal says: how many are stuck, None if it doesn't know; or why it says nothing."""

    client: Client | None = None
    stuck: int | None = None
    refusal: Exception | None = None


async def show_status(*, batch_id: str | None, department: str | None, as_json: bool) -> None:
    """Print how many people stand where.

    Leaves with 2 for a batch or a department that nobody is in, and with 1 where Temporal couldn't
    be asked; what the tables say is printed all the same.

    Raises:
        SettingsError: settings are wrong.
        TemporalRefused: neither the tables nor Temporal can be read.
    """
    now = datetime.now(UTC)
    asked = await _ask_temporal(batch_id, department)
    rollout = None
    try:
        async with open_database() as database, database.reading() as connection:
            counted = await count_people(connection, batch_id=batch_id, department=department)
            rollout = await read_rollout(connection, now)
        people = people_by_standing(counted)
    except UnknownBatch as unknown:
        fail(f"{unknown} {BATCHES_SHOWN}", ExitStatus.USAGE)
    except UnknownDepartment as unknown:
        fail(f"{unknown} `mfa-rollout people list` shows who there is.", ExitStatus.USAGE)
    except DatabaseError as failure:
        people = await _from_temporal(asked, failure, batch_id, department)
    if as_json:
        _print_json(people, asked, rollout, batch_id, department)
    else:
        _print(people, asked, rollout)
    if asked.refusal is not None:
        fail(_sentence(asked.refusal))


def people_by_standing(counted: PeopleCount) -> dict[InviteStatus | OtherEnd, int]:
    """Return the counts in the order of the journey: who is on the way, and how others ended."""
    people: dict[InviteStatus | OtherEnd, int] = dict(counted.on_the_way.items())
    people.update(counted.other_ends.items())
    return people


async def _ask_temporal(batch_id: str | None, department: str | None) -> _Temporal:
    try:
        client = await connect_to_temporal()
        return _Temporal(client=client, stuck=await count_stuck(client, batch_id, department))
    except (TemporalRefused, RPCError) as error:
        if isinstance(error, RPCError) and refusal_of(error) is None:
            raise
        return _Temporal(refusal=error)


async def _from_temporal(
    asked: _Temporal, failure: DatabaseError, batch_id: str | None, department: str | None
) -> dict[InviteStatus | OtherEnd, int]:
    """Count in Temporal, and say why; it doesn't know those whose enrolments it has forgotten."""
    if asked.client is None:
        raise asked.refusal or failure
    if department is not None:
        fail(f"{failure} Departments are counted in the database alone.")
    people = await count_by_status(asked.client, batch_id)
    err.print(
        f"[bold yellow]warning:[/] {said(failure)} These are Temporal's counts: people whose "
        "enrolments it has forgotten are missing.",
        soft_wrap=True,
    )
    return people


def _print(
    people: dict[InviteStatus | OtherEnd, int], asked: _Temporal, rollout: Rollout | None
) -> None:
    listed = table("Status", "People")
    for standing, number in people.items():
        name = OTHER_ENDS[standing] if isinstance(standing, OtherEnd) else standing.value
        listed.add_row(name, str(number))
    listed.add_row("Stuck", "?" if asked.stuck is None else str(asked.stuck))
    out.print(listed)
    if rollout is None:
        return
    for line in rollout_lines(rollout):
        out.print(line, soft_wrap=True)


def _print_json(
    people: dict[InviteStatus | OtherEnd, int],
    asked: _Temporal,
    rollout: Rollout | None,
    batch_id: str | None,
    department: str | None,
) -> None:
    print_json(
        {
            "batchId": batch_id,
            "department": department,
            "people": people,
            "stuck": asked.stuck,
            "source": "temporal" if rollout is None else "database",
            **(dict.fromkeys(KEYS) if rollout is None else rollout_json(rollout)),
        }
    )


def _sentence(error: Exception) -> str:
    return str(
        error if isinstance(error, TemporalRefused) else sentence(error, configured_target())
    )

"""Finds the one person whom an admin means, or lists those who may be meant."""

from collections.abc import Sequence

from temporalio.client import Client

from cli.database import open_database
from cli.output.tables import said, table
from cli.terminal import err, fail, out
from client.enrolments import EnrolmentHandle, find_enrolment
from database.engine import Database
from database.enrolments.person import find_people
from database.errors import DatabaseError
from domain.tables.people import PersonLine

MOST = 20


async def people_called(database: Database, who: str) -> list[PersonLine]:
    """Return whom a name, an address, an ObjectId or a part of them means."""
    async with database.reading() as connection:
        return await find_people(connection, who, limit=MOST)


def only_one(who: str, found: Sequence[PersonLine]) -> PersonLine | None:
    """Return the person who is meant, None when there is none; list them when there are several.

    Of several people who had one name after the other, the one who is being enrolled is meant.
    """
    running = [line for line in found if line.ended is None]
    same_name = len({line.upn.casefold() for line in found}) == 1
    if len(found) > 1 and same_name and len(running) == 1:
        return running[0]
    if len(found) > 1:
        _list(found, same_name=same_name)
        number = f"At least {MOST}" if len(found) >= MOST else str(len(found))
        by = "ObjectId" if same_name else "user principal name"
        fail(f"{number} people match {who!r}: name one by the {by}.")
    return found[0] if found else None


async def enrolment_of(client: Client, who: str) -> EnrolmentHandle:
    """Return a person's enrolment; leave with a message when there is none, or several match.

    Our tables are searched first. What they don't have, and everything while they can't be read, is
    looked up in Temporal, which knows whole user principal names and ObjectIds only.
    """
    name, person, unread = who, None, None
    try:
        async with open_database() as database:
            person = only_one(who, await people_called(database, who))
        name = person.object_id if person is not None else who
    except DatabaseError as failure:
        unread = failure
    handle = await find_enrolment(client, name)
    if unread is not None:
        err.print(
            f"[bold yellow]warning:[/] {said(unread)} Temporal was asked instead: it knows whole "
            "user principal names and ObjectIds only.",
            soft_wrap=True,
        )
    if handle is None:
        fail(not_enrolled(who))
    if person is not None and who.casefold() not in {person.upn.casefold(), person.object_id}:
        # A part of a name was enough; whom it means is said before anything is done.
        named = f"{person.display_name}, {person.upn}" if person.display_name else person.upn
        err.print(f"{said(named)}:", soft_wrap=True)
    return handle


def not_enrolled(who: str) -> str:
    """Return the message that nobody of this name is enrolled."""
    return f"Nobody called '{who}' is enrolled: check the spelling, or import them first."


def _list(found: Sequence[PersonLine], *, same_name: bool) -> None:
    last = "ObjectId" if same_name else "Batch"
    listed = table("Name", "User principal name", "Status", last)
    for line in found:
        name, upn = said(line.display_name or ""), said(line.upn)
        status = line.status.value if line.ended is None else f"{line.status.value}, ended"
        listed.add_row(name, upn, status, said(line.object_id if same_name else line.batch_id))
    out.print(listed)

"""The enrolment in Temporal of the one person whom an admin means."""

from temporalio.client import Client

from cli.database import open_database
from cli.people.finding import only_one, people_called
from cli.people.tables import said
from cli.terminal import err, fail
from client.enrolments import EnrolmentHandle, find_enrolment
from database.errors import DatabaseError


async def enrolment_of(client: Client, who: str) -> EnrolmentHandle:
    """Return a person's enrolment; leave with a message when there is none, or several match.

    Our tables are searched first. What they don't have, and everything while they can't be read, is
    looked up in Temporal, which knows whole user principal names and ObjectIds only.
    """
    name, unread = who, None
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
        fail(f"Nobody called {who} is enrolled: check the spelling, or import them first.")
    return handle

"""The columns of exported people: their titles, and what stands in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from client.exports.cells import Cell
from domain.standing.texts import ATTENTION, NEXT
from domain.tables.people import PersonLine


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, and what it says of a person."""

    title: str
    cell: Callable[[PersonLine], Cell]


PEOPLE: Sequence[Column] = (
    Column("Name", lambda line: line.display_name),
    Column("User principal name", lambda line: line.upn),
    Column("Mail", lambda line: line.mail),
    Column("Department", lambda line: line.department),
    Column("Language", lambda line: line.language),
    Column("Batch", lambda line: line.batch_id),
    Column("Status", lambda line: line.status),
    Column("Registration", lambda line: line.registration),
    Column("In group", lambda line: line.in_group),
    Column("Invited (UTC)", lambda line: line.invite_sent_at),
    Column("Clicked (UTC)", lambda line: line.clicked_at),
    Column("Registered (UTC)", lambda line: line.registered_at),
    Column("Reminders", lambda line: line.reminder_count),
    Column("Manager", lambda line: line.manager_upn),
    Column("Manager told", lambda line: line.escalated),
    Column("Manager told (UTC)", lambda line: line.escalated_at),
    Column("Needs attention", lambda line: line.attention and ATTENTION.get(line.attention)),
    Column("Problem", lambda line: line.problem),
    Column("Next step", lambda line: line.next_step and NEXT.get(line.next_step)),
    Column("Next step due (UTC)", lambda line: line.due_at),
    Column("Ended", lambda line: line.ended),
    Column("ObjectId", lambda line: line.object_id),
)

# For whoever calls people whose manager was told; nothing we hold is a telephone number.
CALLS: Sequence[Column] = (
    Column("Name", lambda line: line.display_name),
    Column("User principal name", lambda line: line.upn),
    Column("Mail", lambda line: line.mail),
    Column("Department", lambda line: line.department),
    Column("Language", lambda line: line.language),
    Column("Manager", lambda line: line.manager_upn),
    Column("Manager told (UTC)", lambda line: line.escalated_at),
    Column("Reminders", lambda line: line.reminder_count),
    Column("Clicked (UTC)", lambda line: line.clicked_at),
    Column("Status", lambda line: line.status),
    Column("ObjectId", lambda line: line.object_id),
)

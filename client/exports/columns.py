"""The columns of exported people: their titles, and what stands in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from client.exports.cells import Cell
from domain.demo_calendar import DemoCalendar
from domain.portal.call_list import CallEntry
from domain.standing.sentences import NEXT
from domain.standing.texts import ATTENTION
from domain.tables.people import PersonLine


class ExportedPerson(NamedTuple):
    """Somebody as a list has them, and whom to call, where that was read."""

    line: PersonLine
    calls: CallEntry


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, and what it says of a person."""

    title: str
    cell: Callable[[ExportedPerson], Cell]


PEOPLE: Sequence[Column] = (
    Column("Name", lambda one: one.line.display_name),
    Column("User principal name", lambda one: one.line.upn),
    Column("Mail", lambda one: one.line.mail),
    Column("Department", lambda one: one.line.department),
    Column("Language", lambda one: one.line.language),
    Column("Batch", lambda one: one.line.batch_id),
    Column("Status", lambda one: one.line.status),
    Column("Registration", lambda one: one.line.registration),
    Column("In group", lambda one: one.line.in_group),
    Column("Invited (UTC)", lambda one: one.line.invite_sent_at),
    Column("Clicked (UTC)", lambda one: one.line.clicked_at),
    Column("Registered (UTC)", lambda one: one.line.registered_at),
    Column("Reminders", lambda one: one.line.reminder_count),
    Column("Manager", lambda one: one.line.manager_upn),
    Column("Manager told", lambda one: one.line.escalated),
    Column("Manager told (UTC)", lambda one: one.line.escalated_at),
    Column("Needs attention", lambda one: one.line.attention and ATTENTION.get(one.line.attention)),
    Column("Problem", lambda one: one.line.problem),
    Column("Next step", lambda one: one.line.next_step and NEXT.get(one.line.next_step)),
    Column("Next step due (UTC)", lambda one: one.line.due_at),
    Column("Ended", lambda one: one.line.ended),
    Column("ObjectId", lambda one: one.line.object_id),
)

# For whoever calls people whose manager was told. Numbers are as the directory had them then.
CALLS: Sequence[Column] = (
    Column("Name", lambda one: one.line.display_name),
    Column("User principal name", lambda one: one.line.upn),
    Column("Mail", lambda one: one.line.mail),
    Column("Phone", lambda one: one.calls.phone),
    Column("Department", lambda one: one.line.department),
    Column("Language", lambda one: one.line.language),
    Column("Manager", lambda one: one.calls.manager_name),
    Column("Manager's user principal name", lambda one: one.line.manager_upn),
    Column("Manager's phone", lambda one: one.calls.manager_phone),
    Column("Manager told (UTC)", lambda one: one.line.escalated_at),
    Column("Reminders", lambda one: one.line.reminder_count),
    Column("Clicked (UTC)", lambda one: one.line.clicked_at),
    Column("Status", lambda one: one.line.status),
    Column("ObjectId", lambda one: one.line.object_id),
)


def in_days(columns: Sequence[Column], calendar: DemoCalendar | None) -> Sequence[Column]:
    """Return the columns with a demo's days in place of dates; where there is none, as they are."""
    if calendar is None:
        return columns
    return [Column(column.title, _in_days(column.cell, calendar)) for column in columns]


def _in_days(
    cell: Callable[[ExportedPerson], Cell], calendar: DemoCalendar
) -> Callable[[ExportedPerson], Cell]:
    def shown(one: ExportedPerson) -> Cell:
        value = cell(one)
        return calendar.text_in_utc(value) if isinstance(value, datetime) else value

    return shown

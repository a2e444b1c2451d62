"""The tracking list's 24 columns, and how an enrolment's state reads in them.

The names are the seed's 21 and ``ObjectId``, ``Department`` and ``Notes``; ``Notes`` is for people,
and we never write it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from domain.enrolment.state import EnrolmentInput, EnrolmentState, Problem
from domain.enrolment.texts import problem_sentence
from domain.instants import read_instant
from domain.plain_text import bounded_line
from domain.status import InviteStatus, RegistrationState
from domain.tracking_list.problem_column import COLUMN_OF_PROBLEMS, problem_named

# In place of a value of the row of which only is known that it isn't ours any more.
UNKNOWN = "\N{REPLACEMENT CHARACTER}"

# In place of a token of our own, which is made where the row is written.
OWN_TOKEN = "own"  # noqa: S105 - a mark, which opens nothing

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

Value = str | int | bool | None
Fields = dict[str, Value]


class ColumnKind(StrEnum):
    """The types of a SharePoint column that we use."""

    TEXT = "text"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    DATE_TIME = "dateTime"
    NUMBER = "number"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the tracking list."""

    name: str
    kind: ColumnKind
    indexed: bool = False
    unique: bool = False
    choices: tuple[str, ...] = ()


def _text(name: str, *, indexed: bool = False, unique: bool = False) -> Column:
    return Column(name=name, kind=ColumnKind.TEXT, indexed=indexed, unique=unique)


def _date(name: str) -> Column:
    return Column(name=name, kind=ColumnKind.DATE_TIME)


def _choice(name: str, choices: type[StrEnum]) -> Column:
    return Column(name=name, kind=ColumnKind.CHOICE, indexed=True, choices=tuple(choices))


COLUMNS = (
    _text("Title", indexed=True, unique=True),
    _text("DisplayName_"),
    _choice("InviteStatus", InviteStatus),
    Column(name="InGroup", kind=ColumnKind.BOOLEAN),
    _choice("MFARegistrationState", RegistrationState),
    _date("MFARegistrationDate"),
    _text("TrackingToken", indexed=True),
    _date("ClickedLinkDate"),
    _date("AddedToGroupDate"),
    _date("InviteSentDate"),
    _date("LastReminderDate"),
    Column(name="ReminderCount", kind=ColumnKind.NUMBER),
    _date("LastChecked"),
    _date("EmailOpenedDate"),
    Column(name="EscalatedToManager", kind=ColumnKind.BOOLEAN),
    _date("EscalationDate"),
    _text("ManagerUPN"),
    _text("Source"),
    _text("SourceBatchId"),
    _text("ErrorDetails"),
    _text("CorrelationId"),
    _text("ObjectId", indexed=True),
    _text("Department"),
    Column(name="Notes", kind=ColumnKind.NOTE),
)

# No two people have the same value in these, so that they may be unique on a list.
PERSONS_OWN = frozenset({"Title", "TrackingToken", "CorrelationId", "ObjectId"})

# The columns that we write: all but the one that is for people.
OURS = frozenset(column.name for column in COLUMNS) - {"Notes"}


def item_fields(
    input: EnrolmentInput, state: EnrolmentState, list_problem: Problem | None = None
) -> Fields:
    """Return what the user's row should hold, dates as ISO 8601 in UTC, text cut to 255.

    What is wrong is named here, and put into words where the row is written
    (``domain.tracking_list.problem_column``). ``list_problem`` is about the row itself; it is named
    while nothing else is wrong.
    """
    person = state.person
    fields: Fields = {
        "Title": person.user_principal_name if person else input.user_principal_name,
        "DisplayName_": person.display_name if person else None,
        "InviteStatus": state.status.value,
        "InGroup": state.in_group,
        "MFARegistrationState": state.registration.value,
        "MFARegistrationDate": iso(state.registered_at),
        # The links of somebody whose enrolment ended without success are void: an empty column says
        # so for as long as the row is there, beyond Temporal's retention.
        "TrackingToken": None if state.links_void else state.older_token or OWN_TOKEN,
        "ClickedLinkDate": iso(state.clicked_at),
        "AddedToGroupDate": iso(state.added_to_group_at),
        "InviteSentDate": iso(state.invite_sent_at),
        "LastReminderDate": iso(state.last_reminder_at),
        "ReminderCount": state.reminder_count,
        "LastChecked": iso(state.last_checked_at),
        "EmailOpenedDate": iso(state.opened_at),
        "EscalatedToManager": state.escalated,
        "EscalationDate": iso(state.escalated_at),
        "ManagerUPN": state.manager_upn,
        "Source": state.source or input.source.value,
        "SourceBatchId": state.source_batch_id or input.batch_id,
        "CorrelationId": input.correlation_id,
        "ObjectId": input.object_id,
        "Department": person.department if person else None,
    }
    clear = {name: clipped(value) for name, value in fields.items()}
    return {**clear, COLUMN_OF_PROBLEMS: problem_named(state.problem or list_problem)}


def fields_before_intake(
    input: EnrolmentInput, state: EnrolmentState, list_problem: Problem | None = None
) -> Fields:
    """Return what the row should hold while the intake can't be done: whose it is, what is wrong.

    Nothing else: the row may be an older one, and its dates and counts have yet to be adopted. Only
    an enrolment that ends before that also voids the links that the row has from before.
    """
    fields = item_fields(input, state, list_problem)
    names = ["Title", "ObjectId", "CorrelationId", "ErrorDetails"]
    if state.links_void:
        names.append("TrackingToken")
    return {name: fields[name] for name in names}


def changed(wanted: Fields, written: Mapping[str, Value]) -> Fields:
    """Return the columns that differ from what was last written.

    ``LastChecked`` is left out while it is empty: the polling activity writes it by itself.
    ``Source`` and ``SourceBatchId`` stay as the first import wrote them. Neither holds for the row
    of somebody else, who had the name before.
    """
    inherited = written.get("ObjectId") not in {None, "", UNKNOWN, wanted.get("ObjectId")}

    def kept(name: str, value: Value) -> bool:
        if name in {"Source", "SourceBatchId"}:
            return written.get(name) not in {None, "", UNKNOWN}
        return name == "LastChecked" and value is None

    return {
        name: value
        for name, value in wanted.items()
        if written.get(name) != value and (inherited or not kept(name, value))
    }


def sentence(problem: Problem | None) -> str | None:
    """Put a problem into the one sentence that ``ErrorDetails`` shows."""
    return problem_sentence(problem) if problem is not None else None


def clipped(value: Value) -> Value:
    """Make text fit for a single-line column: one line of at most 255 UTF-16 units."""
    return bounded_line(value) if isinstance(value, str) else value


def iso(instant: datetime | None) -> str | None:
    """Write an aware instant as SharePoint keeps it: UTC, to the second, with a Z."""
    if instant is None:
        return None
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_column_instant(value: object) -> datetime | None:
    """Read what SharePoint keeps of an instant; None where a column holds something else."""
    is_one = isinstance(value, str) and _INSTANT.fullmatch(value)
    return read_instant(value) if is_one else None

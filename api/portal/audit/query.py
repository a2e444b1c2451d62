"""What is asked of the audit log, as the address of its page has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from api.portal.paths import PORTAL, unknown_names
from database.audit.entries import AuditFilter
from domain.instants import read_day
from domain.plain_text import bounded_line
from domain.tables.audit import AuditAction

AUDIT = f"{PORTAL}/audit"
NAMED = "name:"
"""Before the name of somebody who didn't sign in; who did is asked for by ObjectId."""

_FIELDS = ("person", "actor", "action", "since", "until")
_NAMES = {"action": "Action", "since": "From", "until": "To"}
_LONGEST = 320
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """Which part of the log is shown: filters as the form has them, empty for none.

    ``unknown`` holds what the address asks for and can't be read.
    """

    person: str
    actor: str
    action: str
    since: date | None
    until: date | None
    before: int | None
    time_zone: str
    unknown: tuple[str, ...] = ()

    @property
    def person_id(self) -> str | None:
        """The ObjectId that was asked for; None where it is a UPN."""
        return _guid(self.person)

    @property
    def filters(self) -> dict[str, str]:
        """What stands in the address, without the place."""
        values = {name: getattr(self, name) for name in _FIELDS}
        return {name: str(value) for name, value in values.items() if value}

    @property
    def export(self) -> str:
        """The address of the export of what is shown."""
        return _with(f"{AUDIT}/export.csv", self.filters)

    def page_before(self, number: int) -> str:
        """Return the address of the page of what came before an entry."""
        return _with(AUDIT, {**self.filters, "before": str(number)})

    @property
    def first_page(self) -> str:
        """The address of the latest entries."""
        return _with(AUDIT, self.filters)

    def wanted(self, person: str | None) -> AuditFilter:
        """Return which entries are wanted; days begin where the organisation is."""
        zone = ZoneInfo(self.time_zone)
        ends = self.until + timedelta(days=1) if self.until else None
        named = self.actor.removeprefix(NAMED) if self.actor.startswith(NAMED) else None
        return AuditFilter(
            person=person,
            actor_id=None if named is not None else self.actor or None,
            actor_name=named,
            action=self.action or None,
            since=datetime.combine(self.since, time(), zone) if self.since else None,
            until=datetime.combine(ends, time(), zone) if ends else None,
            only_begun=True,
        )


def log_query(values: Mapping[str, str], time_zone: str) -> LogQuery:
    """Return what an address asks for; what can't be read isn't asked for, and named."""
    before = values.get("before", "")
    action = values.get("action", "")
    action = action if action in set(AuditAction) else ""
    since, until = read_day(values.get("since", "")), read_day(values.get("until", ""))
    understood = {"action": action, "since": since, "until": until}
    unknown = [
        f"{_NAMES[name]}: {bounded_line(values[name])}"
        for name, value in understood.items()
        if values.get(name) and not value
    ]
    unknown += unknown_names(values, {*_FIELDS, "before"})
    readable = before.isascii() and before.isdigit() and len(before) <= _MOST_DIGITS
    return LogQuery(
        person=values.get("person", "").strip()[:_LONGEST],
        actor=values.get("actor", "")[:_LONGEST],
        action=action,
        since=since,
        until=until,
        before=int(before) if readable else None,
        time_zone=time_zone,
        unknown=tuple(unknown),
    )


def action_name(action: str) -> str:
    """Return an action for people: ``Stop mail``."""
    return action.replace("-", " ").capitalize()


def _with(path: str, values: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(values)}" if values else path


def _guid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None

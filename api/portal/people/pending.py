"""A request that the tables don't show yet: what a page says of it, and what may be asked then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from api.portal.people.wording import ACTIONS
from client.people.standing import PersonStatus
from database.audit.entries import AuditFilter, read_entries, read_outcomes
from domain.enrolment.messages import Update
from domain.instants import microseconds
from domain.tables.audit import AuditEntry, AuditOutcome
from domain.tables.enrolment import EnrolmentRecord, NextStep
from domain.tables.people import PersonPage
from domain.tables.story import StoryKind

ENTRIES = 50
# With a worker that runs, a request that shows in no table after this was refused by the enrolment.
SHOWN_WITHIN = timedelta(minutes=15)

_UPDATES: Mapping[str, Update] = {action.audited_as: key for key, action in ACTIONS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRequest:
    """What was asked of an enrolment, by whom, under which id, and when."""

    update: Update
    request_id: str | None
    actor: str
    asked_at: datetime

    def shows_in(self, page: PersonPage) -> bool:
        """Say whether the tables show that it was done."""
        row = page.row
        match self.update:
            case Update.PAUSE:
                return row.paused_by is not None
            case Update.RESUME:
                return row.paused_by is None
            case Update.CANCEL:
                return row.ended is not None
            case Update.RETRY:
                return self._is_told(StoryKind.RETRIED, page)
        return row.next_step is NextStep.RESEND or self._is_told(StoryKind.RESENT, page)

    def _is_told(self, kind: StoryKind, page: PersonPage) -> bool:
        return any(event.kind is kind and event.at >= self.asked_at for event in page.story)

    def as_if_done(self, row: EnrolmentRecord) -> EnrolmentRecord:
        """Return the row as it will be: a button is offered for what can be asked then."""
        match self.update:
            case Update.PAUSE:
                return replace(row, paused_by=self.actor)
            case Update.RESUME:
                return replace(row, paused_by=None)
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What admins have asked of a person, the latest first, and what of it doesn't show yet.

    ``latest`` is the last that the enrolment itself was asked, whatever became of it.
    """

    entries: tuple[AuditEntry, ...] = ()
    latest: PendingRequest | None = None
    pending: PendingRequest | None = None


async def read_asked(connection: AsyncConnection, status: PersonStatus, now: datetime) -> Asked:
    """Return what admins have asked of a person.

    The tables are written after the enrolment has answered. Until they show what was asked, it is
    pending; they show it at the latest when the row is of a later instant than the answer.
    """
    wanted = AuditFilter(person=status.page.row.object_id, only_begun=True)
    entries = await read_entries(connection, wanted, limit=ENTRIES)
    number = next((one for one, entry in entries.items() if entry.action in _UPDATES), None)
    if number is None:
        return Asked(entries=tuple(entries.values()))
    entry = entries[number]
    latest = PendingRequest(
        update=_UPDATES[entry.action],
        request_id=entry.request_id,
        actor=entry.actor.shown_name,
        asked_at=entry.at,
    )
    outcome = (await read_outcomes(connection, [number])).get(number)
    return Asked(
        entries=tuple(entries.values()),
        latest=latest,
        pending=latest if _is_pending(latest, outcome, status, now) else None,
    )


def _is_pending(
    asked: PendingRequest, outcome: AuditEntry | None, status: PersonStatus, now: datetime
) -> bool:
    if asked.shows_in(status.page):
        return False
    answered_at = asked.asked_at
    if outcome is not None:
        if outcome.outcome == AuditOutcome.FAILED:
            return False
        answered_at = outcome.at
    seen_at = status.worker_seen_at
    if seen_at is not None and min(seen_at, now) - answered_at > SHOWN_WITHIN:
        return False
    return status.page.row.revision < microseconds(answered_at)

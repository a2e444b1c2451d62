"""Writes what is about to be done for an admin to the audit log, and afterwards how it ended."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from database.audit.chain import begin, finish
from database.engine import Database
from database.errors import DatabaseError
from database.schema_version import check
from domain.failures import PermanentFailure
from domain.tables.audit import Actor, AuditAction, AuditEntry, AuditOutcome

_log = logging.getLogger(__name__)


class AuditUnavailable(PermanentFailure):
    """The audit log can't be written, so nothing was done."""


@dataclass(slots=True)
class CameOf:
    """What else the log is to say of the outcome; it names no person."""

    told: str | None = None


class Backlog(Protocol):
    """Where entries wait while the database is away."""

    async def write_to(self, database: Database) -> int:
        """Move all entries to the audit log, and return how many there were."""

    def keep(self, entry: AuditEntry, failure: DatabaseError | None) -> None:
        """Keep an entry; ``failure`` is why it can't be written, None where that was said."""


@asynccontextmanager
async def audited(
    database: Database,
    actor: Actor,
    action: AuditAction,
    *,
    reason: str | None = None,
    person: str | None = None,
    request_id: str | None = None,
    backlog: Backlog | None = None,
    acts_unwritten: bool = False,
) -> AsyncIterator[CameOf]:
    """Write an entry before the block is run, and its outcome afterwards, with what was told.

    Args:
        database: where the audit log is.
        actor: who acts.
        action: what is about to be done.
        reason: why.
        person: the ObjectId of the person whom it is about.
        request_id: the id under which it is done once, however often it is asked for: then it has
            one entry.
        backlog: where an entry waits that can't be written.
        acts_unwritten: whether the block is run though the entry can't be written; this needs a
            backlog.

    Raises:
        AuditUnavailable: the entry can't be written, and the block was not run.
    """
    log = _Entries(database, backlog)
    entry = AuditEntry(
        at=datetime.now(UTC),
        actor=actor,
        action=action,
        reason=reason,
        person=person,
        request_id=request_id,
    )
    await log.begin(entry, acts_unwritten=acts_unwritten)
    outcome, came_of = AuditOutcome.FAILED, CameOf()
    try:
        yield came_of
        outcome = AuditOutcome.DONE
    except asyncio.CancelledError:
        outcome = AuditOutcome.INTERRUPTED
        raise
    finally:
        # Without the person: an erasure has just forgotten who that was.
        await log.end(
            replace(
                entry,
                at=datetime.now(UTC),
                reason=came_of.told,
                person=None,
                request_id=None,
                outcome=outcome,
            )
        )


class _Entries:
    """The two entries of one action."""

    def __init__(self, database: Database, backlog: Backlog | None) -> None:
        self._database = database
        self._backlog = backlog
        self._number: int | None = None

    async def begin(self, entry: AuditEntry, *, acts_unwritten: bool) -> None:
        try:
            await check(self._database)
            if self._backlog is not None:
                await self._backlog.write_to(self._database)
            async with self._database.writing() as connection:
                self._number = await begin(connection, entry)
        except DatabaseError as failure:
            if self._backlog is None or not acts_unwritten:
                raise AuditUnavailable(
                    f"Nothing was done, since the audit log can't be written: {failure}"
                ) from None
            self._backlog.keep(entry, failure)

    async def end(self, entry: AuditEntry) -> None:
        if self._number is None:
            self._keep(entry, None)
            return
        entry = replace(entry, answers=self._number)
        try:
            async with self._database.writing() as connection:
                await finish(connection, entry)
        except DatabaseError as failure:
            self._keep(entry, failure)

    def _keep(self, entry: AuditEntry, failure: DatabaseError | None) -> None:
        if self._backlog is not None:
            self._backlog.keep(entry, failure)
        else:
            _log.error(
                "audit log: the outcome of entry %s, %s, can't be written: %s",
                entry.answers,
                entry.outcome,
                failure,
            )

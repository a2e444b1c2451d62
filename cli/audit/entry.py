"""Writes what a verb is about to do to the audit log, and afterwards how it ended."""

import asyncio
import getpass
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from rich.markup import escape

from cli.audit.backlog import PendingEntries
from cli.terminal import err
from database.audit.chain import append
from database.engine import Database, database_at
from database.errors import DatabaseError
from database.schema_version import check
from domain.failures import PermanentFailure
from domain.records.audit import Actor, AuditAction, AuditEntry, AuditOutcome
from settings import DatabaseSettings, load_settings


class AuditUnavailable(PermanentFailure):
    """The audit log can't be written, so the verb didn't act."""


def this_login() -> Actor:
    """Return whoever calls this program: a login of this machine, which nobody has verified."""
    return Actor(name=f"command line: {getpass.getuser()}@{socket.gethostname()}")


@asynccontextmanager
async def audited(
    action: AuditAction,
    *,
    reason: str | None = None,
    person: str | None = None,
    acts_unwritten: bool = False,
) -> AsyncIterator[None]:
    """Write an entry before the block is run, and its outcome afterwards.

    Args:
        action: what is about to be done.
        reason: why.
        person: the ObjectId of the person whom it is about.
        acts_unwritten: whether the block is run though the entry can't be written. Then it is kept
            in ``DATA_DIR``, and the next verb that reaches the database writes it.

    Raises:
        AuditUnavailable: the entry can't be written, and the block was not run.
    """
    settings = load_settings(DatabaseSettings)
    database = database_at(settings.database_address, settings.data_dir)
    log = _Log(database, PendingEntries(settings.data_dir))
    entry = AuditEntry(
        at=datetime.now(UTC), actor=this_login(), action=action, reason=reason, person=person
    )
    try:
        await log.begin(entry, keeps=acts_unwritten)
        outcome = AuditOutcome.FAILED
        try:
            yield
            outcome = AuditOutcome.DONE
        except asyncio.CancelledError:
            outcome = AuditOutcome.INTERRUPTED
            raise
        finally:
            # Without the person: an erasure has just forgotten who that was.
            await log.end(
                replace(entry, at=datetime.now(UTC), reason=None, person=None, outcome=outcome)
            )
    finally:
        await database.close()


class _Log:
    """The two entries of one action."""

    def __init__(self, database: Database, pending: PendingEntries) -> None:
        self._database = database
        self._pending = pending
        self._number: int | None = None

    async def begin(self, entry: AuditEntry, *, keeps: bool) -> None:
        try:
            await check(self._database)
            await self._pending.write_to(self._database)
            async with self._database.writing() as connection:
                self._number = await append(connection, entry)
        except DatabaseError as failure:
            if not keeps:
                raise AuditUnavailable(
                    f"Nothing was done, since the audit log can't be written: {failure}"
                ) from None
            self._keep(entry, failure)

    async def end(self, entry: AuditEntry) -> None:
        if self._number is None:
            self._keep(entry, None)
            return
        entry = replace(entry, answers=self._number)
        try:
            async with self._database.writing() as connection:
                await append(connection, entry)
        except DatabaseError as failure:
            self._keep(entry, failure)

    def _keep(self, entry: AuditEntry, failure: DatabaseError | None) -> None:
        try:
            self._pending.add(entry)
        except OSError as error:
            err.print(
                f"[bold red]not in the audit log:[/] {escape(str(failure or ''))} and the entry "
                f"can't be kept in DATA_DIR: {escape(error.strerror or 'unknown error')}.",
                soft_wrap=True,
            )
            return
        if failure is not None:
            err.print(
                f"[bold]audit log:[/] {escape(str(failure))} The entry is kept in "
                f"{escape(str(self._pending.path))} until a verb reaches the database.",
                soft_wrap=True,
            )

"""Writes what a verb is about to do to the audit log, and afterwards how it ended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.markup import escape

from cli.audit.backlog import PendingEntries
from cli.sign_in.identity import acting
from cli.terminal import err
from client.audit import entry as entries
from database.engine import Database, database_at
from database.errors import DatabaseError
from domain.tables.audit import Actor, AuditAction, AuditEntry
from settings import DatabaseSettings, load_settings


@asynccontextmanager
async def audited(
    action: AuditAction,
    *,
    actor: Actor | None = None,
    reason: str | None = None,
    person: str | None = None,
    acts_unwritten: bool = False,
) -> AsyncIterator[entries.CameOf]:
    """Write an entry before the block is run, and its outcome afterwards.

    Args:
        action: what is about to be done.
        actor: who acts, where that is known already.
        reason: why.
        person: the ObjectId of the person whom it is about.
        acts_unwritten: whether the block is run though the entry can't be written. Then it is kept
            in ``DATA_DIR``, and the next verb that reaches the database writes it.

    Raises:
        AuditUnavailable: the entry can't be written, and the block was not run.
    """
    settings = load_settings(DatabaseSettings)
    database = database_at(settings.database_address, settings.data_dir)
    backlog = TerminalBacklog(PendingEntries(settings.data_dir))
    try:
        async with entries.audited(
            database,
            actor or await acting(),
            action,
            reason=reason,
            person=person,
            backlog=backlog,
            acts_unwritten=acts_unwritten,
        ) as came_of:
            yield came_of
    finally:
        await database.close()


class TerminalBacklog:
    """Keeps entries in a file of this machine, and says so on the terminal."""

    def __init__(self, pending: PendingEntries) -> None:
        """Keep them in this file."""
        self._pending = pending

    async def write_to(self, database: Database) -> int:
        """Move all entries to the audit log, and return how many there were."""
        return await self._pending.write_to(database)

    def keep(self, entry: AuditEntry, failure: DatabaseError | None) -> None:
        """Keep an entry in the file; say why it isn't in the log, or that it can't be kept."""
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

"""Entries of the audit log that wait in a file of this machine until the database is back."""

import json
import os
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from database.audit.chain import append
from database.engine import Database
from domain.tables.audit import Actor, AuditEntry

FILE_NAME = "audit-pending.jsonl"


class PendingEntries:
    """A file of entries, one a line, in the order in which they were made."""

    def __init__(self, folder: Path) -> None:
        """Keep the file in this folder."""
        self.path = folder / FILE_NAME

    def add(self, entry: AuditEntry) -> None:
        """Append an entry; nobody else on this machine may read it.

        Raises:
            OSError: the file can't be written.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = json.dumps({**asdict(entry), "at": entry.at.isoformat()}) + "\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    async def write_to(self, database: Database) -> int:
        """Move all entries to the audit log, and return how many there were.

        An outcome that follows its entry answers it. Where two verbs do this at once, one of them
        takes the file.

        Raises:
            DatabaseUnavailable: the entries stay where they are.
        """
        if not self.path.exists():
            return 0
        taken = self.path.with_name(f"{FILE_NAME}.{uuid4()}")
        try:
            self.path.rename(taken)
        except FileNotFoundError:
            return 0
        try:
            entries = [_entry(json.loads(line)) for line in taken.read_text().splitlines()]
            async with database.writing() as connection:
                before: int | None = None
                for entry in entries:
                    is_answer = entry.outcome is not None and entry.answers is None
                    answered = replace(entry, answers=before) if is_answer else entry
                    before = await append(connection, answered)
        except BaseException:
            taken.rename(self.path)
            raise
        taken.unlink()
        return len(entries)


def _entry(values: dict[str, Any]) -> AuditEntry:
    actor = Actor(**values.pop("actor"))
    return AuditEntry(**values | {"at": datetime.fromisoformat(values["at"]), "actor": actor})

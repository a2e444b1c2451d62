"""Keep the tenant's records in memory, and in a SQLite file when one is given."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter

Record = TypeVar("Record")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    kind TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, key)
)
"""


class Storage:
    """One SQLite file of records; without a path nothing is written anywhere.

    Every write is committed at once, so killing the process loses nothing. It would not survive
    a power cut (``synchronous=OFF``): a simulated tenant needs speed more than that.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open the file, creating it and its table where they are missing."""
        self._connection: sqlite3.Connection | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            # The web server may run in another thread than the one that made the tenant; only
            # one of them ever works with it.
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=OFF")
            self._connection.execute(_SCHEMA)

    def read(self, kind: str) -> list[tuple[str, bytes]]:
        """Return key and body of every stored record of a kind, in the order of first writing."""
        if self._connection is None:
            return []
        query = "SELECT key, body FROM record WHERE kind = ? ORDER BY rowid"
        return list(self._connection.execute(query, (kind,)))

    def write(self, kind: str, key: str, body: bytes) -> None:
        """Insert a record or replace its body."""
        if self._connection is not None:
            self._connection.execute(
                "INSERT INTO record VALUES (?, ?, ?)"
                " ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
                (kind, key, body),
            )

    def delete(self, kind: str, key: str) -> None:
        """Remove a record; removing one that isn't there is no error."""
        if self._connection is not None:
            self._connection.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, key))

    @property
    def is_durable(self) -> bool:
        """Say whether records go to a file."""
        return self._connection is not None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything written inside the block together, which makes seeding fast."""
        if self._connection is None:
            yield
            return
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file; the records stay readable in memory."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Table(Generic[Record]):
    """All records of one kind by key: read from the file once, written through afterwards.

    Records are mutable objects. Whoever changes one calls `put` again, or the change is lost
    with the process.
    """

    def __init__(self, storage: Storage, kind: str, record_type: type[Record]) -> None:
        """Load the stored records of this kind."""
        self._storage = storage
        self._kind = kind
        self._adapter = TypeAdapter(record_type)
        self._records: dict[str, Record] = {
            key: self._adapter.validate_json(body) for key, body in storage.read(kind)
        }

    def put(self, key: str, record: Record) -> None:
        """Store a record under its key, new or changed."""
        self._records[key] = record
        if self._storage.is_durable:
            self._storage.write(self._kind, key, self._adapter.dump_json(record))

    def discard(self, key: str) -> Record | None:
        """Remove and return the record, or return None where there is none."""
        record = self._records.pop(key, None)
        if record is not None:
            self._storage.delete(self._kind, key)
        return record

    def get(self, key: str) -> Record | None:
        """Return the record, or None."""
        return self._records.get(key)

    def values(self) -> Iterator[Record]:
        """Iterate over the records in the order of their first writing."""
        return iter(self._records.values())

    def __getitem__(self, key: str) -> Record:
        """Return the record; a missing one is a KeyError."""
        return self._records[key]

    def __contains__(self, key: str) -> bool:
        """Say whether there is a record under the key."""
        return key in self._records

    def __len__(self) -> int:
        """Count the records."""
        return len(self._records)

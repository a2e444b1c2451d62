"""Counts what is asked of SQLite files: our tables, and outboxes."""

import sqlite3
from typing import Any

import pytest

READ_OF_LINKS = "SELECT 'token'"
"""Whose links are."""

WRITE_OF_HITS = "INTO held"
"""Rows of an outbox."""


class Statements:
    """Listens to every connection that is opened from now on."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        """Begin."""
        self._seen: list[str] = []
        connect = sqlite3.connect

        def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*arguments, **options)
            connection.set_trace_callback(self._seen.append)
            return connection

        # The driver for whole transactions knows it by its other name.
        for module in (sqlite3, sqlite3.dbapi2):
            patch.setattr(module, "connect", traced)

    def count(self, words: str) -> int:
        """Return how many statements held some words."""
        return sum(words in one for one in self._seen)

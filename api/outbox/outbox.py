"""Keeps hits in a local SQLite file until Temporal has them."""

import asyncio
import json
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

import structlog

from api.outbox.group_commit import GroupCommit, Item, Operation, Result, StorageUnavailable

log = structlog.get_logger(__name__)

CAPACITY = 1_000_000
"""Rows held at most: anyone can make up tokens, and the disk is finite."""

REMEMBERED_OPENS = 500_000
"""Tokens whose open was delivered; one that is forgotten costs a signal that changes nothing."""

PATIENCE = timedelta(seconds=5)
"""How long a hung disk may keep somebody waiting."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS held (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    event_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    at TEXT NOT NULL,
    network TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS one_open_per_token ON held (subject) WHERE kind = 'opened';
CREATE TABLE IF NOT EXISTS delivered_opens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash TEXT NOT NULL UNIQUE
);
"""

# One statement for all that came in together: each one costs a change of threads.
_INSERT = """
INSERT OR IGNORE INTO held (kind, event_id, subject, at, network)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),
       json_extract(value, '$[2]'), json_extract(value, '$[3]'),
       json_extract(value, '$[5]')
FROM json_each(?)
WHERE json_extract(value, '$[0]') <> 'opened' OR NOT EXISTS (
    SELECT 1 FROM delivered_opens WHERE token_hash = json_extract(value, '$[4]')
)
ORDER BY key
"""
_OLDEST = "SELECT id, kind, event_id, subject, at, network FROM held ORDER BY id LIMIT ?"
_POSTPONE = "UPDATE held SET id = (SELECT MAX(id) FROM held) + 1 WHERE id = ?"
_REMEMBER = "INSERT OR IGNORE INTO delivered_opens (token_hash) VALUES (?)"
_FORGET = "DELETE FROM delivered_opens WHERE id <= (SELECT MAX(id) FROM delivered_opens) - ?"


class HitKind(StrEnum):
    """What happened."""

    OPENED = "opened"
    CLICKED = "clicked"
    RESEND = "resend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that happened on a public page at an instant.

    ``subject`` is the token of the link, or what was typed into the resend form. ``is_known`` is
    False for a token of which nobody can say whose it is; few of them are held. ``network`` is a
    keyed hash of where a post of the form came from.
    """

    kind: HitKind
    event_id: str
    subject: str
    at: datetime
    is_known: bool = True
    network: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldHit:
    """A hit and its place in the outbox."""

    row_id: int
    hit: Hit


class Outbox:
    """Appends hits durably and gives them back in order.

    ``append`` returns after the commit: WAL with ``synchronous=NORMAL`` loses nothing then when the
    process is killed, and only a power cut may cost the last moments. A token has one open at a
    time here, and none once its open was delivered. Opens fill half of the capacity at most, so
    that clicks always find room. The file is readable by its owner alone: it holds tokens and typed
    addresses.
    """

    def __init__(self, path: Path, *, capacity: int = CAPACITY) -> None:
        """Name the file; it is created, with its folder, by the first operation."""
        self._path = path
        self._capacity = capacity
        self._commits = GroupCommit(self._connect, name="outbox")
        self._rows = 0
        self._failing = False
        self.filled = asyncio.Event()
        # What an earlier process left behind is looked for once.
        self.filled.set()

    def start(self) -> None:
        """Start the writer thread."""
        self._commits.start()

    async def close(self) -> None:
        """Commit what is queued and close the file."""
        await self._commits.close()

    def depth(self) -> int:
        """Return how many hits are held, as of the last commit."""
        return self._rows

    async def append(self, hit: Hit, *, within: timedelta | None = None) -> None:
        """Keep a hit; it is durable when this returns, and kept even if nobody waits for it.

        Raises:
            StorageUnavailable: it was not kept, or not in time.
        """
        self.filled.set()
        if not await self._run(self._insert, hit, within):
            raise StorageUnavailable("the outbox is full")

    async def oldest(self, limit: int) -> list[HeldHit]:
        """Return the hits that have waited longest, in the order of their arrival."""
        return await self._run(self._select, limit)

    async def settle(self, held: HeldHit, *, delivered: bool) -> None:
        """Remove a hit; of a delivered open its token is remembered, so that it is the only one."""
        await self._run(self._remove, (held, delivered))

    async def postpone(self, held: HeldHit) -> None:
        """Put a hit behind all others, so that they needn't wait for it."""
        await self._run(self._move_to_the_end, held)

    async def check(self) -> None:
        """Write to the file without changing what it holds.

        Raises:
            StorageUnavailable: it can't be written.
        """
        await self._run(self._touch, None)

    async def _run(
        self, operation: Operation[Item, Result], item: Item, within: timedelta | None = None
    ) -> Result:
        try:
            async with asyncio.timeout((within or PATIENCE).total_seconds()):
                result = await self._commits.submit(operation, item)
        except TimeoutError:
            # Said by nobody but the caller: a busy moment isn't a broken disk.
            raise StorageUnavailable("no answer in time") from None
        except StorageUnavailable as error:
            if not self._failing:
                self._failing = True
                log.error("outbox can't be written", reason=str(error))  # noqa: TRY400 - one line
            raise
        if self._failing:
            self._failing = False
            log.info("outbox can be written again")
        return result

    def _insert(self, connection: sqlite3.Connection, hits: Sequence[Hit]) -> list[bool]:
        kept: list[bool] = []
        rows: list[tuple[str | None, ...]] = []
        for hit in hits:
            kept.append(self._rows + len(rows) < self._room_for(hit))
            if kept[-1]:
                at, token_hash = hit.at.isoformat(), _hash(hit.subject)
                rows.append((hit.kind, hit.event_id, hit.subject, at, token_hash, hit.network))
        self._rows += connection.execute(_INSERT, (json.dumps(rows),)).rowcount
        return kept

    def _room_for(self, hit: Hit) -> int:
        """Return how full the outbox may be: anyone can make up tokens, clicks matter most."""
        share = self._capacity if hit.is_known else self._capacity // 10
        return share // 2 if hit.kind is HitKind.OPENED else share

    def _select(self, connection: sqlite3.Connection, limits: Sequence[int]) -> list[list[HeldHit]]:
        return [
            [
                HeldHit(
                    row_id=row_id,
                    hit=Hit(
                        kind=HitKind(kind),
                        event_id=event_id,
                        subject=subject,
                        at=datetime.fromisoformat(at),
                        network=network,
                    ),
                )
                for row_id, kind, event_id, subject, at, network in connection.execute(
                    _OLDEST, (limit,)
                )
            ]
            for limit in limits
        ]

    def _remove(
        self, connection: sqlite3.Connection, settled: Sequence[tuple[HeldHit, bool]]
    ) -> list[None]:
        for held, delivered in settled:
            if delivered and held.hit.kind is HitKind.OPENED:
                connection.execute(_REMEMBER, (_hash(held.hit.subject),))
                connection.execute(_FORGET, (REMEMBERED_OPENS,))
            cursor = connection.execute("DELETE FROM held WHERE id = ?", (held.row_id,))
            self._rows -= cursor.rowcount
        return [None] * len(settled)

    def _move_to_the_end(
        self, connection: sqlite3.Connection, postponed: Sequence[HeldHit]
    ) -> list[None]:
        connection.executemany(_POSTPONE, [(held.row_id,) for held in postponed])
        return [None] * len(postponed)

    def _touch(self, connection: sqlite3.Connection, asked: Sequence[None]) -> list[None]:
        connection.execute("PRAGMA user_version = 1")
        return [None] * len(asked)

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite gives its journal files the permissions of the database.
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=1.0)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = FAST")
            connection.executescript(_SCHEMA)
            (self._rows,) = connection.execute("SELECT COUNT(*) FROM held").fetchone()
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()

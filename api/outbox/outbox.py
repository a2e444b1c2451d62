"""Keeps hits in a local SQLite file until Temporal has them."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from api.outbox.group_commit import GroupCommit, Item, Operation, Result, StorageUnavailable
from api.outbox.held_hits import HeldHits
from api.outbox.hit import DueHits, HeldHit, Hit, HitKind, Lane, LaneState
from api.outbox.recent_opens import RecentOpens

log = structlog.get_logger(__name__)

CAPACITY = 1_000_000
"""Rows held at most: anyone can make up tokens, and the disk is finite."""

LANE_SHARES: Mapping[Lane, float] = {
    Lane.CLICK: 1.0,
    Lane.RESEND: 0.2,
    Lane.OPEN: 0.4,
    Lane.UNKNOWN: 0.1,
}
"""How much of the capacity a lane may fill: the others together leave room for clicks."""

# 16 MiB. Whoever waits for a commit that moves the journal into the file waits for the disk; at 200
# opens a second, and with SQLite's own 1,000 pages, that is more than one of a hundred.
_PAGES_OF_JOURNAL = 4_000

PATIENCE = timedelta(seconds=5)
"""How long a hung disk may keep somebody waiting."""


class Outbox:
    """Appends hits durably and gives them back lane by lane, in the order of their arrival.

    ``append`` returns after the commit: WAL with ``synchronous=NORMAL`` loses nothing then when the
    process is killed, and only a power cut may cost the last moments. A token has one open at a
    time here, and none once its open was delivered to the same run of the enrolment. The file is
    readable by its owner alone: it holds tokens and typed addresses.
    """

    def __init__(self, path: Path, *, capacity: int = CAPACITY) -> None:
        """Name the file; it is created, with its folder, by the first operation."""
        self._path = path
        self._rooms = {lane: max(1, int(capacity * LANE_SHARES[lane])) for lane in Lane}
        self._capacity = capacity
        self._commits = GroupCommit(self._connect, name="outbox")
        self._held = HeldHits(self._rooms, capacity)
        self._failing = False
        self.recent_opens = RecentOpens()
        self.opens_in_journal = 0
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
        """Return how many hits are held, as of the last commit, those in the journal included."""
        return sum(self._held.depths.values()) + self.opens_in_journal

    def held(self, lane: Lane) -> int:
        """Return how many hits of a lane the file holds, as of the last commit."""
        return self._held.depths[lane]

    def is_full(self) -> bool:
        """Say whether there is no room for one more click, as of the last commit."""
        return self.depth() >= self._capacity

    async def lanes(self) -> list[LaneState]:
        """Return depth, room and age of each lane.

        Raises:
            StorageUnavailable: the file can't be read.
        """
        oldest = await self._read(self._held.select_oldest, None)
        return [
            LaneState(
                lane=lane,
                depth=self.held(lane) + (self.opens_in_journal if lane is Lane.OPEN else 0),
                room=self._rooms[lane],
                oldest_at=oldest.get(lane),
            )
            for lane in Lane
        ]

    async def append(self, hit: Hit, *, within: timedelta | None = None) -> None:
        """Keep a hit; it is durable when this returns, and kept even if nobody waits for it.

        Raises:
            StorageUnavailable: it was not kept, or not in time.
        """
        (kept,) = await self.append_all([hit], within=within)
        if not kept:
            raise StorageUnavailable("the outbox is full")

    async def append_all(
        self, hits: Sequence[Hit], *, within: timedelta | None = None
    ) -> list[bool]:
        """Keep hits in one go; say for each whether there was room. They are durable then.

        Raises:
            StorageUnavailable: they were not kept, or not in time.
        """
        kept = await self._write(self._held.insert, hits, within)
        self.recent_opens.note(
            {
                hit.subject: hit.run_id
                for hit, is_kept in zip(hits, kept, strict=True)
                if is_kept and hit.kind is HitKind.OPENED
            }
        )
        self.filled.set()
        return kept

    async def due(self, counts: Mapping[Lane, int], now: datetime) -> DueHits:
        """Return the hits that have waited longest: so many of each lane at most."""
        return await self._read(self._held.select_due, (counts, now))

    async def held_clicks(self, since: datetime) -> list[tuple[str, datetime]]:
        """Return token and time of the clicks since an instant that are still held."""
        return await self._read(self._held.select_clicks, since)

    async def settle(self, held: HeldHit, *, delivered: bool) -> None:
        """Remove a hit; of a delivered open its token is remembered, so that it is the only one."""
        await self._write(self._held.remove, (held, delivered))
        if held.hit.kind is HitKind.OPENED:
            if delivered:
                self.recent_opens.note({held.hit.subject: held.hit.run_id})
            else:
                self.recent_opens.discard(held.hit.subject)

    async def postpone(self, held: HeldHit, until: datetime) -> None:
        """Keep a hit whose delivery failed from being due before an instant."""
        await self._write(self._held.postpone, (held, until))

    async def check(self) -> None:
        """Write to the file without changing what it holds.

        Raises:
            StorageUnavailable: it can't be written.
        """
        await self._write(self._held.try_insert, None)

    async def _read(self, operation: Operation[Item, Result], item: Item) -> Result:
        """Say nothing of whether the file can be written: a full disk can still be read."""
        async with self._watched(PATIENCE):
            return await self._commits.submit(operation, item)

    async def _write(
        self, operation: Operation[Item, Result], item: Item, within: timedelta | None = None
    ) -> Result:
        async with self._watched(within or PATIENCE):
            result = await self._commits.submit(operation, item)
        if self._failing:
            self._failing = False
            log.info("outbox can be written again")
        return result

    @contextlib.asynccontextmanager
    async def _watched(self, within: timedelta) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(within.total_seconds()):
                yield
        except TimeoutError:
            # Said by nobody but the caller: a busy moment isn't a broken disk.
            raise StorageUnavailable("no answer in time") from None
        except StorageUnavailable as error:
            if not self._failing:
                self._failing = True
                log.error("outbox can't be written", reason=str(error))  # noqa: TRY400 - one line
            raise

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite gives its journal files the permissions of the database.
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=1.0)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = FAST")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_OF_JOURNAL}")
            self._held.prepare(connection)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

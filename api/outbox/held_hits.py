"""The outbox's tables, read and written by its one thread for many callers at once."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from api.outbox.hit import DueHits, HeldHit, Hit, HitKind, Lane
from api.outbox.recent_opens import open_hash

REMEMBERED_OPENS = 500_000
"""Tokens whose open was delivered; one that is forgotten costs a signal that changes nothing."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS held (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    lane TEXT NOT NULL,
    due_at REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    kind TEXT NOT NULL,
    event_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    at TEXT NOT NULL,
    network TEXT,
    run_id TEXT,
    merge_key TEXT UNIQUE
);
CREATE INDEX IF NOT EXISTS next_of_lane ON held (lane, due_at, id);
CREATE TABLE IF NOT EXISTS delivered_opens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    open_hash TEXT NOT NULL UNIQUE
);
"""

_Values = tuple[object, ...]

# One statement for many that came in together: each one costs a change of threads.
_ROWS_AT_ONCE = 32
_INSERT = """
INSERT OR IGNORE INTO held (lane, due_at, kind, event_id, subject, at, network, run_id, merge_key)
SELECT column1, column2, column3, column4, column5, column6, column7, column8, column9
FROM (VALUES {rows})
WHERE column10 IS NULL OR NOT EXISTS (
    SELECT 1 FROM delivered_opens WHERE open_hash = column10
)
"""
_INSERTS = [
    _INSERT.format(rows=", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * number))
    for number in range(_ROWS_AT_ONCE + 1)
]
_TRIED: _Values = (Lane.CLICK, 0, HitKind.CLICKED, *[" " * 36] * 5, None, None)
_COLUMNS = "id, lane, tries, kind, event_id, subject, at, network, run_id"
_DUE = f"SELECT {_COLUMNS} FROM held WHERE lane = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?"  # noqa: S608
# Put off by a clock that was ahead, and has been set back since.
_TOO_LATE = f"SELECT {_COLUMNS} FROM held WHERE lane = ? AND due_at > ? ORDER BY id LIMIT ?"  # noqa: S608
_NEXT = "SELECT due_at FROM held WHERE lane = ? AND due_at > ? ORDER BY due_at LIMIT 1"
_OLDEST = "SELECT at FROM held WHERE lane = ? ORDER BY due_at, id LIMIT 1"
_POSTPONE = "UPDATE held SET due_at = ?, tries = tries + 1 WHERE id = ?"
_REMEMBER = "INSERT OR IGNORE INTO delivered_opens (open_hash) VALUES (?)"
_FORGET = "DELETE FROM delivered_opens WHERE id <= (SELECT MAX(id) FROM delivered_opens) - ?"
_CLICKS = "SELECT subject, at FROM held WHERE kind = 'clicked' AND at >= ? ORDER BY at"

# No hit is put off for so long, but for one wish after the other of a client who asks too often.
_LATEST_DUE = timedelta(hours=1)
_Row = tuple[int, str, int, str, str, str, str, str | None, str | None]


class HeldHits:
    """Operations on the tables, each for several items; ``depths`` counts the rows of each lane."""

    def __init__(self, rooms: Mapping[Lane, int], capacity: int) -> None:
        """Take how many rows each lane may hold, and all of them together."""
        self._rooms = rooms
        self._capacity = capacity
        self._version: int | None = None
        self.depths = dict.fromkeys(Lane, 0)

    def prepare(self, connection: sqlite3.Connection) -> None:
        """Create the tables, and count what they hold."""
        connection.executescript(_SCHEMA)
        self._version = None
        self._count(connection)

    def _count(self, connection: sqlite3.Connection) -> None:
        """Count the rows, where another process has changed them since."""
        # https://www.sqlite.org/pragma.html#pragma_data_version
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version == self._version:
            return
        self._version = version
        self.depths = dict.fromkeys(Lane, 0)
        for lane, depth in connection.execute("SELECT lane, COUNT(*) FROM held GROUP BY lane"):
            self.depths[Lane(lane)] = depth

    def insert(
        self, connection: sqlite3.Connection, groups: Sequence[Sequence[Hit]]
    ) -> list[list[bool]]:
        """Keep hits for which there is room, and say for each whether it is kept, or was before."""
        self._count(connection)
        kept: list[list[bool]] = []
        rows: dict[Lane, list[_Values]] = {}
        room = self._capacity - sum(self.depths.values())
        for group in groups:
            kept.append([])
            for hit in group:
                coming = rows.setdefault(hit.lane, [])
                has_room = room > 0 and self.depths[hit.lane] + len(coming) < self._room_for(hit)
                kept[-1].append(has_room)
                if has_room:
                    room -= 1
                    coming.append(_values_of(hit))
        for lane, values in rows.items():
            for begin in range(0, len(values), _ROWS_AT_ONCE):
                some = values[begin : begin + _ROWS_AT_ONCE]
                flat = [one for row in some for one in row]
                self.depths[lane] += connection.execute(_INSERTS[len(some)], flat).rowcount
        return kept

    def try_insert(self, connection: sqlite3.Connection, asked: Sequence[None]) -> list[None]:
        """Insert and delete a hit, which takes as much of the disk as keeping one does."""
        connection.execute(_INSERTS[1], _TRIED)
        connection.execute("DELETE FROM held WHERE id = last_insert_rowid()")
        return [None] * len(asked)

    def _room_for(self, hit: Hit) -> int:
        room = self._rooms[hit.lane]
        # Clicks find room behind made-up opens.
        return room // 2 if hit.lane is Lane.UNKNOWN and hit.kind is HitKind.OPENED else room

    def select_due(
        self, connection: sqlite3.Connection, asked: Sequence[tuple[Mapping[Lane, int], datetime]]
    ) -> list[DueHits]:
        """Return what is due in each lane, and when more will be."""
        self._count(connection)
        return [_due(connection, counts, now) for counts, now in asked]

    def select_oldest(
        self, connection: sqlite3.Connection, asked: Sequence[None]
    ) -> list[dict[Lane, datetime]]:
        """Return when the hit came in that is the next of each lane."""
        found = {
            lane: datetime.fromisoformat(row[0])
            for lane in Lane
            if (row := connection.execute(_OLDEST, (lane,)).fetchone())
        }
        return [found] * len(asked)

    def select_clicks(
        self, connection: sqlite3.Connection, since: Sequence[datetime]
    ) -> list[list[tuple[str, datetime]]]:
        """Return token and time of the clicks since an instant, the oldest first."""
        return [
            [
                (subject, datetime.fromisoformat(at))
                for subject, at in connection.execute(_CLICKS, (instant.isoformat(),))
            ]
            for instant in since
        ]

    def remove(
        self, connection: sqlite3.Connection, settled: Sequence[tuple[HeldHit, bool]]
    ) -> list[None]:
        """Delete hits; delivered opens are noted."""
        self._count(connection)
        for held, delivered in settled:
            if delivered and held.hit.kind is HitKind.OPENED:
                connection.execute(_REMEMBER, (open_hash(held.hit.subject, held.hit.run_id),))
                connection.execute(_FORGET, (REMEMBERED_OPENS,))
            cursor = connection.execute("DELETE FROM held WHERE id = ?", (held.row_id,))
            self.depths[held.lane] -= cursor.rowcount
        return [None] * len(settled)

    def postpone(
        self, connection: sqlite3.Connection, postponed: Sequence[tuple[HeldHit, datetime]]
    ) -> list[None]:
        """Note that deliveries failed, and when they are tried again."""
        values = [(until.timestamp(), held.row_id) for held, until in postponed]
        connection.executemany(_POSTPONE, values)
        return [None] * len(postponed)


def _values_of(hit: Hit) -> _Values:
    is_open = hit.kind is HitKind.OPENED
    return (
        hit.lane,
        (hit.at + hit.delay).timestamp(),
        hit.kind,
        hit.event_id,
        hit.subject,
        hit.at.isoformat(),
        hit.network,
        hit.run_id,
        f"open {hit.subject}" if is_open else hit.merge_key,
        open_hash(hit.subject, hit.run_id) if is_open else None,
    )


def _due(connection: sqlite3.Connection, counts: Mapping[Lane, int], now: datetime) -> DueHits:
    instant, latest = now.timestamp(), (now + _LATEST_DUE).timestamp()
    hits: list[HeldHit] = []
    for lane, count in counts.items():
        found = list(_hits(connection.execute(_DUE, (lane, instant, count))))
        if len(found) < count and lane is not Lane.RESEND:
            rest = (lane, latest, count - len(found))
            found += _hits(connection.execute(_TOO_LATE, rest))
        hits += found
    later = [
        row[0] for lane in counts if (row := connection.execute(_NEXT, (lane, instant)).fetchone())
    ]
    next_at = datetime.fromtimestamp(min(later), now.tzinfo) if later else None
    return DueHits(hits=tuple(hits), next_at=next_at)


def _hits(rows: Iterator[_Row]) -> Iterator[HeldHit]:
    for row_id, lane, tries, kind, event_id, subject, at, network, run_id in rows:
        hit = Hit(
            kind=HitKind(kind),
            event_id=event_id,
            subject=subject,
            at=datetime.fromisoformat(at),
            is_known=lane != Lane.UNKNOWN,
            network=network,
            run_id=run_id,
        )
        yield HeldHit(row_id=row_id, lane=Lane(lane), tries=tries, hit=hit)

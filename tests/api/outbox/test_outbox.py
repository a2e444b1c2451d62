"""The outbox: durable, in order, bounded, and back when the disk is."""

import asyncio
import contextlib
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from api.outbox.group_commit import StorageUnavailable
from api.outbox.hit import HeldHit, Hit, HitKind, Lane
from api.outbox.outbox import LANE_SHARES, Outbox

# Appends until it is killed, and says the id of each open once it was told that it is safe.
_WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4
from api.outbox.hit import Hit, HitKind
from api.outbox.outbox import Outbox

async def append(outbox):
    while True:
        token = str(uuid4())
        await outbox.append(
            Hit(kind=HitKind.OPENED, event_id=token, subject=token, at=datetime.now(UTC))
        )
        print(token, flush=True)

async def main():
    outbox = Outbox(Path(sys.argv[1]))
    outbox.start()
    await asyncio.gather(*(append(outbox) for _ in range(20)))

asyncio.run(main())
"""


def hit(kind: HitKind = HitKind.CLICKED, subject: str = "", **changes: Any) -> Hit:
    """Return a hit of just now."""
    subject = subject or str(uuid4())
    at = datetime.now(UTC)
    return Hit(kind=kind, event_id=str(uuid4()), subject=subject, at=at, **changes)


async def due(
    outbox: Outbox, count: int = 1_000_000, within: timedelta = timedelta(0)
) -> list[HeldHit]:
    """Return what may be delivered now, or will be soon, lane by lane."""
    found = await outbox.due(dict.fromkeys(Lane, count), datetime.now(UTC) + within)
    return list(found.hits)


@contextlib.asynccontextmanager
async def opened(path: Path, capacity: int = 1000) -> AsyncIterator[Outbox]:
    """Run an outbox."""
    outbox = Outbox(path, capacity=capacity)
    outbox.start()
    try:
        yield outbox
    finally:
        await outbox.close()


async def test_killed_process_loses_nothing(tmp_path: Path) -> None:
    """Every open that was acknowledged before a kill -9 is in the file afterwards."""
    path = tmp_path / "outbox.sqlite"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _WRITER, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    acknowledged = {(await process.stdout.readline()).decode().strip() for _ in range(500)}
    process.send_signal(signal.SIGKILL)
    acknowledged |= {
        # The last line may have been cut off by the kill.
        line.decode()
        for line in (await process.stdout.read()).split(b"\n")[:-1]
    }
    assert await process.wait() == -signal.SIGKILL

    async with opened(path) as outbox:
        kept = {held.hit.subject for held in await due(outbox)}
    assert len(acknowledged) >= 500
    assert acknowledged <= kept


async def test_order_and_content(tmp_path: Path) -> None:
    """Hits come back as they went in, oldest first in each lane, from the next process too."""
    kinds = [HitKind.CLICKED, HitKind.CLICKED, HitKind.RESEND, HitKind.OPENED]
    hits = [hit(kind) for kind in kinds] + [hit(is_known=False)]
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        for each in hits:
            await outbox.append(each)
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        assert [held.hit for held in await due(outbox)] == hits
        assert outbox.depth() == 5


async def test_one_open_per_token(tmp_path: Path) -> None:
    """A token's second open isn't kept, neither while the first waits nor after its delivery."""
    first = hit(HitKind.OPENED)
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        await outbox.append(first)
        await outbox.append(hit(HitKind.OPENED, first.subject))
        await outbox.append(hit(HitKind.CLICKED, first.subject))
        held = await due(outbox)
        assert [each.hit.kind for each in held] == [HitKind.CLICKED, HitKind.OPENED]
        # From the commit on the next open of the token costs neither a read nor a row.
        assert first.subject in outbox.recent_opens
        await outbox.settle(held[1], delivered=True)
        assert first.subject in outbox.recent_opens
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        await outbox.append(hit(HitKind.OPENED, first.subject))
        assert [each.hit.kind for each in await due(outbox)] == [HitKind.CLICKED]
        # What an earlier process delivered costs neither a read nor a row.
        assert first.subject in outbox.recent_opens


async def test_dropped_open_may_come_again(tmp_path: Path) -> None:
    """An open for which there was no enrolment yet counts when it comes again."""
    first = hit(HitKind.OPENED)
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        await outbox.append(first)
        (held,) = await due(outbox)
        await outbox.settle(held, delivered=False)
        assert outbox.depth() == 0
        await outbox.append(hit(HitKind.OPENED, first.subject))
        assert outbox.depth() == 1


@pytest.mark.parametrize(
    ("lane", "kind", "is_known", "room"),
    [
        (Lane.CLICK, HitKind.CLICKED, True, 100),
        (Lane.RESEND, HitKind.RESEND, True, 20),
        (Lane.OPEN, HitKind.OPENED, True, 40),
        (Lane.UNKNOWN, HitKind.CLICKED, False, 10),
        (Lane.UNKNOWN, HitKind.OPENED, False, 5),
    ],
)
async def test_room_of_a_lane(
    tmp_path: Path, lane: Lane, kind: HitKind, *, is_known: bool, room: int
) -> None:
    """A flood fills its own lane; made-up opens leave half of theirs to clicks."""
    async with opened(tmp_path / "outbox.sqlite", capacity=100) as outbox:
        flood = [outbox.append(hit(kind, is_known=is_known)) for _ in range(room + 3)]
        refused = [one for one in await asyncio.gather(*flood, return_exceptions=True) if one]
        assert [type(one) for one in refused] == [StorageUnavailable] * 3
        (state,) = [one for one in await outbox.lanes() if one.lane is lane]
        assert (state.depth, state.room) == (room, int(100 * LANE_SHARES[lane]))
        assert state.oldest_at is not None
        assert outbox.is_full() is (lane is Lane.CLICK)


async def test_floods_leave_room_for_clicks(tmp_path: Path) -> None:
    """With every other lane full, there are places for clicks, and no more than there are."""
    async with opened(tmp_path / "outbox.sqlite", capacity=100) as outbox:
        flood = [hit(HitKind.RESEND) for _ in range(20)]
        flood += [hit(HitKind.OPENED) for _ in range(40)]
        flood += [hit(is_known=False) for _ in range(10)]
        clicks = [hit() for _ in range(31)]
        appends = [outbox.append(each) for each in flood + clicks]
        refused = [one for one in await asyncio.gather(*appends, return_exceptions=True) if one]
        assert len(refused) == 1
        assert outbox.depth() == 100


async def test_two_processes_count_the_same_rows(tmp_path: Path) -> None:
    """What the other has delivered fills no lane, and what it has appended does."""
    path = tmp_path / "outbox.sqlite"
    async with opened(path, capacity=10) as one, opened(path, capacity=10) as other:
        await one.append_all([hit(HitKind.OPENED) for _ in range(3)])
        for held in await due(other):
            await other.settle(held, delivered=True)
        assert (other.depth(), await due(one), one.depth()) == (0, [], 0)
        assert await other.append_all([hit(HitKind.OPENED) for _ in range(3)]) == [True] * 3
        assert await one.append_all([hit(HitKind.OPENED) for _ in range(2)]) == [True, False]


async def test_a_delayed_wish_waits_and_merges(tmp_path: Path) -> None:
    """It isn't due before its time, which is known; another like it isn't kept meanwhile."""
    wish = hit(HitKind.RESEND, delay=timedelta(days=1), merge_key="one")
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        for each in (wish, hit(HitKind.RESEND, merge_key="one")):
            await outbox.append(each)
        found = await outbox.due(dict.fromkeys(Lane, 9), datetime.now(UTC))
        assert found.hits == ()
        assert found.next_at is not None
        assert abs(found.next_at - wish.at - wish.delay) < timedelta(milliseconds=1)
        assert outbox.depth() == 1
        (held,) = await due(outbox, within=timedelta(days=2))
        assert held.hit.event_id == wish.event_id


async def test_a_postponed_hit_waits_and_counts(tmp_path: Path) -> None:
    """A hit that failed isn't due before its time, and the next one is."""
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        first, second = hit(), hit()
        for each in (first, second):
            await outbox.append(each)
        held = await due(outbox, 1)
        assert [(one.hit, one.tries) for one in held] == [(first, 0)]
        await outbox.postpone(held[0], datetime.now(UTC) + timedelta(minutes=30))
        assert [one.hit for one in await due(outbox)] == [second]
        later = await due(outbox, within=timedelta(hours=1))
        assert [(one.hit, one.tries) for one in later] == [(second, 0), (first, 1)]


async def test_a_clock_that_was_ahead_delays_no_click(tmp_path: Path) -> None:
    """What came, or was put off, by a clock that is set back by two hours is due at once."""
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        ahead = datetime.now(UTC) + timedelta(hours=2)
        for kind in (HitKind.CLICKED, HitKind.OPENED):
            await outbox.append(Hit(kind=kind, event_id=kind, subject=str(uuid4()), at=ahead))
        found = await due(outbox)
        assert [held.hit.event_id for held in found] == [HitKind.CLICKED, HitKind.OPENED]
        await outbox.postpone(found[0], datetime.now(UTC) + timedelta(minutes=30))
        assert [held.hit.event_id for held in await due(outbox)] == [HitKind.OPENED]


async def test_clicks_that_are_still_held(tmp_path: Path) -> None:
    """Token and time of clicks since an instant are found, and nothing else's."""
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        click, late = hit(), hit(is_known=False)
        for each in (click, hit(HitKind.OPENED), hit(HitKind.RESEND), late):
            await outbox.append(each)
        assert await outbox.held_clicks(click.at) == [
            (one.subject, one.at) for one in (click, late)
        ]
        assert await outbox.held_clicks(late.at + timedelta(microseconds=1)) == []


async def test_disk_comes_back(tmp_path: Path) -> None:
    """A path that can't be written fails, and works without a restart once it can."""
    folder = tmp_path / "volume"
    folder.write_text("not a folder")
    async with opened(folder / "outbox.sqlite") as outbox:
        with pytest.raises(StorageUnavailable):
            await outbox.append(hit())
        with pytest.raises(StorageUnavailable):
            await outbox.check()
        folder.unlink()
        await outbox.check()
        await outbox.append(hit())
        assert outbox.depth() == 1


async def test_locked_file_undoes_the_group(tmp_path: Path) -> None:
    """A hit that couldn't be committed is reported as not kept, and isn't counted."""
    path = tmp_path / "outbox.sqlite"
    async with opened(path) as outbox:
        await outbox.append(hit())
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageUnavailable):
                await outbox.append(hit())
        await outbox.append(hit())
        assert outbox.depth() == 2
        assert len(await due(outbox)) == 2


async def test_private_file(tmp_path: Path) -> None:
    """Nobody but its owner can read the file or its journal: they hold tokens and addresses."""
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        await outbox.append(hit())
        modes = await asyncio.to_thread(_modes, tmp_path)
    assert {"outbox.sqlite", "outbox.sqlite-wal"} <= modes.keys()
    assert all(mode & 0o077 == 0 for mode in modes.values())


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode for path in folder.iterdir()}


async def test_append_is_kept_when_nobody_waits(tmp_path: Path) -> None:
    """A caller that stops waiting for the commit doesn't take the hit back."""
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        task = asyncio.create_task(outbox.append(hit()))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        assert len(await due(outbox)) == 1

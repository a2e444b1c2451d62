"""The outbox: durable, in order, bounded, and back when the disk is."""

import asyncio
import contextlib
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from api.outbox.group_commit import StorageUnavailable
from api.outbox.outbox import Hit, HitKind, Outbox

# Appends until it is killed, and says the id of each open once it was told that it is safe.
_WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4
from api.outbox.outbox import Hit, HitKind, Outbox

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


def hit(kind: HitKind = HitKind.CLICKED, subject: str = "") -> Hit:
    """Return a hit of just now."""
    return Hit(
        kind=kind, event_id=str(uuid4()), subject=subject or str(uuid4()), at=datetime.now(UTC)
    )


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
        kept = {held.hit.subject for held in await outbox.oldest(1_000_000)}
    assert len(acknowledged) >= 500
    assert acknowledged <= kept


async def test_order_and_content(tmp_path: Path) -> None:
    """Hits come back as they went in, oldest first, from the next process too."""
    hits = [hit(kind) for kind in HitKind]
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        for each in hits:
            await outbox.append(each)
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        assert [held.hit for held in await outbox.oldest(10)] == hits
        assert outbox.depth() == 3


async def test_one_open_per_token(tmp_path: Path) -> None:
    """A token's second open isn't kept, neither while the first waits nor after its delivery."""
    first = hit(HitKind.OPENED)
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        await outbox.append(first)
        await outbox.append(hit(HitKind.OPENED, first.subject))
        await outbox.append(hit(HitKind.CLICKED, first.subject))
        held = await outbox.oldest(10)
        assert [each.hit.kind for each in held] == [HitKind.OPENED, HitKind.CLICKED]
        await outbox.settle(held[0], delivered=True)
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        await outbox.append(hit(HitKind.OPENED, first.subject))
        assert [each.hit.kind for each in await outbox.oldest(10)] == [HitKind.CLICKED]


async def test_dropped_open_may_come_again(tmp_path: Path) -> None:
    """An open for which there was no enrolment yet counts when it comes again."""
    first = hit(HitKind.OPENED)
    async with opened(tmp_path / "outbox.sqlite") as outbox:
        await outbox.append(first)
        (held,) = await outbox.oldest(10)
        await outbox.settle(held, delivered=False)
        assert outbox.depth() == 0
        await outbox.append(hit(HitKind.OPENED, first.subject))
        assert outbox.depth() == 1


async def test_capacity(tmp_path: Path) -> None:
    """Opens fill half of the outbox at most, and nothing fills more than all of it."""
    async with opened(tmp_path / "outbox.sqlite", capacity=4) as outbox:
        for _ in range(2):
            await outbox.append(hit(HitKind.OPENED))
        with pytest.raises(StorageUnavailable):
            await outbox.append(hit(HitKind.OPENED))
        for _ in range(2):
            await outbox.append(hit(HitKind.CLICKED))
        with pytest.raises(StorageUnavailable):
            await outbox.append(hit(HitKind.CLICKED))
        assert outbox.depth() == 4


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
        assert len(await outbox.oldest(10)) == 2


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
        assert len(await outbox.oldest(10)) == 1

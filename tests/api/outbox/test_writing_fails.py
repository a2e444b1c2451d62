"""What is said of an outbox that can be read and can't be written, as on a full disk."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from api.outbox.group_commit import StorageUnavailable
from tests.api.outbox.test_outbox import due, hit, opened

_FULL = """
CREATE TRIGGER full_disk BEFORE INSERT ON held
BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END
"""


async def test_a_read_says_nothing_of_the_disk(tmp_path: Path) -> None:
    """Hits can be read from a full disk, so only one that could be kept ends the trouble."""
    path = tmp_path / "outbox.sqlite"
    async with opened(path) as outbox:
        await outbox.append(hit())
        with contextlib.closing(sqlite3.connect(path)) as other, capture_logs() as lines:
            other.executescript(_FULL)
            for _ in range(2):
                with pytest.raises(StorageUnavailable):
                    await outbox.append(hit())
                assert len(await due(outbox)) == 1
            assert [line["event"] for line in lines] == ["outbox can't be written"]
            with pytest.raises(StorageUnavailable):
                await outbox.check()
            other.executescript("DROP TRIGGER full_disk")
            await outbox.check()
            assert len(await due(outbox)) == 1
        assert [line["event"] for line in lines][1:] == ["outbox can be written again"]

"""The files of the journal: whose they are, and when they go."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from api.opens.journal import OpenJournal, OpenLine
from tests.support.eventually import eventually


class Journal(OpenJournal):
    """A journal beside ``outbox`` that is waited for."""

    def __init__(self, folder: Path) -> None:
        """Lie in this folder."""
        super().__init__(folder / "outbox")
        self.told: list[int | None] = []

    async def keep(self, line: OpenLine) -> int | None:
        """Append a line; return the number of its file."""
        done: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self.append([line.token], line.at, done.set_result)
        return await done


@asynccontextmanager
async def journal_in(folder: Path) -> AsyncIterator[tuple[Journal, list[tuple[int, OpenLine]]]]:
    """Run a journal, beside what was left to it."""
    journal = Journal(folder)
    yield journal, journal.start()
    await journal.close()
    journal.leave()


async def test_a_process_takes_no_file_that_another_writes(tmp_path: Path) -> None:
    """Links and portal may share a folder: only what an ended process left is taken over."""
    first, second = a_line(), a_line()
    async with journal_in(tmp_path) as (one, at_first):
        assert (await one.keep(first), at_first) == (1, [])
        async with journal_in(tmp_path) as (other, left):
            assert (await other.keep(second), left) == (2, [])
            assert files(tmp_path) == ["outbox-opens.1", "outbox-opens.2"]
            one.end_file(1, one.told.append)
            # The number that comes next is the other's.
            assert await one.keep(first) == 3
            assert one.told == [1]
    async with journal_in(tmp_path) as (_, left):
        assert left == [(1, first), (2, second), (3, first)]


async def test_a_file_is_its_process_own_until_it_goes(tmp_path: Path) -> None:
    """Of two that had read a file the slower one would remove a third one's of that number."""
    left, own = a_line(), a_line()
    (tmp_path / "outbox-opens.1").write_text(str(left))
    async with journal_in(tmp_path) as (one, at_one):
        assert at_one == [(1, left)]
        assert await one.keep(own) == 2
        one.end_file(2, one.told.append)
        await eventually(lambda: one.told)
        # Neither what was taken over, nor what was ended with lines that still wait.
        async with journal_in(tmp_path) as (_, at_other):
            assert at_other == []
        one.remove(1)
        assert files(tmp_path) == ["outbox-opens.2"]
    async with journal_in(tmp_path) as (_, at_last):
        assert at_last == [(2, own)]


async def test_a_file_that_another_took_before_it_was_locked_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who starts in this moment finds it empty and removes it: what is written to it is lost."""
    line, opened = a_line(), os.open

    def open_and_lose(path: Path, *how: int) -> int:
        descriptor = opened(path, *how)
        if path.name == "outbox-opens.1":
            path.unlink()
        return descriptor

    async with journal_in(tmp_path) as (journal, _):
        monkeypatch.setattr(os, "open", open_and_lose)
        assert await journal.keep(line) == 2
    monkeypatch.undo()
    async with journal_in(tmp_path) as (_, left):
        assert left == [(2, line)]


async def test_a_file_ends_once_all_is_told_that_it_holds(tmp_path: Path) -> None:
    """Else it would be removed with lines of which nobody has heard; another file goes on."""
    async with journal_in(tmp_path) as (journal, _):
        told = journal.told
        journal.append([a_line().token], 1764255600.25, told.append)
        journal.end_file(1, lambda _: told.append(-1))
        journal.append([a_line().token], 1764255600.25, told.append)
        journal.end_file(1, lambda _: told.append(-1))
        assert await journal.keep(a_line()) == 2
        assert told == [1, -1, 2, -1]


async def test_a_full_disk_fills_with_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that holds nothing for anybody goes at once; one that holds lines stays."""

    def full(_descriptor: int, _lines: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    kept = a_line()
    async with journal_in(tmp_path) as (journal, _):
        assert await journal.keep(kept) == 1
        with monkeypatch.context() as disk:
            disk.setattr(os, "write", full)
            assert [await journal.keep(a_line()) for _ in range(3)] == [None] * 3
        assert files(tmp_path) == ["outbox-opens.1"]
        assert await journal.keep(a_line()) == 4


async def test_files_of_others(tmp_path: Path) -> None:
    """Names that the journal doesn't make are left alone; what has no line in it goes."""
    line = a_line()
    for name in ("²", "٣", "-1", "0", "1.bak", "9" * 19, "4"):
        (tmp_path / f"outbox-opens.{name}").write_text(str(line))
    (tmp_path / "outbox-opens.5").write_bytes(bytes(100))
    async with journal_in(tmp_path) as (journal, left):
        assert left == [(4, line)]
        journal.remove(4)
    assert [one for one in files(tmp_path) if one[-1] in "45"] == []
    assert len(files(tmp_path)) == 6


async def test_more_than_one_process_can_have_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start reads bounded files, and as many as hold so many opens; the others stay for later."""
    lines = [a_line() for _ in range(4)]
    for number, some in enumerate((lines[:2], lines[2:3], lines[3:]), start=1):
        (tmp_path / f"outbox-opens.{number}").write_text("".join(map(str, some)))
    monkeypatch.setattr("api.opens.journal.MOST_LEFT", 2)
    monkeypatch.setattr("api.opens.journal.MOST_READ", len(f"{lines[0]}"))
    async with journal_in(tmp_path) as (journal, left):
        assert left == [(1, lines[0]), (2, lines[2])]
        assert await journal.keep(a_line()) == 4


def a_line() -> OpenLine:
    """Return an open."""
    return OpenLine(str(uuid4()), 1764255600.25)


def files(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(one.name for one in folder.iterdir())

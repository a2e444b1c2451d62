"""Keeps opened mails: all that come in together are appended to the journal together."""

import asyncio
import time
from dataclasses import dataclass, field
from functools import partial

from starlette.types import Scope

from api.opens.journal import OpenJournal, OpenLine
from api.opens.sorter import LONGEST_WAIT, OpenSorter, UnsortedOpen
from api.outbox.hit import HitKind
from api.outbox.hit_counters import DropReason, HitCounters
from api.outbox.recent_opens import RecentOpens


@dataclass(slots=True)
class _Group:
    """What has come in since the last group was taken up, and who waits for its end."""

    lines: list[OpenLine] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    answers: list[asyncio.Future[None]] = field(default_factory=list)
    late: asyncio.TimerHandle | None = None


class OpenKeeper:
    """Appends opens to the journal, in groups, and hands them on to be sorted.

    A group is what comes in at the same time; an open that comes alone waits for no other. Whose an
    open is, and whether it is anybody's, is found out behind the answer, for many at once.
    """

    def __init__(
        self,
        *,
        journal: OpenJournal,
        sorter: OpenSorter,
        recent: RecentOpens,
        counters: HitCounters,
    ) -> None:
        """Take where opens are appended, what sorts them, and what is known of the latest."""
        self._journal = journal
        self._sorter = sorter
        self._recent = recent
        self._counters = counters
        self._coming = _Group()

    def start(self) -> None:
        """Begin, with what an earlier process left."""
        self._sorter.start([UnsortedOpen(*one, None) for one in self._journal.start()])

    def keep(self, token: str, scope: Scope) -> "asyncio.Future[None] | None":
        """Keep an open, unless it is a token's second one.

        Returns:
            What is done when the open is durable, or can't be made so, or after ``LONGEST_WAIT``;
            None where nothing has to be done.
        """
        if token in self._recent:
            return None
        if self._sorter.is_full:
            self._counters.note_dropped(HitKind.OPENED, DropReason.OUTBOX)
            return None
        loop = asyncio.get_running_loop()
        group = self._coming
        if group.late is None:
            group.late = loop.call_later(LONGEST_WAIT.total_seconds(), _answer, group.answers)
            loop.call_soon(self._write)
        answer: asyncio.Future[None] = loop.create_future()
        group.lines.append(OpenLine(token, time.time()))
        group.scopes.append(scope)
        group.answers.append(answer)
        self._sorter.coming += 1
        return answer

    async def close(self) -> None:
        """Wait until all that came in is kept, and give it to the outbox."""
        if self._coming.lines:
            self._write()
        await self._journal.close()
        await self._sorter.close()

    def _write(self) -> None:
        group, self._coming = self._coming, _Group()
        if not group.lines:
            return
        self._journal.append(group.lines, partial(self._written, group))

    def _written(self, group: _Group, number: int | None) -> None:
        if group.late is not None:
            group.late.cancel()
        _answer(group.answers)
        self._sorter.coming -= len(group.lines)
        if number is None:
            for _ in group.lines:
                self._counters.note_dropped(HitKind.OPENED, DropReason.OUTBOX)
            return
        self._sorter.take(
            [UnsortedOpen(number, *one) for one in zip(group.lines, group.scopes, strict=True)]
        )


def _answer(answers: "list[asyncio.Future[None]]") -> None:
    for one in answers:
        if not one.done():
            one.set_result(None)

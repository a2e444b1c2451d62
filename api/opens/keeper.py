"""Keeps opened mails: all that come in together are appended to the journal together."""

import asyncio
import time
from datetime import timedelta
from functools import partial
from itertools import groupby

from starlette.types import Scope

from api.opens.clients import OpenClients
from api.opens.group import OpenGroup
from api.opens.journal import OpenJournal
from api.opens.sorter import OpenSorter
from api.outbox.hit import HitKind
from api.outbox.hit_counters import DropReason, HitCounters
from api.outbox.recent_opens import RecentOpens

LONGEST_WAIT = timedelta(milliseconds=250)
"""How long an image waits to be durable."""

MOST = 50_000
"""Opens in the journal at most, for the time in which database or outbox are away."""

SHARED_FROM = 25_000
"""Opens in the journal from which on each client has a share of what room is left."""


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
        clients: OpenClients,
        counters: HitCounters,
    ) -> None:
        """Take where opens are appended, what sorts them, and what is known of the latest."""
        self._journal = journal
        self._sorter = sorter
        self._recent = recent
        self._clients = clients
        self._counters = counters
        self._coming = OpenGroup()
        self._written: list[OpenGroup] = []
        self._waiting = sorter.waiting
        self._writing = 0
        self._unshared = 0
        self._late: list[OpenGroup] = []
        self._looking: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin, with what an earlier process left."""
        left = groupby(self._journal.start(), key=lambda one: (one[0], one[1].at))
        self._sorter.start(
            [
                OpenGroup(dict.fromkeys(line.token for _, line in some), at, number)
                for (number, at), some in left
            ]
        )

    def keep(self, token: str, scope: Scope) -> "asyncio.Future[None] | None":
        """Keep an open, unless it is a token's second one.

        Returns:
            What is done when the open is durable, or can't be made so, or after ``LONGEST_WAIT``;
            None where nothing has to be done. Several opens share it.
        """
        if token in self._waiting or token in self._recent:
            return None
        group = self._coming
        if len(group.askers) >= self._unshared and not self._has_room(scope):
            return None
        if group.answer is None:
            self._begin(group)
        group.askers.setdefault(token, scope)
        return group.answer

    async def close(self) -> None:
        """Wait until all that came in is kept, and give it to the outbox."""
        self._write()
        await self._journal.close()
        await self._sorter.close()
        self._journal.leave()
        if self._looking is not None:
            self._looking.cancel()

    def _has_room(self, scope: Scope) -> bool:
        held = len(self._coming.askers) + self._writing + self._sorter.held
        if held >= MOST:
            self._counters.note_dropped(HitKind.OPENED, DropReason.OUTBOX)
            return False
        if held >= SHARED_FROM and not self._clients.admit_unknown(scope):
            self._counters.note_dropped(HitKind.OPENED, DropReason.CLIENT_LIMIT)
            return False
        return True

    def _begin(self, group: OpenGroup) -> None:
        loop = asyncio.get_running_loop()
        group.answer = loop.create_future()
        # Behind all that came in with it.
        loop.call_soon(self._write)
        if self._looking is None:
            self._look()

    def _write(self) -> None:
        group = self._coming
        if group.answer is None:
            return
        group.at = time.time()
        self._coming = OpenGroup()
        self._written.append(group)
        self._writing += len(group.askers)
        self._unshared = SHARED_FROM - self._writing - self._sorter.held
        self._journal.append(group.askers, group.at, partial(self._end, group))

    def _end(self, group: OpenGroup, number: int | None) -> None:
        self._written.remove(group)
        self._writing -= len(group.askers)
        group.let_go()
        if number is not None:
            group.number = number
            self._sorter.take(group)
            return
        for _ in group.askers:
            self._counters.note_dropped(HitKind.OPENED, DropReason.OUTBOX)

    def _look(self) -> None:
        """Answer who has waited since the look before: the disk may hang."""
        for group in self._late:
            group.let_go()
        self._late = [one for one in (*self._written, self._coming) if one.answer is not None]
        self._looking = (
            asyncio.get_running_loop().call_later(LONGEST_WAIT.total_seconds() / 2, self._look)
            if self._late
            else None
        )

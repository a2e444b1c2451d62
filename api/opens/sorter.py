"""Finds out whose the opens in the journal are, and gives the outbox as many as it can deliver."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import structlog
from starlette.requests import HTTPConnection
from starlette.types import Scope

from api.limits.client_address import ClientAddresses
from api.limits.rate_limits import Limits
from api.links.resolver import KnownRun, LinkResolver, LookupUnavailable, Miss, UnknownLink
from api.opens.journal import OpenJournal, OpenLine
from api.outbox.event_ids import new_event_id
from api.outbox.group_commit import StorageUnavailable
from api.outbox.hit import Hit, HitKind, Lane
from api.outbox.hit_counters import DropReason, HitCounters
from api.outbox.outbox import Outbox

log = structlog.get_logger(__name__)

LONGEST_WAIT = timedelta(milliseconds=250)
"""How long an image waits to be durable, and an open for Temporal to say that it is nobody's."""

SORT_AFTER = timedelta(milliseconds=100)
"""How long an open waits for others that are looked up with it."""

SORTED_AT_ONCE = 256
"""Opens of one read, and of one write: more would hold up whoever waits for a page."""

OUTBOX_HOLDS = 500
"""Known opens in the outbox below which it gets more: ten seconds of its deliveries."""

JOURNAL_HOLDS = 5_000
"""Known opens in the journal above which the outbox gets them, whatever it holds."""

MOST_FILES = 20
"""Files of the journal above which the outbox gets known opens, whatever it holds.

A file goes once none of its opens waits. Those of strangers wait no longer, but they fill files.
"""

MOST = 50_000
"""Opens in the journal at most, for the time in which the outbox can't be written."""


class UnsortedOpen(NamedTuple):
    """An open, the file of the journal that it is in, and who asked for the image.

    What an earlier process left has nobody who asks.
    """

    number: int
    line: OpenLine
    scope: Scope | None


class OpenClients:
    """Those who ask for images: each may have so many opens of which nobody can say whose."""

    def __init__(self, limits: Limits, addresses: ClientAddresses) -> None:
        """Take what counts, and what tells clients apart."""
        self._limits = limits
        self._addresses = addresses

    async def admit_unknown(self, scope: Scope | None) -> bool:
        """Count an open; what an earlier process left was taken already, and is nobody's flood."""
        if scope is None:
            return True
        return await self._limits.admit_unknown_open(self._addresses.of(HTTPConnection(scope)))


class OpenSorter:
    """Looks many opens up in one read, and lets those go that are nobody's.

    What a token is that isn't in our tables may have to be asked at Temporal, so those hold up
    nobody else. The outbox gets known opens as it delivers them, since a row costs as much as all
    the rest of an open.
    """

    def __init__(
        self,
        *,
        resolver: LinkResolver,
        journal: OpenJournal,
        outbox: Outbox,
        clients: OpenClients,
        counters: HitCounters,
    ) -> None:
        """Take what says whose a token is, and where its open goes."""
        self._resolver = resolver
        self._journal = journal
        self._outbox = outbox
        self._clients = clients
        self._counters = counters
        self.coming = 0
        self._unsorted: list[UnsortedOpen] = []
        self._known: dict[str, tuple[UnsortedOpen, str | None]] = {}
        self._in_file: Counter[int] = Counter()
        self._wake = asyncio.Event()
        self._closing = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._misses: set[asyncio.Task[None]] = set()

    @property
    def is_full(self) -> bool:
        """Say whether no more opens can be taken."""
        return self.coming + len(self._unsorted) + len(self._known) >= MOST

    def start(self, left: Sequence[UnsortedOpen]) -> None:
        """Begin to sort, with what an earlier process left."""
        self._loop = asyncio.create_task(self._run())
        self.take(left)

    def take(self, opens: Sequence[UnsortedOpen]) -> None:
        """Take opens that are in the journal."""
        self._unsorted += opens
        self._in_file.update(one.number for one in opens)
        self._note()
        if opens:
            self._wake.set()

    async def close(self) -> None:
        """Sort all that was taken, and give it to the outbox; what that can't take is left."""
        self._closing.set()
        self._wake.set()
        if self._loop is not None:
            await self._loop
        await asyncio.gather(*self._misses)
        with suppress(StorageUnavailable):
            while self._known:
                await self._move()
        for number in [one for one, opens in self._in_file.items() if not opens]:
            self._journal.remove(number)

    async def _run(self) -> None:
        while not self._closing.is_set():
            await self._wake.wait()
            self._wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(SORT_AFTER.total_seconds()):
                    await self._closing.wait()
            await self._sort()
            # What is in the journal is safe: while the outbox can't be written it waits there.
            with suppress(StorageUnavailable):
                while self._known and self._has_room():
                    await self._move()
            if self._known:
                self._wake.set()

    def _has_room(self) -> bool:
        return (
            self._outbox.held(Lane.OPEN) < OUTBOX_HOLDS
            or len(self._known) > JOURNAL_HOLDS
            or len(self._in_file) > MOST_FILES
        )

    async def _sort(self) -> None:
        while self._unsorted:
            some = self._unsorted[:SORTED_AT_ONCE]
            del self._unsorted[:SORTED_AT_ONCE]
            try:
                await self._sort_some(some)
            except Exception as error:  # noqa: BLE001 - a lost loop would be noticed by nobody
                self._fail(some, error)

    async def _sort_some(self, opens: Sequence[UnsortedOpen]) -> None:
        found = await self._resolver.find_runs([one.line.token for one in opens])
        others: list[tuple[UnsortedOpen, Miss | LookupUnavailable]] = []
        for one, what in zip(opens, found, strict=True):
            token = one.line.token
            if not isinstance(what, KnownRun):
                others.append((one, what))
            elif token in self._known or self._outbox.recent_opens.has(token, what.run_id):
                self._settle([one])
            else:
                self._known[token] = one, what.run_id
                self._outbox.recent_opens.add(token, what.run_id)
        if others:
            task = asyncio.create_task(self._keep_others(others))
            self._misses.add(task)
            task.add_done_callback(self._misses.discard)

    async def _keep_others(
        self, others: Sequence[tuple[UnsortedOpen, Miss | LookupUnavailable]]
    ) -> None:
        opens = [one for one, _ in others]
        try:
            unknown = await self._unknown_of(others)
            if unknown:
                await self._append([_hit(one, is_known=False) for one in unknown])
        except Exception as error:  # noqa: BLE001 - it concerns these opens alone
            self._fail(opens, error)
        else:
            self._settle(opens)

    async def _unknown_of(
        self, others: Sequence[tuple[UnsortedOpen, Miss | LookupUnavailable]]
    ) -> list[UnsortedOpen]:
        """Return the opens that may be somebody's, as many of each client as it may have."""
        # All of one read have the same mark, so this is one question at most.
        misses = {found for _, found in others if isinstance(found, Miss)}
        nobodys = {miss for miss in misses if await self._is_nobodys(miss)}
        unknown: list[UnsortedOpen] = []
        for one, found in others:
            if found in nobodys:
                continue
            if await self._clients.admit_unknown(one.scope):
                unknown.append(one)
            else:
                self._counters.note_dropped(HitKind.OPENED, DropReason.CLIENT_LIMIT)
        return unknown

    async def _is_nobodys(self, miss: Miss) -> bool:
        try:
            async with asyncio.timeout(LONGEST_WAIT.total_seconds()):
                return isinstance(await self._resolver.judge(miss), UnknownLink)
        except TimeoutError:
            return False

    async def _move(self) -> None:
        some = list(self._known.items())[:SORTED_AT_ONCE]
        kept = await self._append([_hit(one, run_id=run_id) for _, (one, run_id) in some])
        for (token, _), is_kept in zip(some, kept, strict=True):
            del self._known[token]
            if not is_kept:
                self._outbox.recent_opens.discard(token)
        self._settle([one for _, (one, _) in some])

    async def _append(self, hits: Sequence[Hit]) -> list[bool]:
        kept = await self._outbox.append_all(hits)
        for is_kept in kept:
            if not is_kept:
                self._counters.note_dropped(HitKind.OPENED, DropReason.OUTBOX)
        return kept

    def _fail(self, opens: Sequence[UnsortedOpen], error: Exception) -> None:
        # Not with the exception: its message may quote the token.
        log.error("opens not kept", error=type(error).__name__)
        is_full = isinstance(error, StorageUnavailable)
        for _ in opens:
            reason = DropReason.OUTBOX if is_full else DropReason.FAILED
            self._counters.note_dropped(HitKind.OPENED, reason)
        self._settle(opens)

    def _settle(self, opens: Sequence[UnsortedOpen]) -> None:
        """Note that opens are in the outbox, or nowhere; a file that holds no others goes."""
        self._in_file.subtract(one.number for one in opens)
        self._note()
        for number in {one.number for one in opens}:
            if not self._in_file[number]:
                # Told by the thread, after all that it has written to the file.
                self._journal.end_file(number, self._ended)

    def _ended(self, number: int | None) -> None:
        if number is not None and not self._in_file[number]:
            del self._in_file[number]
            self._journal.remove(number)

    def _note(self) -> None:
        self._outbox.opens_in_journal = self._in_file.total()


def _hit(one: UnsortedOpen, *, is_known: bool = True, run_id: str | None = None) -> Hit:
    return Hit(
        kind=HitKind.OPENED,
        event_id=new_event_id(),
        subject=one.line.token,
        at=datetime.fromtimestamp(one.line.at, UTC),
        is_known=is_known,
        run_id=run_id,
    )

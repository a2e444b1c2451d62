"""Finds out whose the opens in the journal are, and gives the outbox as many as it can deliver."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice

import structlog

from api.links.resolver import FoundRuns, LinkResolver, LookupUnavailable, Miss, UnknownLink
from api.opens.clients import OpenClients
from api.opens.group import OpenGroup
from api.opens.journal import OpenJournal
from api.outbox.event_ids import new_event_id
from api.outbox.group_commit import StorageUnavailable
from api.outbox.hit import Hit, HitKind, Lane
from api.outbox.hit_counters import DropReason, HitCounters
from api.outbox.outbox import Outbox

log = structlog.get_logger(__name__)

LONGEST_WAIT = timedelta(milliseconds=250)
"""How long an open waits for Temporal to say that it is nobody's."""

SORT_AFTER = timedelta(milliseconds=100)
"""How long an open waits for others that are looked up with it."""

TRY_AGAIN_AFTER = timedelta(seconds=1)
"""How long opens wait where our tables couldn't be read."""

SORTED_AT_ONCE = 512
"""Opens of one read: more would hold up whoever waits for a page."""

MOVED_AT_ONCE = 256
"""Opens of one write: more would hold up whoever waits for a click to be kept."""

OUTBOX_HOLDS = 500
"""Known opens in the outbox below which it gets more: ten seconds of its deliveries."""

JOURNAL_HOLDS = 5_000
"""Known opens in the journal above which the outbox gets them, whatever it holds."""

MOST_FILES = 20
"""Files of the journal above which the outbox gets known opens, whatever it holds.

A file goes once none of its opens waits. Those of strangers wait no longer, but they fill files.
"""


class OpenSorter:
    """Looks many opens up in one read, and lets those go that are nobody's.

    While our tables can't be read opens wait in the journal. What a token is that isn't in the
    tables may have to be asked at Temporal, so those hold up nobody else. The outbox gets known
    opens as it delivers them, since a row costs as much as all the rest of an open.
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
        self.waiting: dict[str, OpenGroup] = {}
        self._known: dict[str, tuple[OpenGroup, str | None]] = {}
        self._in_file: Counter[int] = Counter()
        self._is_blind = False
        self._wake = asyncio.Event()
        self._closing = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._misses: set[asyncio.Task[None]] = set()

    @property
    def held(self) -> int:
        """Return how many opens wait, for our tables or for room in the outbox."""
        return len(self.waiting) + len(self._known)

    def start(self, left: Sequence[OpenGroup]) -> None:
        """Begin to sort, with what an earlier process left."""
        self._loop = asyncio.create_task(self._run())
        for group in left:
            self.take(group)

    def take(self, group: OpenGroup) -> None:
        """Take opens that are in the journal; of a token's two only the first one counts."""
        waiting, known, number = self.waiting, self._known, len(group.askers)
        first = [token for token in group.askers if token not in waiting and token not in known]
        waiting.update(dict.fromkeys(first, group))
        self._in_file[group.number] += number
        self._outbox.opens_in_journal += number
        if len(first) < number:
            self._settle([group] * (number - len(first)))
        if self._is_blind:
            group.askers.clear()
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
            pause = TRY_AGAIN_AFTER if self._is_blind else SORT_AFTER
            with suppress(TimeoutError):
                async with asyncio.timeout(pause.total_seconds()):
                    await self._closing.wait()
            await self._sort()
            # What is in the journal is safe: while the outbox can't be written it waits there.
            with suppress(StorageUnavailable):
                while self._known and self._has_room():
                    await self._move()
            if self.held:
                self._wake.set()

    def _has_room(self) -> bool:
        return (
            self._outbox.held(Lane.OPEN) < OUTBOX_HOLDS
            or len(self._known) > JOURNAL_HOLDS
            or len(self._in_file) > MOST_FILES
        )

    async def _sort(self) -> None:
        while self.waiting:
            some = dict(islice(self.waiting.items(), SORTED_AT_ONCE))
            found = await self._resolver.find_runs(list(some))
            if found is None:
                self._wait_for_tables()
                return
            self._is_blind = False
            for token in some:
                del self.waiting[token]
            try:
                self._sort_some(some, found)
            except Exception as error:  # noqa: BLE001 - a lost loop would be noticed by nobody
                self._fail(some.values(), error)

    def _wait_for_tables(self) -> None:
        """Forget who asked: what is kept is admitted, and a request is larger than its open."""
        if not self._is_blind:
            self._is_blind = True
            for group in set(self.waiting.values()):
                group.askers.clear()

    def _sort_some(self, some: Mapping[str, OpenGroup], found: FoundRuns) -> None:
        runs = found.runs
        again = self._outbox.recent_opens.note(runs)
        self._known.update({token: (some[token], run_id) for token, run_id in runs.items()})
        for token in again:
            del self._known[token]
        self._settle([some[token] for token in again])
        if len(runs) < len(some):
            others = {token: group for token, group in some.items() if token not in runs}
            task = asyncio.create_task(self._keep_others(others, found.others))
            self._misses.add(task)
            task.add_done_callback(self._misses.discard)

    async def _keep_others(
        self, others: Mapping[str, OpenGroup], found: Miss | LookupUnavailable
    ) -> None:
        """Keep opens that may be somebody's, as many of each client as it may have."""
        try:
            if not await self._are_nobodys(found):
                admitted = {
                    token: group for token, group in others.items() if self._admits(token, group)
                }
                await self._append(
                    [_hit(token, group, is_known=False) for token, group in admitted.items()]
                )
        except Exception as error:  # noqa: BLE001 - it concerns these opens alone
            self._fail(others.values(), error)
        else:
            self._settle(others.values())

    async def _are_nobodys(self, found: Miss | LookupUnavailable) -> bool:
        if isinstance(found, LookupUnavailable):
            return False
        try:
            async with asyncio.timeout(LONGEST_WAIT.total_seconds()):
                return isinstance(await self._resolver.judge(found), UnknownLink)
        except TimeoutError:
            return False

    def _admits(self, token: str, group: OpenGroup) -> bool:
        if self._clients.admit_unknown(group.askers.get(token)):
            return True
        self._counters.note_dropped(HitKind.OPENED, DropReason.CLIENT_LIMIT)
        return False

    async def _move(self) -> None:
        some = list(islice(self._known.items(), MOVED_AT_ONCE))
        hits = [_hit(token, group, run_id=run_id) for token, (group, run_id) in some]
        kept = await self._append(hits)
        for (token, _), is_kept in zip(some, kept, strict=True):
            del self._known[token]
            if not is_kept:
                self._outbox.recent_opens.discard(token)
        self._settle([group for _, (group, _) in some])

    async def _append(self, hits: Sequence[Hit]) -> list[bool]:
        kept = await self._outbox.append_all(hits) if hits else []
        for is_kept in kept:
            if not is_kept:
                self._counters.note_dropped(HitKind.OPENED, DropReason.OUTBOX)
        return kept

    def _fail(self, opens: Iterable[OpenGroup], error: Exception) -> None:
        # Not with the exception: its message may quote the token.
        log.error("opens not kept", error=type(error).__name__)
        is_full = isinstance(error, StorageUnavailable)
        for _ in opens:
            reason = DropReason.OUTBOX if is_full else DropReason.FAILED
            self._counters.note_dropped(HitKind.OPENED, reason)
        self._settle(opens)

    def _settle(self, opens: Iterable[OpenGroup]) -> None:
        """Note that opens, by their groups, are in the outbox, or nowhere.

        A file that holds no others goes.
        """
        numbers = Counter(one.number for one in opens)
        self._in_file.subtract(numbers)
        self._outbox.opens_in_journal = self._in_file.total()
        for number in numbers:
            if not self._in_file[number]:
                # Told by the thread, after all that it has written to the file.
                self._journal.end_file(number, self._ended)

    def _ended(self, number: int | None) -> None:
        if number is not None and not self._in_file[number]:
            del self._in_file[number]
            self._journal.remove(number)


def _hit(token: str, group: OpenGroup, *, is_known: bool = True, run_id: str | None = None) -> Hit:
    return Hit(
        kind=HitKind.OPENED,
        event_id=new_event_id(),
        subject=token,
        at=datetime.fromtimestamp(group.at, UTC),
        is_known=is_known,
        run_id=run_id,
    )

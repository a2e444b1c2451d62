"""Keeps opened mails: all that come in together are looked up, and written, together."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from starlette.requests import HTTPConnection
from starlette.types import Scope

from api.links.resolver import (
    Found,
    KnownLink,
    LinkResolver,
    LookupUnavailable,
    Miss,
    UnknownLink,
)
from api.outbox.event_ids import new_event_id
from api.outbox.group_commit import StorageUnavailable
from api.outbox.hit import Hit, HitKind
from api.outbox.hit_counters import DropReason, HitCounters
from api.outbox.outbox import Outbox
from api.public.client_address import ClientAddresses
from api.public.rate_limits import Limits

log = structlog.get_logger(__name__)

LONGEST_WAIT = timedelta(milliseconds=250)
"""How long the image waits for the commit; the open is kept even if the image goes out first."""

MORE_COME_WITHIN = timedelta(milliseconds=1)
"""How long a group waits for more, where several came together just before."""


@dataclass(slots=True)
class _Open:
    """One open: the token, who asked for the image, and what waits for the answer."""

    token: str
    at: datetime
    scope: Scope
    answer: asyncio.Future[None]


@dataclass(slots=True)
class _Group:
    """What has come in since the last group was taken up."""

    opens: list[_Open] = field(default_factory=list)
    late: asyncio.TimerHandle | None = None


class OpenKeeper:
    """Puts opens into the outbox, in groups: one read and one commit for each group.

    A group is what has come in while the one before it was kept; an open that comes alone waits for
    no other. What a token is that isn't in our tables may have to be asked at Temporal, so those
    hold up nobody else of their group.
    """

    def __init__(
        self,
        *,
        resolver: LinkResolver,
        outbox: Outbox,
        limits: Limits,
        addresses: ClientAddresses,
        counters: HitCounters,
    ) -> None:
        """Take what says whose a token is, and where its open is kept."""
        self._resolver = resolver
        self._outbox = outbox
        self._limits = limits
        self._addresses = addresses
        self._counters = counters
        self._coming = _Group()
        self._is_busy = False
        self._loop: asyncio.Task[None] | None = None
        self._misses: set[asyncio.Task[None]] = set()

    def keep(self, token: str, scope: Scope) -> "asyncio.Future[None] | None":
        """Keep an open, unless it is a token's second one.

        Returns:
            What is done when the open is durable, or isn't to be kept, or after ``LONGEST_WAIT``;
            None where nothing has to be done.
        """
        if token in self._outbox.recent_opens:
            return None
        loop = asyncio.get_running_loop()
        group = self._coming
        if group.late is None:
            group.late = loop.call_later(LONGEST_WAIT.total_seconds(), _answer, group.opens)
        answer: asyncio.Future[None] = loop.create_future()
        group.opens.append(_Open(token, datetime.now(UTC), scope, answer))
        if self._loop is None:
            self._loop = loop.create_task(self._keep_groups())
        return answer

    async def close(self) -> None:
        """Wait until all that came in is kept."""
        while self._loop is not None:
            await self._loop
        await asyncio.gather(*self._misses)

    async def _keep_groups(self) -> None:
        try:
            while self._coming.opens:
                if self._is_busy:
                    await asyncio.sleep(MORE_COME_WITHIN.total_seconds())
                group, self._coming = self._coming, _Group()
                self._is_busy = len(group.opens) > 1
                await self._settle(group.opens, self._keep_group(group.opens))
                if group.late is not None and all(one.answer.done() for one in group.opens):
                    group.late.cancel()
        finally:
            self._loop = None

    async def _settle(self, opens: Sequence[_Open], keeping: Awaitable[None]) -> None:
        try:
            await keeping
        except Exception as error:  # noqa: BLE001 - a mail must not show a broken image
            # Not with the exception: its message may quote the token.
            log.error("opens not kept", error=type(error).__name__)  # noqa: TRY400
            self._drop([one for one in opens if not one.answer.done()], DropReason.FAILED)

    async def _keep_group(self, opens: Sequence[_Open]) -> None:
        found: list[Found] = [LookupUnavailable()] * len(opens)
        try:
            async with asyncio.timeout(LONGEST_WAIT.total_seconds()):
                found = await self._resolver.find_all([one.token for one in opens])
        except TimeoutError:
            pass
        known: list[_Open] = []
        others: list[tuple[_Open, Miss | LookupUnavailable]] = []
        for one, what in zip(opens, found, strict=True):
            if isinstance(what, KnownLink):
                known.append(one)
            else:
                others.append((one, what))
        if others:
            opened = [one for one, _ in others]
            task = asyncio.create_task(self._settle(opened, self._keep_others(others)))
            self._misses.add(task)
            task.add_done_callback(self._misses.discard)
        if known:
            await self._append(known, is_known=True)

    async def _keep_others(self, others: Sequence[tuple[_Open, Miss | LookupUnavailable]]) -> None:
        # All of one read have the same mark, so this is one question at most.
        misses = {found for _, found in others if isinstance(found, Miss)}
        nobodys = {miss for miss in misses if await self._is_nobodys(miss)}
        unknown: list[_Open] = []
        for one, found in others:
            if found in nobodys:
                _answer([one])
            elif await self._limits.admit_unknown_open(
                self._addresses.of(HTTPConnection(one.scope))
            ):
                unknown.append(one)
            else:
                self._drop([one], DropReason.CLIENT_LIMIT)
        if unknown:
            await self._append(unknown, is_known=False)

    async def _is_nobodys(self, miss: Miss) -> bool:
        try:
            async with asyncio.timeout(LONGEST_WAIT.total_seconds()):
                return isinstance(await self._resolver.judge(miss), UnknownLink)
        except TimeoutError:
            return False

    async def _append(self, opens: Sequence[_Open], *, is_known: bool) -> None:
        hits = [
            Hit(
                kind=HitKind.OPENED,
                event_id=new_event_id(),
                subject=one.token,
                at=one.at,
                is_known=is_known,
            )
            for one in opens
        ]
        try:
            kept = await self._outbox.append_all(hits, within=LONGEST_WAIT)
        except StorageUnavailable:
            kept = [False] * len(hits)
        self._drop(
            [one for one, is_kept in zip(opens, kept, strict=True) if not is_kept],
            DropReason.OUTBOX,
        )
        _answer(opens)

    def _drop(self, opens: Sequence[_Open], reason: DropReason) -> None:
        for _ in opens:
            self._counters.note_dropped(HitKind.OPENED, reason)
        _answer(opens)


def _answer(opens: Sequence[_Open]) -> None:
    for one in opens:
        if not one.answer.done():
            one.answer.set_result(None)

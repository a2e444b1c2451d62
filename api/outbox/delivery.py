"""Tells Temporal what the outbox holds: in order, at a bounded rate, for as long as it takes."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import structlog
from temporalio.client import Client

from api.links.resolver import KnownLink, LookupUnavailable, UnknownLink
from api.outbox.group_commit import StorageUnavailable
from api.outbox.outbox import HeldHit, Hit, HitKind, Outbox
from api.public.legacy_links import LegacyLinks, ListUnreachable
from api.public.link_status import LinkLookUp, LinkState
from api.temporal_calls import (
    RPC_TIMEOUT,
    CallRefused,
    TemporalUnreachable,
    WorkflowNotFound,
    calling_temporal,
)
from client.enrolments import tell_enrolment
from client.resend_requests import start_resend_request
from domain.enrolment.messages import EmailOpened, LinkClicked, ResendAddress
from domain.tracking_token import candidate_object_ids

log = structlog.get_logger(__name__)

_PORTION = 100
_FIRST_PAUSE = timedelta(seconds=0.5)


class Delivery:
    """The loop between the outbox and Temporal.

    One hit is delivered after the other, so hits of one token keep their order; only one that fails
    for a reason of its own goes behind the others. A hit that is delivered twice, because the
    process died in between, carries the same event id: the workflow drops the repeat, and a resend
    request has its workflow id from it.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        client: Client,
        token_keys: Sequence[bytes],
        links: LinkLookUp,
        legacy_links: LegacyLinks | None = None,
        task_queue: str,
        per_second: float,
        longest_pause: timedelta,
    ) -> None:
        """Prepare the loop; ``longest_pause`` bounds how late it notices that Temporal is back."""
        self._outbox = outbox
        self._client = client
        self._token_keys = token_keys
        self._links = links
        self._older = legacy_links
        self._task_queue = task_queue
        self._interval = 1 / per_second
        self._longest_pause = longest_pause
        self._stopping = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to deliver; no failure ends it."""
        self._loop = asyncio.create_task(self._run())

    async def stop(self, within: timedelta) -> None:
        """Deliver what can be delivered in a bounded time; the rest stays for the next start."""
        self._stopping.set()
        self._outbox.filled.set()
        if self._loop is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(within.total_seconds()):
                    await self._loop

    async def _run(self) -> None:
        first_pause = min(_FIRST_PAUSE, self._longest_pause)
        pause = first_pause
        while True:
            await self._outbox.filled.wait()
            # Asked before the attempt: the last one begins after the last hit has come in.
            last_attempt = self._stopping.is_set()
            if await self._attempt():
                pause = first_pause
            else:
                self._outbox.filled.set()
                await self._wait(pause)
                pause = min(pause * 2, self._longest_pause)
            if last_attempt:
                return

    async def _attempt(self) -> bool:
        try:
            await self.deliver_all()
        except TemporalUnreachable as error:
            log.info("delivery waits", reason=f"Temporal {error}", held=self._outbox.depth())
        except (ListUnreachable, StorageUnavailable) as error:
            log.info("delivery waits", reason=type(error).__name__, held=self._outbox.depth())
        except Exception as error:  # noqa: BLE001 - a lost loop would be noticed by nobody
            # Not with the exception: its message may quote what was delivered.
            log.error(  # noqa: TRY400
                "delivery failed", error=type(error).__name__, held=self._outbox.depth()
            )
        else:
            return True
        return False

    async def _wait(self, pause: timedelta) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(pause.total_seconds() * random.uniform(0.8, 1.2)):  # noqa: S311
                await self._stopping.wait()

    async def deliver_all(self) -> None:
        """Deliver until the outbox is empty, but for what waits for the tracking list.

        Raises:
            TemporalUnreachable: what is left has to wait.
            ListUnreachable: clicks on older links have to wait, and nothing else does.
            StorageUnavailable: the file can't be read or written.
        """
        self._outbox.filled.clear()
        clock = asyncio.get_running_loop().time
        due_at = clock()
        late: set[str] = set()
        while portion := await self._not_late(late):
            for held in portion:
                await asyncio.sleep(max(0.0, due_at - clock()))
                due_at = max(due_at, clock() - self._interval) + self._interval
                try:
                    await self._deliver(held)
                except ListUnreachable:
                    late.add(held.hit.event_id)
                    await self._outbox.postpone(held)
        if late:
            raise ListUnreachable("clicks on older links wait")

    async def _not_late(self, late: set[str]) -> list[HeldHit]:
        oldest = await self._outbox.oldest(_PORTION)
        return [held for held in oldest if held.hit.event_id not in late]

    async def _deliver(self, held: HeldHit) -> None:
        hit = held.hit
        try:
            if hit.kind is HitKind.RESEND:
                await self._start_resend_request(hit)
            else:
                await self._signal(hit)
        except (WorkflowNotFound, CallRefused) as error:
            # Made-up tokens and enrolments that have ended: nobody waits for this news.
            log.info(
                "hit dropped",
                kind=hit.kind.value,
                event_id=hit.event_id,
                reason=type(error).__name__,
            )
            await self._outbox.settle(held, delivered=False)
        except (TemporalUnreachable, ListUnreachable):
            raise
        except Exception:
            # Whatever it is may concern this hit alone: nobody else waits for it.
            await self._outbox.postpone(held)
            raise
        else:
            await self._outbox.settle(held, delivered=True)

    async def _signal(self, hit: Hit) -> None:
        for object_id in await self._owners(hit.subject):
            with suppress(WorkflowNotFound):
                await self._tell(object_id, hit)
                return
        await self._signal_older(hit)

    async def _owners(self, token: str) -> Sequence[str]:
        """Return whom a token may mean: one person where our tables know, else one for each key."""
        match await self._links.resolver.resolve(token):
            case KnownLink(owner):
                return [owner.object_id] if owner.object_id is not None else []
            case UnknownLink():
                raise WorkflowNotFound("the token is nobody's")
            case LookupUnavailable():
                return candidate_object_ids(token, self._token_keys)

    async def _signal_older(self, hit: Hit) -> None:
        """Tell the enrolment of an older link; a click on it begins one that there wasn't."""
        if self._older is None:
            raise WorkflowNotFound("no key leads to an open enrolment")
        standing = await self._links.look_up(hit.subject)
        if isinstance(standing, LookupUnavailable):
            if hit.kind is HitKind.OPENED:
                raise WorkflowNotFound("nobody waits for this open")
            raise ListUnreachable("nobody can say whose it is")
        if isinstance(standing, UnknownLink):
            raise WorkflowNotFound("the token is not on the list")
        if standing.object_id is not None:
            await self._tell(standing.object_id, hit)
            return
        begins = hit.kind is HitKind.CLICKED and standing.standing is LinkState.WAITING
        if begins and standing.row is not None:
            event = LinkClicked(event_id=hit.event_id, at=hit.at)
            await self._older.begin(standing.row, event)

    async def _tell(self, object_id: str, hit: Hit) -> None:
        kind = EmailOpened if hit.kind is HitKind.OPENED else LinkClicked
        event = kind(event_id=hit.event_id, at=hit.at)
        async with calling_temporal():
            await tell_enrolment(self._client, object_id, event, rpc_timeout=RPC_TIMEOUT)

    async def _start_resend_request(self, hit: Hit) -> None:
        address = ResendAddress(
            event_id=hit.event_id, address=hit.subject, at=hit.at, network=hit.network
        )
        async with calling_temporal():
            await start_resend_request(
                self._client, address, task_queue=self._task_queue, rpc_timeout=RPC_TIMEOUT
            )

"""Tells Temporal what the outbox holds: lane by lane, at a bounded rate, until all is told."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from api.outbox.deliver_hit import NotYetDeliverable
from api.outbox.group_commit import StorageUnavailable
from api.outbox.held_clicks import HeldClicks
from api.outbox.hit import HeldHit, Hit, HitKind, Lane
from api.outbox.hit_counters import DropReason, HitCounters
from api.outbox.outbox import Outbox
from api.temporal_calls import CallRefused, TemporalUnreachable, WorkflowNotFound

log = structlog.get_logger(__name__)

SHARES: Mapping[Lane, int] = {Lane.CLICK: 16, Lane.RESEND: 8, Lane.OPEN: 4, Lane.UNKNOWN: 2}
"""How many hits of each lane a round holds at most; a lane that is empty leaves its part."""

AT_ONCE = 8
"""Deliveries at once, so that a slow one holds up no other."""

UNKNOWN_AT_ONCE = 2
"""Deliveries at once of the lane whose hits may wait for the tracking list."""

ENDS_AFTER = timedelta(days=7)
"""How old a hit gets whose delivery fails again and again for a reason of its own."""

_FIRST_PAUSE = timedelta(seconds=0.5)


class Delivery:
    """The loop between the outbox and Temporal.

    It goes through the lanes in rounds, so a flood in one lane takes only its share of the rate,
    and several hits are on their way at once. Hits of one token in one lane keep their order; only
    one that fails for a reason of its own is tried later, and ends after a week. While Temporal
    can't be reached, everything waits. A hit that is delivered twice, because the process died in
    between, carries the same event id: the workflow drops the repeat, and a resend request has its
    workflow id from it.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        held_clicks: HeldClicks,
        deliver_hit: Callable[[Hit], Awaitable[None]],
        counters: HitCounters,
        per_second: float,
        longest_pause: timedelta,
    ) -> None:
        """Prepare the loop; ``longest_pause`` bounds how late it notices that Temporal is back."""
        self._outbox = outbox
        self._held_clicks = held_clicks
        self._deliver_hit = deliver_hit
        self._counters = counters
        self._interval = 1 / per_second
        self._longest_pause = longest_pause
        self._stopping = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._running: dict[asyncio.Task[None], HeldHit] = {}
        self._freed = asyncio.Event()
        self._obstacle: Exception | None = None
        self._next_turn = 0.0

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
        await self._held_clicks.close()

    async def _run(self) -> None:
        first_pause = min(_FIRST_PAUSE, self._longest_pause)
        pause = first_pause
        while True:
            # Asked before the attempt: the last one begins after the last hit has come in.
            last_attempt = self._stopping.is_set()
            try:
                next_at = await self.deliver_all()
            except Exception as error:  # noqa: BLE001 - a lost loop would be noticed by nobody
                self._log_obstacle(error)
                await self._wait(pause)
                pause = min(pause * 2, self._longest_pause)
            else:
                pause = first_pause
                if not self._stopping.is_set():
                    await self._wait_for_hits(next_at)
            if last_attempt:
                return

    def _log_obstacle(self, error: Exception) -> None:
        held = self._outbox.depth()
        if isinstance(error, TemporalUnreachable):
            log.info("delivery waits", reason=f"Temporal {error}", held=held)
        elif isinstance(error, StorageUnavailable):
            log.info("delivery waits", reason=type(error).__name__, held=held)
        else:
            # Not with the exception: its message may quote what was delivered.
            log.error("delivery failed", error=type(error).__name__, held=held)

    async def _wait(self, pause: timedelta) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(pause.total_seconds() * random.uniform(0.8, 1.2)):  # noqa: S311
                await self._stopping.wait()

    async def _wait_for_hits(self, next_at: datetime | None) -> None:
        within = None if next_at is None else max(0.0, (next_at - _now()).total_seconds())
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._outbox.filled.wait()

    async def deliver_all(self) -> datetime | None:
        """Deliver all that is due, and return when more will be.

        Raises:
            TemporalUnreachable: what is left has to wait.
            StorageUnavailable: the file can't be read or written.
        """
        self._obstacle = None
        try:
            while True:
                # A delivery that ends sets it, too: its token's next hit may be due.
                self._outbox.filled.clear()
                # Those that are on their way are still in the file when it is read.
                running = {held.row_id for held in self._running.values()}
                due = await self._outbox.due(self._wanted(), _now())
                hits = [held for held in due.hits if held.row_id not in running]
                started = await self._deliver_round(hits)
                if self._obstacle is not None:
                    raise self._obstacle
                if not started and not self._running:
                    return due.next_at
                if not started:
                    await self._outbox.filled.wait()
        finally:
            await self._finish()

    def _wanted(self) -> dict[Lane, int]:
        running = [held.lane for held in self._running.values()]
        return {lane: share + running.count(lane) for lane, share in SHARES.items()}

    async def _deliver_round(self, hits: Sequence[HeldHit]) -> bool:
        started = False
        for held in hits:
            if not self._may_start(held):
                continue
            await self._place()
            await self._turn()
            if self._obstacle is not None:
                break
            task = asyncio.create_task(self._deliver(held))
            self._running[task] = held
            task.add_done_callback(self._ended)
            started = True
        return started

    def _may_start(self, held: HeldHit) -> bool:
        running = self._running.values()
        if held.lane is Lane.UNKNOWN:
            same = sum(other.lane is Lane.UNKNOWN for other in running)
            if same >= UNKNOWN_AT_ONCE:
                return False
        # Not a later hit of a token before an earlier one of its lane.
        return all(
            (other.lane, other.hit.subject) != (held.lane, held.hit.subject) for other in running
        )

    async def _place(self) -> None:
        # Waited for, not skipped: else slow deliveries of the first lane would take all places.
        while len(self._running) >= AT_ONCE:
            self._freed.clear()
            await self._freed.wait()

    async def _turn(self) -> None:
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(max(0.0, self._next_turn - clock()))
        self._next_turn = max(self._next_turn, clock() - self._interval) + self._interval

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._freed.set()
        self._outbox.filled.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._obstacle = error if isinstance(error, Exception) else RuntimeError(str(error))

    async def _finish(self) -> None:
        running = list(self._running)
        for task in running:
            if self._obstacle is None:
                task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _deliver(self, held: HeldHit) -> None:
        try:
            await self._deliver_hit(held.hit)
        except (WorkflowNotFound, CallRefused):
            # Made-up tokens and enrolments that have ended: nobody waits for this hit.
            await self._drop(held, DropReason.NO_ENROLMENT)
        except TemporalUnreachable:
            raise
        except NotYetDeliverable:
            await self._try_later(held)
        except Exception as error:  # noqa: BLE001 - it may concern this hit alone
            # Not with the exception: its message may quote what was delivered.
            log.error(  # noqa: TRY400
                "hit not delivered",
                kind=held.hit.kind.value,
                event_id=held.hit.event_id,
                error=type(error).__name__,
            )
            await self._try_later(held)
        else:
            await self._settle(held, delivered=True)

    async def _try_later(self, held: HeldHit) -> None:
        now = _now()
        if now - held.hit.at >= ENDS_AFTER:
            await self._drop(held, DropReason.GIVEN_UP)
            return
        pause = min(_FIRST_PAUSE * 2 ** min(held.tries, 20), self._longest_pause)
        await self._outbox.postpone(held, now + pause)

    async def _drop(self, held: HeldHit, reason: DropReason) -> None:
        self._counters.note_dropped(held.hit.kind, reason)
        await self._settle(held, delivered=False)

    async def _settle(self, held: HeldHit, *, delivered: bool) -> None:
        await self._outbox.settle(held, delivered=delivered)
        if held.hit.kind is HitKind.CLICKED and held.hit.is_known:
            await self._held_clicks.release(held.hit.subject, held.hit.at)


def _now() -> datetime:
    return datetime.now(UTC)

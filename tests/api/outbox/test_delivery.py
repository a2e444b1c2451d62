"""Delivery: in order, to the right workflow, once as far as anyone can tell."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, Interceptor, OutboundInterceptor, SignalWorkflowInput
from temporalio.service import RPCError, RPCStatusCode

from api.circuit_breaker import breaker_of
from api.limits.rate_limits import Limits
from api.links.link_status import LinkLookUp
from api.links.resolver import LinkResolver
from api.outbox.deliver_hit import DeliverHit
from api.outbox.delivery import AT_ONCE, SHARES, Delivery
from api.outbox.held_clicks import HeldClicks
from api.outbox.hit import Hit, HitKind, Lane
from api.outbox.hit_counters import DropReason, HitCounters
from api.outbox.outbox import Outbox
from api.temporal_calls import TemporalUnreachable
from domain.identifiers import RESEND_REQUEST_PREFIX
from domain.sealed_text import unseal
from tests.api.enrolments import start_enrolment
from tests.api.running import KEY, OLDER_KEY, lazy_client
from tests.support.hidden import shows

KEYS = (KEY, OLDER_KEY)


@contextlib.asynccontextmanager
async def delivering(client: Client, folder: Path) -> AsyncIterator[tuple[Outbox, Delivery]]:
    """Run an outbox, and prepare its delivery."""
    outbox = Outbox(folder / "outbox.sqlite")
    outbox.start()
    limits = Limits()
    breaker = breaker_of(client)
    resolver = LinkResolver(database=None, client=client, token_keys=KEYS, breaker=breaker)
    links = LinkLookUp(
        resolver=resolver, client=client, token_keys=KEYS, limits=limits, breaker=breaker
    )
    held, queue = HeldClicks(None, KEYS), f"api-{uuid4()}"
    deliver_hit = DeliverHit(
        client=client, token_keys=KEYS, links=links, held_clicks=held, task_queue=queue
    )
    yield outbox, delivery_of(outbox, deliver_hit)
    await outbox.close()
    await breaker.close()


def delivery_of(
    outbox: Outbox, deliver_hit: Callable[[Hit], Awaitable[None]], **changes: Any
) -> Delivery:
    """Return a quick delivery of an outbox."""
    values: dict[str, Any] = {
        "counters": HitCounters(),
        "held_clicks": HeldClicks(None, KEYS),
        "per_second": 1000,
        "longest_pause": timedelta(milliseconds=20),
        **changes,
    }
    return Delivery(outbox=outbox, deliver_hit=deliver_hit, **values)


def hit(kind: HitKind, subject: str = "", *, is_known: bool = True, age: int = 0) -> Hit:
    """Return a hit of just now, or of days ago."""
    return Hit(
        kind=kind,
        event_id=str(uuid4()),
        subject=subject or str(uuid4()),
        at=datetime.now(UTC) - timedelta(days=age),
        is_known=is_known,
    )


async def test_order_and_payload(client: Client, tmp_path: Path) -> None:
    """Clicks come first, and in their order; all have their own ids and times."""
    enrolment = await start_enrolment(client)
    hits = [
        hit(HitKind.OPENED, enrolment.token),
        hit(HitKind.CLICKED, enrolment.token),
        hit(HitKind.CLICKED, enrolment.token),
    ]
    async with delivering(client, tmp_path) as (outbox, delivery):
        for each in hits:
            await outbox.append(each)
        await delivery.deliver_all()
        assert outbox.depth() == 0

    signals = await enrolment.signals()
    # They are on their way at once.
    clicks = [signal for signal in signals if signal.name == "link_clicked"]
    opens = [signal for signal in signals if signal.name == "email_opened"]
    assert [(signal.event_id, signal.at) for signal in opens + clicks] == [
        (each.event_id, each.at) for each in hits
    ]


async def test_older_key(client: Client, tmp_path: Path) -> None:
    """A token of an older key leads to its enrolment, too."""
    enrolment = await start_enrolment(client, key=OLDER_KEY)
    async with delivering(client, tmp_path) as (outbox, delivery):
        await outbox.append(hit(HitKind.OPENED, enrolment.token))
        await delivery.deliver_all()
    assert [signal.name for signal in await enrolment.signals()] == ["email_opened"]


async def test_unknown_is_dropped(client: Client, tmp_path: Path) -> None:
    """A made-up token holds nobody up, and isn't logged."""
    enrolment = await start_enrolment(client)
    unknown = str(uuid4())
    async with delivering(client, tmp_path) as (outbox, delivery):
        await outbox.append(hit(HitKind.CLICKED, unknown))
        await outbox.append(hit(HitKind.CLICKED, enrolment.token))
        with capture_logs() as logs:
            await delivery.deliver_all()
        assert outbox.depth() == 0
    assert len(await enrolment.signals()) == 1
    assert [entry["event"] for entry in logs] == ["hits dropped or delayed"]
    assert unknown not in str(logs)


async def test_resend_starts_a_request(client: Client, tmp_path: Path) -> None:
    """A typed address becomes a small workflow that is named by the event, not by the address."""
    wish = hit(HitKind.RESEND, "Somebody@contoso.example")
    async with delivering(client, tmp_path) as (outbox, delivery):
        await outbox.append(wish)
        await delivery.deliver_all()
        # As after a kill between starting and noting it.
        await outbox.append(wish)
        await delivery.deliver_all()
        assert outbox.depth() == 0

    handle = client.get_workflow_handle(RESEND_REQUEST_PREFIX + wish.event_id)
    assert (await handle.describe()).workflow_type == "ResendRequestWorkflow"
    events = [event async for event in handle.fetch_history_events()]
    assert events[0].event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED
    (payload,) = await client.data_converter.decode(
        events[0].workflow_execution_started_event_attributes.input.payloads
    )
    assert unseal(payload["sealed_address"], [KEY]) == wish.subject
    assert not shows(wish.subject, events)
    assert shows(wish.event_id, events)
    assert payload["event_id"] == wish.event_id
    assert datetime.fromisoformat(payload["at"]) == wish.at


class _FailingFor(Interceptor):
    """A server that fails for one workflow, for a while."""

    def __init__(self) -> None:
        self.workflow_id = ""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _Failing(next, self)


class _Failing(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, failing: _FailingFor) -> None:
        super().__init__(next)
        self._failing = failing

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:
        if input.id == self._failing.workflow_id:
            raise RPCError("broken shard", RPCStatusCode.INTERNAL, b"")
        await self.next.signal_workflow(input)


async def test_one_failure_holds_up_nobody_else(client: Client, tmp_path: Path) -> None:
    """A hit that fails for a reason of its own is kept, and the others are delivered before it."""
    failing = _FailingFor()
    config = client.config()
    config["interceptors"] = [failing]
    unlucky, other, late = [await start_enrolment(client) for _ in range(3)]
    failing.workflow_id = unlucky.handle.id
    async with delivering(Client(**config), tmp_path) as (outbox, delivery):
        await outbox.append(hit(HitKind.CLICKED, unlucky.token))
        await outbox.append(hit(HitKind.CLICKED, other.token))
        assert await delivery.deliver_all() is not None
        assert len(await other.signals()) == 1
        assert outbox.depth() == 1

        failing.workflow_id = ""
        await outbox.append(hit(HitKind.CLICKED, late.token))
        delivery.start()
        await unlucky.next_signals(1)
        await delivery.stop(timedelta(minutes=1))
        assert outbox.depth() == 0
    assert len(await unlucky.signals()) == 1
    assert len(await late.signals()) == 1


async def test_nothing_is_dropped_while_temporal_is_away(tmp_path: Path) -> None:
    """Without Temporal the hits stay where they are."""
    async with delivering(await lazy_client("127.0.0.1:1"), tmp_path) as (outbox, delivery):
        await outbox.append(hit(HitKind.CLICKED, str(uuid4())))
        with pytest.raises(TemporalUnreachable):
            await delivery.deliver_all()
        assert outbox.depth() == 1


@contextlib.asynccontextmanager
async def holding(folder: Path, *hits: Hit) -> AsyncIterator[Outbox]:
    """Run an outbox that holds hits."""
    outbox = Outbox(folder / "outbox.sqlite")
    outbox.start()
    await asyncio.gather(*(outbox.append(each) for each in hits))
    yield outbox
    await outbox.close()


async def test_a_flood_takes_its_share_alone(tmp_path: Path) -> None:
    """Behind made-up opens, and more clicks than a round holds, wishes and opens are told soon."""
    told: list[Lane] = []

    async def deliver(one: Hit) -> None:
        told.append(one.lane)

    flood = [hit(HitKind.OPENED, is_known=False) for _ in range(50)]
    flood += [hit(HitKind.CLICKED) for _ in range(40)]
    others = [hit(HitKind.RESEND) for _ in range(10)] + [hit(HitKind.OPENED) for _ in range(10)]
    async with holding(tmp_path, *flood, *others) as outbox:
        assert await delivery_of(outbox, deliver).deliver_all() is None
    first_round = told[: sum(SHARES.values())]
    assert {lane: first_round.count(lane) for lane in Lane} == {
        Lane.CLICK: 16,
        Lane.RESEND: 8,
        Lane.OPEN: 4,
        Lane.UNKNOWN: 2,
    }
    assert len(told) == len(flood) + len(others)


async def test_a_slow_delivery_holds_up_no_other(tmp_path: Path) -> None:
    """While some hang, as many as one less than the places, all others are told.

    Only a later hit of the same token waits for the one before.
    """
    slow = [hit(HitKind.CLICKED) for _ in range(AT_ONCE - 1)]
    after = hit(HitKind.CLICKED, slow[0].subject)
    quick = [hit(HitKind.CLICKED) for _ in range(30)]
    told: list[Hit] = []
    hangs, all_quick = asyncio.Event(), asyncio.Event()

    async def deliver(one: Hit) -> None:
        if one in slow:
            await hangs.wait()
        told.append(one)
        if len(told) == len(quick):
            all_quick.set()

    async with holding(tmp_path, *slow, after, *quick) as outbox:
        delivering = asyncio.create_task(delivery_of(outbox, deliver).deliver_all())
        async with asyncio.timeout(600):
            await all_quick.wait()
            assert told == quick
            hangs.set()
            await delivering
    assert told.index(slow[0]) < told.index(after)
    assert len(told) == len(slow) + len(quick) + 1


@pytest.mark.parametrize(("age", "held"), [(6, 1), (8, 0)])
async def test_what_never_finds_anybody_ends(tmp_path: Path, age: int, held: int) -> None:
    """After a week of failures of its own a hit is given up, and counted."""

    async def deliver(_: Hit) -> None:
        raise RPCError("broken shard", RPCStatusCode.INTERNAL, b"")

    counters = HitCounters()
    async with holding(tmp_path, hit(HitKind.CLICKED, is_known=False, age=age)) as outbox:
        pause = timedelta(days=1)
        await delivery_of(outbox, deliver, counters=counters, longest_pause=pause).deliver_all()
        assert outbox.depth() == held
    assert counters.dropped[HitKind.CLICKED, DropReason.GIVEN_UP] == 1 - held


def test_drops_and_delays_are_logged_once_a_minute() -> None:
    """The first is told at once, the next ones together, by kind and reason and nothing else."""
    now = 0.0
    counters = HitCounters(clock=lambda: now)
    with capture_logs() as logs:
        for second in (0, 1, 59, 60):
            now = float(second)
            counters.note_dropped(HitKind.OPENED, DropReason.CLIENT_LIMIT)
            counters.note_delayed(HitKind.RESEND)
    assert [entry["counts"] for entry in logs] == [
        {"dropped opened: client over its limit": 1},
        {"delayed resend": 3, "dropped opened: client over its limit": 3},
    ]
    assert counters.dropped[HitKind.OPENED, DropReason.CLIENT_LIMIT] == 4
    assert counters.delayed[HitKind.RESEND] == 4

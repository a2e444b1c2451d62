"""Delivery: in order, to the right workflow, once as far as anyone can tell."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from structlog.testing import capture_logs
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, Interceptor, OutboundInterceptor, SignalWorkflowInput
from temporalio.service import RPCError, RPCStatusCode

from api.links.resolver import LinkResolver
from api.outbox.delivery import Delivery
from api.outbox.outbox import Hit, HitKind, Outbox
from api.public.link_status import LinkLookUp
from api.temporal_calls import TemporalUnreachable
from domain.identifiers import RESEND_REQUEST_PREFIX
from tests.api.enrolments import start_enrolment
from tests.api.running import KEY, OLDER_KEY, lazy_client

KEYS = (KEY, OLDER_KEY)


@contextlib.asynccontextmanager
async def delivering(client: Client, folder: Path) -> AsyncIterator[tuple[Outbox, Delivery]]:
    """Run an outbox, and prepare its delivery."""
    outbox = Outbox(folder / "outbox.sqlite")
    outbox.start()
    resolver = LinkResolver(database=None, client=client, token_keys=KEYS)
    yield (
        outbox,
        Delivery(
            outbox=outbox,
            client=client,
            token_keys=KEYS,
            links=LinkLookUp(resolver=resolver, client=client, token_keys=KEYS),
            task_queue=f"api-{uuid4()}",
            per_second=1000,
            longest_pause=timedelta(milliseconds=20),
        ),
    )
    await outbox.close()


def hit(kind: HitKind, subject: str) -> Hit:
    """Return a hit of just now."""
    return Hit(kind=kind, event_id=str(uuid4()), subject=subject, at=datetime.now(UTC))


async def test_order_and_payload(client: Client, tmp_path: Path) -> None:
    """Hits of one token arrive in their order, with their own ids and times."""
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
    assert [signal.name for signal in signals] == ["email_opened", "link_clicked", "link_clicked"]
    assert [(signal.event_id, signal.at) for signal in signals] == [
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
    assert [entry["event"] for entry in logs] == ["hit dropped"]
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
    assert payload["address"] == wish.subject
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
        for _ in range(2):
            with pytest.raises(RPCError):
                await delivery.deliver_all()
        assert len(await other.signals()) == 1
        assert outbox.depth() == 1

        failing.workflow_id = ""
        await outbox.append(hit(HitKind.CLICKED, late.token))
        await delivery.deliver_all()
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

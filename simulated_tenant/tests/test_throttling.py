"""Tests of Microsoft's limits: what is refused, with which code, and until when."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest

from mails import BOX, draft, send
from simulated_tenant import SimulatedTenant
from simulated_tenant.traits import split_trait
from small_tenant import ITEMS, Clock, code_of

ANN = "/users/ann@contoso.example"
REPORT = "/reports/authenticationMethods/userRegistrationDetails"


@dataclass(frozen=True, kw_only=True)
class Small:
    """The small tenant with its clock and a client."""

    tenant: SimulatedTenant
    graph: httpx.AsyncClient
    clock: Clock


@pytest.fixture
def small(tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock) -> Small:
    """All three together."""
    return Small(tenant=tenant, graph=graph, clock=clock)


async def statuses(graph: httpx.AsyncClient, url: str, count: int) -> list[int]:
    """Return the statuses of some calls, one after the other."""
    return [(await graph.get(url)).status_code for _ in range(count)]


async def test_mailrate(tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock) -> None:
    """Beyond a minute's mails a send is refused until the first of them is a minute old."""
    tenant.traits.switch("mailrate", "2")
    drafts = [await draft(graph) for _ in range(3)]
    assert (await send(graph, drafts[0])).status_code == 202
    clock.advance(timedelta(seconds=20))
    assert (await send(graph, drafts[1])).status_code == 202
    refused = await send(graph, drafts[2])
    assert (refused.status_code, code_of(refused)) == (429, "ApplicationThrottled")
    assert refused.headers["Retry-After"] == "40"
    clock.advance(timedelta(seconds=40))
    assert (await send(graph, drafts[2])).status_code == 202
    assert len(tenant.mailbox("ann@contoso.example")) == 3


async def test_recipientlimit(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """Beyond a day's recipients a send is refused as a matter of configuration."""
    tenant.traits.switch("recipientlimit", "2")
    two = [{"emailAddress": {"address": f"{name}@contoso.example"}} for name in ("ann", "bo")]
    assert (await send(graph, await draft(graph, toRecipients=two))).status_code == 202
    refused = await send(graph, await draft(graph))
    assert (refused.status_code, code_of(refused)) == (403, "ErrorExceededMessageLimit")


async def test_concurrency(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """A mailbox answers four calls at once, whatever they are; other calls aren't limited."""
    tenant.traits.switch("latency", "0.2")
    inbox = f"{BOX}/mailFolders/inbox/messages"
    answers = await asyncio.gather(*(graph.get(inbox) for _ in range(6)))
    others = await asyncio.gather(*(graph.get(ANN) for _ in range(6)))
    refused = [one for one in answers if one.status_code == 429]
    assert Counter(one.status_code for one in answers) == {200: 4, 429: 2}
    assert {code_of(one) for one in refused} == {"ApplicationThrottled"}
    assert "MailboxConcurrency" in refused[0].json()["error"]["message"]
    assert [one.status_code for one in others] == [200] * 6
    assert (await graph.get(inbox)).status_code == 200


async def test_each_mailbox_has_its_own_places(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Calls to another mailbox aren't in the way."""
    tenant.traits.switch("latency", "0.1")
    boxes = [BOX, "/users/bo@contoso.example"]
    answers = await asyncio.gather(*(graph.get(f"{box}/messages") for box in boxes * 4))
    assert {one.status_code for one in answers} == {200}


@pytest.mark.parametrize(
    ("limit", "url", "allowed", "refusal"),
    [
        ("mailboxcalls=3", f"{BOX}/messages", 3, (600, "ApplicationThrottled")),
        ("reportcalls=5", REPORT, 5, (10, "TooManyRequests")),
        # One unit a call, two for users, one less with $select.
        ("identityunits=6", ANN, 6, (10, "TooManyRequests")),
        ("identityunits=6", "/users", 3, (10, "TooManyRequests")),
        ("identityunits=6", "/users?$select=id", 6, (10, "TooManyRequests")),
        ("resourceunits=8", ITEMS, 4, (60, "activityLimitReached")),
    ],
)
async def test_a_window_is_full(
    small: Small, limit: str, url: str, allowed: int, refusal: tuple[int, str]
) -> None:
    """So many calls are answered, the next is refused until the window has moved on."""
    window, code = refusal
    small.tenant.traits.switch(*split_trait(limit))
    assert await statuses(small.graph, url, allowed) == [200] * allowed
    refused = await small.graph.get(url)
    assert (refused.status_code, code_of(refused)) == (429, code)
    assert float(refused.headers["Retry-After"]) == window
    small.clock.advance(timedelta(seconds=window))
    assert (await small.graph.get(url)).status_code == 200


async def test_refused_calls_count(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """Who doesn't wait, waits longer."""
    tenant.traits.switch("reportcalls", "2")
    await statuses(graph, REPORT, 2)
    clock.advance(timedelta(seconds=6))
    assert await statuses(graph, REPORT, 2) == [429, 429]
    clock.advance(timedelta(seconds=5))
    assert (await graph.get(REPORT)).status_code == 429


async def test_sharepoint_announces_the_end(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """From four fifths on the answers tell what is left; the cost of calls differs."""
    tenant.traits.switch("resourceunits", "10")
    made = await graph.post(ITEMS, json={"fields": {"Title": "a"}})
    item = f"{ITEMS}/{made.json()['id']}"
    early = [await graph.get(item) for _ in range(5)]
    clock.advance(timedelta(seconds=15))
    late = await graph.get(item)
    assert not any("RateLimit-Limit" in one.headers for one in early)
    assert late.headers["RateLimit-Limit"] == "10"
    assert late.headers["RateLimit-Remaining"] == "2"
    assert late.headers["RateLimit-Reset"] == "45"
    refused = await graph.get(ITEMS)
    refused = await graph.get(ITEMS)
    assert refused.status_code == 429
    assert (refused.headers["RateLimit-Remaining"], refused.headers["RateLimit-Reset"]) == (
        "0",
        "45",
    )


async def test_retryafter(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """What is throttled may have to wait for more than an hour."""
    tenant.traits.switch("retryafter")
    tenant.traits.switch("resourceunits", "1")
    assert (await graph.get(ITEMS)).headers["Retry-After"] == "7200"


async def test_a_short_day_shortens_the_windows(clock: Clock) -> None:
    """In a demo a minute is the minute of its day."""
    tenant = SimulatedTenant(
        tenant_id="11111111-2222-4333-8444-555555555555",
        clock=clock,
        day_length=timedelta(seconds=24),
    )
    tenant.traits.switch("outbound_policy", "1,100")
    sender = tenant.user(tenant.add_user("mfa@contoso.example").id)
    outbound = tenant.transport.outbound

    def allowed() -> bool:
        return outbound.allows(
            sender.id,
            ["ann@contoso.example"],
            policy=tenant.traits.outbound_policy,
            now=clock(),
            day_length=tenant.day_length,
        )

    assert allowed()
    clock.advance(timedelta(seconds=1))
    assert allowed()
    clock.advance(timedelta(milliseconds=999))
    assert not allowed()

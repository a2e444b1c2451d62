"""Tests of what Exchange does with a mail that is sent: where it is, and under which id."""

from datetime import timedelta

import httpx
import pytest

from mails import BOX, BY_KEY, IMMUTABLE, KEY, draft, mail, send
from simulated_tenant import SimulatedTenant
from small_tenant import Clock, code_of

ANN = "ann@contoso.example"
SENDER = "mfa@contoso.example"
SENT = f"{BOX}/mailFolders/sentitems/messages"
DRAFTS = f"{BOX}/mailFolders/drafts/messages"


async def found(graph: httpx.AsyncClient, folder: str, condition: str = BY_KEY) -> list[str]:
    """Search a folder and return the immutable ids."""
    response = await graph.get(folder, params={"$filter": condition}, headers=IMMUTABLE)
    assert response.status_code == 200, response.text
    return [one["id"] for one in response.json()["value"]]


async def is_draft(graph: httpx.AsyncClient, message_id: str) -> bool | None:
    """Read a message by its id; None means that there is none."""
    response = await graph.get(f"{BOX}/messages/{message_id}", headers=IMMUTABLE)
    return None if response.status_code == 404 else bool(response.json()["isDraft"])


async def test_newid(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """The immutable id of a draft leads nowhere once it was sent; the key finds the copy."""
    tenant.traits.switch("newid")
    message_id = await draft(graph)
    await send(graph, message_id)
    assert await is_draft(graph, message_id) is None
    [copy] = await found(graph, SENT)
    assert copy != message_id
    assert len(tenant.mailbox(ANN)) == 1


async def test_nosave(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """Nothing is left of a mail in the sender's mailbox, though it arrived."""
    tenant.traits.switch("nosave")
    message_id = await draft(graph)
    await send(graph, message_id)
    assert await is_draft(graph, message_id) is None
    assert await found(graph, SENT) == await found(graph, DRAFTS) == []
    assert len(tenant.mailbox(ANN)) == 1


async def test_staysdraft(tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock) -> None:
    """After the 202 the mail is a draft for a while, then it is in Sent Items; it left at once."""
    tenant.traits.switch("staysdraft", "30")
    message_id = await draft(graph)
    sent_at = clock()
    assert (await send(graph, message_id)).status_code == 202
    assert len(tenant.mailbox(ANN)) == 1
    clock.advance(timedelta(seconds=29))
    assert await is_draft(graph, message_id) is True
    assert await found(graph, DRAFTS) == [message_id]
    clock.advance(timedelta(seconds=1))
    assert await is_draft(graph, message_id) is False
    assert (await found(graph, DRAFTS), await found(graph, SENT)) == ([], [message_id])
    assert len(tenant.mailbox(ANN)) == 1
    [copy] = tenant.mailbox(SENDER, "sentitems")
    assert copy.sent_at == sent_at


async def test_a_draft_that_is_leaving_is_sent_again(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """Who takes it for a draft that was never sent sends it twice; one copy is kept."""
    tenant.traits.switch("staysdraft", "30")
    message_id = await draft(graph)
    await send(graph, message_id)
    assert (await send(graph, message_id)).status_code == 202
    clock.advance(timedelta(minutes=1))
    assert len(tenant.mailbox(ANN)) == 2
    assert len(tenant.mailbox(SENDER, "sentitems")) == 1


async def test_staysdraft_with_newid(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """The id changes when the mail is moved at last."""
    for trait in ("staysdraft", "newid"):
        tenant.traits.switch(trait)
    message_id = await draft(graph)
    await send(graph, message_id)
    assert await is_draft(graph, message_id) is True
    clock.advance(timedelta(minutes=1))
    assert await is_draft(graph, message_id) is None
    assert len(await found(graph, SENT)) == 1


async def test_searchlag(tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock) -> None:
    """A search finds a mail late; its id, and the folder as a whole, show it at once."""
    tenant.traits.switch("searchlag", "300")
    message_id = await draft(graph)
    await send(graph, message_id)
    by_time = f"sentDateTime ge {clock():%Y-%m-%dT%H:%M:%SZ}"
    assert await is_draft(graph, message_id) is False
    assert await found(graph, SENT) == await found(graph, SENT, by_time) == []
    listed = (await graph.get(SENT, headers=IMMUTABLE)).json()["value"]
    assert [one["id"] for one in listed] == [message_id]
    clock.advance(timedelta(minutes=5))
    assert await found(graph, SENT) == await found(graph, SENT, by_time) == [message_id]


@pytest.mark.parametrize("written", ["String 0x001A", "String 0x1a", "String 0x1A"])
async def test_numbers_of_properties_are_numbers(graph: httpx.AsyncClient, written: str) -> None:
    """However the number is written, the property is found and asked for, in the words of old."""
    await draft(graph, singleValueExtendedProperties=[{"id": "String 0x001A", "value": "IPM.Note"}])
    condition = BY_KEY.replace(KEY, written).replace("k-1", "IPM.Note")
    [message_id] = await found(graph, DRAFTS, condition)
    expand = f"singleValueExtendedProperties($filter=id eq '{written}')"
    shown = await graph.get(
        f"{BOX}/messages/{message_id}", params={"$expand": expand}, headers=IMMUTABLE
    )
    [pair] = shown.json()["singleValueExtendedProperties"]
    assert pair == {"id": "String 0x001A", "value": "IPM.Note"}


async def test_normalid(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """Asked for as `String 0x001A`, answered as `String 0x1a`; the case of names is kept."""
    tenant.traits.switch("normalid")
    both = [{"id": "String 0x001A", "value": "IPM.Note"}, {"id": KEY, "value": "k-1"}]
    message_id = await draft(graph, singleValueExtendedProperties=both)
    names = f"id eq 'String 0x001A' or id eq '{KEY}'"
    shown = await graph.get(
        f"{BOX}/messages/{message_id}",
        params={"$expand": f"singleValueExtendedProperties($filter={names})"},
        headers=IMMUTABLE,
    )
    ids = [pair["id"] for pair in shown.json()["singleValueExtendedProperties"]]
    assert ids == [
        "String 0x1a",
        "String {00020329-0000-0000-c000-000000000046} Name mfaSendKey",
    ]


async def test_scan(tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock) -> None:
    """A search by property looks through the folder, and only a time makes it shorter."""
    tenant.traits.switch("scan", "1")
    for _ in range(11):
        await graph.post(f"{BOX}/messages", json=mail())
        clock.advance(timedelta(minutes=1))
    everything = await graph.get(DRAFTS, params={"$filter": BY_KEY})
    late = f"{clock() - timedelta(seconds=30):%Y-%m-%dT%H:%M:%SZ}"
    bounded = await graph.get(DRAFTS, params={"$filter": f"createdDateTime ge {late} and {BY_KEY}"})
    assert (everything.status_code, code_of(everything)) == (504, "UnknownError")
    assert (bounded.status_code, bounded.json()["value"]) == (200, [])

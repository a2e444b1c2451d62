"""Tests of blocked senders: by the outbound policy, which counts recipients, and by an admin."""

from datetime import timedelta

import httpx

from returned_mail import ANN, SENDER, sent, the_report
from simulated_tenant import SimulatedTenant
from simulated_tenant.exchange.message import MESSAGE_CLASS
from small_tenant import Clock


async def test_outbound_policy(
    tenant: SimulatedTenant,
    graph: httpx.AsyncClient,
    control: httpx.AsyncClient,
    clock: Clock,
) -> None:
    """Beyond the hour's limit all is accepted and comes back, until the mailbox is let go."""
    tenant.traits.switch("outbound_policy", "2,10")
    for _ in range(3):
        await sent(graph, ANN)
    assert len(tenant.mailbox(ANN)) == 2
    assert "550 5.1.8 Access denied, bad outbound sender" in the_report(tenant).content
    clock.advance(timedelta(minutes=59))
    await sent(graph, SENDER)
    assert [one.properties[MESSAGE_CLASS] for one in tenant.mailbox(SENDER)] == [
        "REPORT.IPM.Note.NDR"
    ] * 2
    restricted = (await control.get("/restricted")).json()["value"]
    assert [one["mailboxId"] for one in restricted] == [tenant.user(SENDER).id]
    released = await control.post(f"/mailboxes/{SENDER}/release")
    assert released.json() == {"released": True}
    await sent(graph, ANN)
    assert len(tenant.mailbox(ANN)) == 3


async def test_an_hour_later_the_policy_lets_more_leave(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """Who stays below the hour is never blocked, until the day is full."""
    tenant.traits.switch("outbound_policy", "1,2")
    for _ in range(2):
        await sent(graph, ANN)
        clock.advance(timedelta(minutes=29))
        assert tenant.mailbox(SENDER) == []
        clock.advance(timedelta(minutes=32))
        token = tenant.access_token("aaaaaaaa-0000-4000-8000-000000000001")
        graph.headers["Authorization"] = f"Bearer {token}"
    await sent(graph, ANN)
    assert "5.1.8" in the_report(tenant).content


async def test_mail_outside_counts_double(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Half of an hour's recipients may be outside the tenant's domains."""
    tenant.add_user("guest@fabrikam.example")
    tenant.traits.switch("outbound_policy", "4,100")
    for _ in range(3):
        await sent(graph, "guest@fabrikam.example")
    assert len(tenant.mailbox("guest@fabrikam.example")) == 2


async def test_an_admin_can_restrict_a_sender(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    """A sender is blocked without a policy, and stays so over a restart of the filter."""
    assert (await control.post(f"/mailboxes/{SENDER}/restrict")).status_code == 204
    await sent(graph, ANN)
    assert tenant.mailbox(ANN) == []
    assert "5.1.8" in the_report(tenant).content

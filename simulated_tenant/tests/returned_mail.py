"""A sender whose mails come back, and the report that is found in the inbox."""

import httpx

from mails import BOX, IMMUTABLE, draft, send
from simulated_tenant import SimulatedTenant
from simulated_tenant.exchange.message import Message

ANN = "ann@contoso.example"


GONE = "gone@contoso.example"


SENDER = "mfa@contoso.example"


async def sent(graph: httpx.AsyncClient, to: str = GONE, suppress: str | None = None) -> str:
    """Send a mail, and return its Message-ID."""
    headers = [{"name": "X-Kind", "value": "invitation"}]
    if suppress is not None:
        headers.append({"name": "X-Auto-Response-Suppress", "value": suppress})
    message_id = await draft(
        graph,
        toRecipients=[{"emailAddress": {"address": to}}],
        internetMessageHeaders=headers,
    )
    shown = await graph.get(f"{BOX}/messages/{message_id}", headers=IMMUTABLE)
    assert (await send(graph, message_id)).status_code == 202
    return str(shown.json()["internetMessageId"])


def the_report(tenant: SimulatedTenant) -> Message:
    """Return the one report in the sender's inbox."""
    [report] = tenant.mailbox(SENDER)
    return report

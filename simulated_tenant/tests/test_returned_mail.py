"""Tests of what comes back: reports of ten mail systems, every class of code, and what is none."""

import base64
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from mails import BOX, IMMUTABLE, draft, send
from simulated_tenant import SimulatedTenant
from simulated_tenant.exchange.mail_systems import MailSystem
from simulated_tenant.exchange.message import MESSAGE_CLASS, Message
from simulated_tenant.exchange.recipients import RecipientRule
from simulated_tenant.exchange.status_codes import known_codes
from simulated_tenant.people.app import create_people_app
from small_tenant import Clock, code_of

ANN = "ann@contoso.example"
GONE = "gone@contoso.example"
SENDER = "mfa@contoso.example"
# They have the returned mail in their text.
WITHOUT_PARTS = {MailSystem.EXIM, MailSystem.QMAIL}
# They name the mail in their headers.
ANSWERING = {MailSystem.EXCHANGE_ONLINE, MailSystem.GOOGLE}


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


def kinds(tenant: SimulatedTenant) -> list[str]:
    """Return the classes of what is in the sender's inbox."""
    return [message.properties[MESSAGE_CLASS] for message in tenant.mailbox(SENDER)]


def the_report(tenant: SimulatedTenant) -> Message:
    """Return the one report in the sender's inbox."""
    [report] = tenant.mailbox(SENDER)
    return report


@pytest.mark.parametrize("system", MailSystem)
async def test_every_system_names_the_mail_somewhere(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, system: MailSystem
) -> None:
    """The Message-ID is in a part, in the text where there are no parts, in few cases a header."""
    tenant.traits.switch("mailsystem", system)
    message_id = await sent(graph)
    report = the_report(tenant)
    item = f"{BOX}/messages/{report.id}"
    mime = (await graph.get(f"{item}/$value", headers=IMMUTABLE)).text
    attachments = (await graph.get(f"{item}/attachments", headers=IMMUTABLE)).json()["value"]
    assert message_id in mime
    assert (report.header("In-Reply-To") == message_id) == (system in ANSWERING)
    assert bool(attachments) == (system not in WITHOUT_PARTS)
    assert report.has_parts == bool(attachments)
    assert (message_id in report.content) == (
        system in WITHOUT_PARTS | {MailSystem.EXCHANGE_ON_PREMISES}
    ) or system is MailSystem.EXCHANGE_ONLINE
    assert report.properties[MESSAGE_CLASS] == (
        "IPM.Note" if system in WITHOUT_PARTS else "REPORT.IPM.Note.NDR"
    )
    assert GONE in report.content
    code = "5.1.10" if system is MailSystem.EXCHANGE_ONLINE else "5.1.1"
    assert code in report.content


@pytest.mark.parametrize("system", sorted(set(MailSystem) - WITHOUT_PARTS))
async def test_a_reports_parts_are_its_attachments(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, system: str
) -> None:
    """The status is a file; the returned mail is an item whose content is MIME, or a file."""
    tenant.traits.switch("mailsystem", system)
    message_id = await sent(graph)
    item = f"{BOX}/messages/{the_report(tenant).id}"
    listed = await graph.get(f"{item}/attachments", headers=IMMUTABLE)
    status, returned = listed.json()["value"]
    details = base64.b64decode(status["contentBytes"]).decode()
    raw = await graph.get(f"{item}/attachments/{returned['id']}/$value", headers=IMMUTABLE)
    one = await graph.get(f"{item}/attachments/{returned['id']}", headers=IMMUTABLE)
    assert status["@odata.type"] == "#microsoft.graph.fileAttachment"
    assert (status["name"], status["contentType"]) == ("details.txt", "message/delivery-status")
    assert f"Final-Recipient: rfc822; {GONE}" in details
    assert re.search(r"^Status: 5\.1\.(1|10)\r?$", details, re.MULTILINE)
    assert f"Message-ID: {message_id}" in raw.text
    assert "X-Kind: invitation" in raw.text
    assert one.json()["id"] == returned["id"]
    if returned["@odata.type"] == "#microsoft.graph.itemAttachment":
        assert returned["name"] == "Hello"
        assert "contentBytes" not in returned


async def test_an_attachment_that_is_not_there(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """An unknown id is a 404 with Exchange's code; an ordinary mail has no attachments."""
    await sent(graph)
    item = f"{BOX}/messages/{the_report(tenant).id}"
    missing = await graph.get(f"{item}/attachments/nothing", headers=IMMUTABLE)
    plain = await graph.get(f"{BOX}/messages/{await draft(graph)}/attachments", headers=IMMUTABLE)
    assert (missing.status_code, code_of(missing)) == (404, "ErrorInvalidAttachmentId")
    assert plain.json()["value"] == []


async def test_a_sent_mail_is_shown_as_mime(graph: httpx.AsyncClient) -> None:
    """An ordinary mail's MIME has its headers and its body."""
    message_id = await draft(graph)
    mime = (await graph.get(f"{BOX}/messages/{message_id}/$value", headers=IMMUTABLE)).text
    assert "Subject: Hello\r\n" in mime
    assert mime.endswith("<p>Hello <b>Ann</b></p>")


@pytest.mark.parametrize("code", known_codes())
async def test_every_code_comes_back(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, code: str
) -> None:
    """Mail to somebody who exists is refused with the code that was asked for."""
    tenant.transport.rules.put(ANN, RecipientRule(code=code))
    await sent(graph, ANN)
    assert re.search(rf"(?<![\d.]){re.escape(code)}(?![\d.]*\d)", the_report(tenant).content)
    assert tenant.mailbox(ANN) == []


async def test_a_rule_ends_after_its_times(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """A mailbox that was full twice takes the third mail."""
    tenant.transport.rules.put(ANN, RecipientRule(code="5.2.2", times=2))
    for _ in range(3):
        await sent(graph, ANN)
    assert kinds(tenant) == ["REPORT.IPM.Note.NDR"] * 2
    assert len(tenant.mailbox(ANN)) == 1


async def test_a_blocked_forward_is_delivered_all_the_same(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """The report on the recipient's own forward comes beside the mail's delivery."""
    tenant.transport.rules.put(ANN, RecipientRule(code="5.7.520", delivered=True))
    await sent(graph, ANN)
    assert "5.7.520" in the_report(tenant).content
    assert len(tenant.mailbox(ANN)) == 1


async def test_bounce(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """Mail to nobody comes back with another code; mail to somebody doesn't."""
    tenant.traits.switch("bounce", "5.4.1")
    await sent(graph, GONE)
    await sent(graph, ANN)
    assert "550 5.4.1 Recipient address rejected" in the_report(tenant).content


@pytest.mark.parametrize(
    ("header", "reports"),
    [(None, 1), ("All", 0), ("DR, NDR", 0), ("DR, RN, NRN, OOF, AutoReply", 1)],
)
async def test_suppress(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, header: str | None, reports: int
) -> None:
    """A mail that asks for no reports with All or NDR gets none from Exchange."""
    tenant.traits.switch("suppress")
    await sent(graph, GONE, suppress=header)
    assert len(tenant.mailbox(SENDER)) == reports


async def test_without_the_trait_reports_come_all_the_same(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """The header is a trait's business, as long as it is off."""
    await sent(graph, GONE, suppress="All")
    assert kinds(tenant) == ["REPORT.IPM.Note.NDR"]


async def test_other_systems_suppress_nothing(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Postfix doesn't know the header."""
    tenant.traits.switch("suppress")
    tenant.traits.switch("mailsystem", "postfix")
    await sent(graph, GONE, suppress="All")
    assert kinds(tenant) == ["REPORT.IPM.Note.NDR"]


@pytest.mark.parametrize(
    ("trait", "header", "expected"),
    [
        ("receipts", None, ["REPORT.IPM.Note.DR", "REPORT.IPM.Note.IPNRN"]),
        ("receipts", "DR, RN", []),
        ("delays", "All", ["REPORT.IPM.Note.Delayed"]),
        ("outofoffice", None, ["IPM.Note.Rules.OofTemplate.Microsoft"]),
        ("outofoffice", "OOF", []),
        ("answers", "All", ["IPM.Note"]),
    ],
)
async def test_what_comes_back_of_a_delivered_mail(
    tenant: SimulatedTenant,
    graph: httpx.AsyncClient,
    trait: str,
    header: str | None,
    expected: list[str],
) -> None:
    """Receipts, delays, absences and answers are no failures; Exchange heeds the header."""
    tenant.traits.switch(trait)
    await sent(graph, ANN, suppress=header)
    assert kinds(tenant) == expected
    assert len(tenant.mailbox(ANN)) == 1


@pytest.mark.parametrize(
    ("trait", "subject"),
    [("delays", "Delayed Mail (still being retried)"), ("outofoffice", "Out of office: Hello")],
)
async def test_other_systems_answer_in_their_own_words(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, trait: str, subject: str
) -> None:
    """What looks like a failure comes from systems that don't know the header."""
    tenant.traits.switch(trait)
    tenant.traits.switch("mailsystem", "postfix")
    await sent(graph, ANN, suppress="All")
    assert the_report(tenant).subject == subject


@pytest.fixture
async def control(tenant: SimulatedTenant) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the control API."""
    transport = httpx.ASGITransport(app=create_people_app(tenant))
    url = "http://people.example/control"
    async with httpx.AsyncClient(transport=transport, base_url=url) as client:
        yield client


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


async def test_recipients_are_set_over_http(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, control: httpx.AsyncClient
) -> None:
    """A rule names code and system; what isn't a field is refused."""
    rule = {"code": "5.2.2", "system": "postfix", "times": 1}
    assert (await control.put(f"/recipients/{ANN}", json=rule)).status_code == 204
    wrong = await control.put(f"/recipients/{ANN}", json={"colour": "red"})
    await sent(graph, ANN)
    assert wrong.status_code == 400
    assert the_report(tenant).subject == "Undelivered Mail Returned to Sender"
    assert "552 5.2.2" in the_report(tenant).content
    await control.delete("/recipients")
    assert tenant.transport.rules.all() == {}

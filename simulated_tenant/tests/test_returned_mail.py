"""Tests of what comes back: reports of ten mail systems, every class of code, and what is none."""

import base64
import re

import httpx
import pytest

from mails import BOX, IMMUTABLE, draft
from returned_mail import ANN, GONE, SENDER, sent, the_report
from simulated_tenant import SimulatedTenant
from simulated_tenant.exchange.mail_systems import MailSystem
from simulated_tenant.exchange.message import MESSAGE_CLASS
from simulated_tenant.exchange.recipients import RecipientRule
from simulated_tenant.exchange.status_codes import known_codes
from small_tenant import code_of

# They have the returned mail in their text.
WITHOUT_PARTS = {MailSystem.EXIM, MailSystem.QMAIL}
# They name the mail in their headers.
ANSWERING = {MailSystem.EXCHANGE_ONLINE, MailSystem.GOOGLE}


def kinds(tenant: SimulatedTenant) -> list[str]:
    """Return the classes of what is in the sender's inbox."""
    return [message.properties[MESSAGE_CLASS] for message in tenant.mailbox(SENDER)]


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

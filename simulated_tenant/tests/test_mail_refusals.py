"""Tests of what Exchange takes and refuses: headers, shapes, readers, mailboxes, MIME."""

import base64
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from mails import BOX, BY_KEY, FILE, IMMUTABLE, KEY, draft, mail, send
from simulated_tenant import SimulatedTenant
from simulated_tenant.testing import graph_client
from small_tenant import APP, code_of


@pytest.mark.parametrize(
    "headers",
    [
        [{"name": "List-Unsubscribe", "value": "x"}],
        [{"name": f"X-{number}", "value": "x"} for number in range(6)],
    ],
)
async def test_only_a_few_x_headers_are_taken(
    graph: httpx.AsyncClient, headers: list[dict[str, str]]
) -> None:
    """A header without ``x-`` and a sixth header are refused."""
    response = await graph.post(f"{BOX}/messages", json=mail(internetMessageHeaders=headers))
    assert (response.status_code, code_of(response)) == (400, "InvalidInternetMessageHeader")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subjekt": "x"}, "RequestBodyRead"),
        ({"body": {"contentType": "markdown", "content": ""}}, "RequestBodyRead"),
        ({"toRecipients": {"emailAddress": {}}}, "RequestBodyRead"),
        ({"internetMessageHeaders": None}, "RequestBodyRead"),
        ({"singleValueExtendedProperties": [{"id": "k", "value": ""}]}, "ErrorInvalidArgument"),
        ({"attachments": [{"name": "a.png", "contentBytes": "AAAA"}]}, "RequestBodyRead"),
        ({"attachments": [FILE | {"contentBytes": "not base64"}]}, "RequestBodyRead"),
    ],
)
async def test_misshapen_messages_are_refused(
    graph: httpx.AsyncClient, changes: dict[str, Any], code: str
) -> None:
    """What Exchange couldn't read is a 400, and no draft is left."""
    response = await graph.post(f"{BOX}/messages", json=mail(**changes))
    drafts = (await graph.get(f"{BOX}/mailFolders/drafts/messages")).json()["value"]
    assert (response.status_code, code_of(response)) == (400, code)
    assert drafts == []


async def test_a_draft_brings_its_images(graph: httpx.AsyncClient) -> None:
    """Files of the draft's own request are its attachments, and an inline one is none to see."""
    message_id = await draft(graph, attachments=[FILE])
    item = f"{BOX}/messages/{message_id}"
    (listed,) = (await graph.get(f"{item}/attachments", headers=IMMUTABLE)).json()["value"]
    raw = await graph.get(f"{item}/attachments/{listed['id']}/$value", headers=IMMUTABLE)
    assert {name: listed[name] for name in FILE} == FILE
    assert raw.content == b"a picture"
    assert (await graph.get(item, headers=IMMUTABLE)).json()["hasAttachments"] is False


async def test_attachments_that_are_too_large_are_refused(graph: httpx.AsyncClient) -> None:
    """A draft is made with less than 3 MB of files."""
    large = FILE | {"contentBytes": base64.b64encode(bytes(1_600_000)).decode()}
    response = await graph.post(f"{BOX}/messages", json=mail(attachments=[large, large]))
    assert (response.status_code, code_of(response)) == (413, "RequestEntityTooLarge")


async def test_a_refused_change_changes_nothing(graph: httpx.AsyncClient) -> None:
    """A good subject beside a bad recipient isn't written, and the key still finds the draft."""
    message_id = await draft(graph)
    url = f"{BOX}/messages/{message_id}"
    body = {"subject": "New", "toRecipients": "everybody"}
    response = await graph.patch(url, json=body, headers=IMMUTABLE)
    found = await graph.get(
        f"{BOX}/mailFolders/drafts/messages", params={"$filter": BY_KEY}, headers=IMMUTABLE
    )
    assert response.status_code == 400
    assert [one["subject"] for one in found.json()["value"]] == ["Hello"]


async def test_unsendable_messages_stay_drafts(graph: httpx.AsyncClient) -> None:
    """No reader, an address that is none, and a borrowed sender are refused on sending."""
    borrowed = {"emailAddress": {"address": "bo@contoso.example"}}
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"toRecipients": []}, 400, "ErrorInvalidRecipients"),
        ({"toRecipients": [{"emailAddress": {"address": "x"}}]}, 400, "ErrorInvalidRecipients"),
        ({"from": borrowed}, 403, "ErrorSendAsDenied"),
    ]
    for changes, status, code in cases:
        message_id = await draft(graph, **changes)
        response = await send(graph, message_id)
        shown = await graph.get(f"{BOX}/messages/{message_id}", headers=IMMUTABLE)
        assert (response.status_code, code_of(response)) == (status, code)
        assert shown.json()["isDraft"] is True


async def test_mailboxes_that_are_none(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """An unknown user and a user without a mailbox have different codes."""
    tenant.add_user("nobox@contoso.example", mail=None)
    unknown = await graph.get("/users/nobody@contoso.example/messages")
    without = await graph.get("/users/nobox@contoso.example/messages")
    assert (unknown.status_code, code_of(unknown)) == (404, "ErrorInvalidUser")
    assert (without.status_code, code_of(without)) == (404, "MailboxNotEnabledForRESTAPI")
    tenant.traits.switch("nomailbox")
    assert {
        code_of(await graph.get(f"/users/{name}@contoso.example/messages"))
        for name in ("nobody", "nobox")
    } == {"ResourceNotFound"}


def mime() -> bytes:
    """A message with two bodies, as base64."""
    message = EmailMessage()
    message["Subject"] = "Grüße"
    message["To"] = "Ann <ann@contoso.example>"
    message["X-Kind"] = "invitation"
    message.set_content("Plain text")
    message.add_alternative("<p>HTML</p>", subtype="html")
    return base64.b64encode(message.as_bytes())


async def test_mime_brings_two_bodies(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """A MIME draft can be given a key and be sent; the reader has HTML and plain text."""
    as_text = IMMUTABLE | {"Content-Type": "text/plain"}
    created = await graph.post(f"{BOX}/messages", content=mime(), headers=as_text)
    message_id = created.json()["id"]
    key = {"singleValueExtendedProperties": [{"id": KEY, "value": "k-1"}]}
    await graph.patch(f"{BOX}/messages/{message_id}", json=key, headers=IMMUTABLE)
    await send(graph, message_id)
    [received] = tenant.mailbox("ann@contoso.example")
    assert created.status_code == 201
    assert received.subject == "Grüße"
    assert (received.html or "").strip() == "<p>HTML</p>"
    assert (received.text or "").strip() == "Plain text"
    assert received.header("X-Kind") == "invitation"


async def test_mime_must_be_base64(graph: httpx.AsyncClient) -> None:
    """MIME as it stands is refused."""
    response = await graph.post(
        f"{BOX}/sendMail", content=b"Subject: x", headers={"Content-Type": "text/plain"}
    )
    assert response.status_code == 400
    assert code_of(response) == "ErrorMimeContentInvalidBase64String"


async def test_the_basic_mail_permission_hides_contents(tenant: SimulatedTenant) -> None:
    """With Mail.ReadBasic.All there is neither body nor key."""
    async with graph_client(tenant, APP) as writer:
        message_id = await draft(writer)
    tenant.add_app(APP, "x" * 40, ["Mail.ReadBasic.All"])
    async with graph_client(tenant, APP) as client:
        shown = await client.get(f"{BOX}/messages/{message_id}")
        sought = await client.get(f"{BOX}/messages", params={"$filter": BY_KEY})
    assert "body" not in shown.json()
    assert shown.json()["subject"] == "Hello"
    assert sought.status_code == 400

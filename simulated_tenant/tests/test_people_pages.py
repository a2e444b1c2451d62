"""Tests of the pages that people read in a browser."""

from collections.abc import AsyncIterator
from datetime import timedelta
from html.parser import HTMLParser

import httpx
import pytest

from mails import FILE
from simulated_tenant import SimulatedTenant
from simulated_tenant.people.app import create_people_app
from simulated_tenant.personas.pages import read_page
from small_tenant import GROUP_ID, ITEMS, Clock

HTML = (
    "<html><head><title>x</title></head><body><p>Dear Ann</p>"
    "<a href='https://mfa.example/enrol'>Enrol</a><script>alert(1)</script></body></html>"
)


@pytest.fixture
async def pages(tenant: SimulatedTenant) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without JavaScript."""
    transport = httpx.ASGITransport(app=create_people_app(tenant))
    async with httpx.AsyncClient(transport=transport, base_url="http://people.example") as client:
        yield client


async def send(graph: httpx.AsyncClient, to: str, subject: str) -> None:
    """Send a mail."""
    message = {
        "subject": subject,
        "body": {"contentType": "html", "content": HTML},
        "toRecipients": [{"emailAddress": {"address": to}}],
        "internetMessageHeaders": [{"name": "X-Kind", "value": "<invitation>"}],
    }
    url = "/users/mfa@contoso.example/sendMail"
    assert (await graph.post(url, json={"message": message})).status_code == 202


class _Balance(HTMLParser):
    """Finds tags that are not closed in order."""

    VOID = frozenset({"meta", "link", "input", "img", "br", "hr", "base"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/outbox",
        "/outbox?q=ann&page=9",
        "/mailbox/ann@contoso.example",
        "/list",
        "/group",
        "/security-info",
        "/security-info?user=ann%40contoso.example",
        "/nowhere",
    ],
)
async def test_every_page_says_what_it_is(
    graph: httpx.AsyncClient, pages: httpx.AsyncClient, url: str
) -> None:
    """Pages are marked as simulated, are well formed, and run no script."""
    await send(graph, "ann@contoso.example", "Hello")
    await graph.post(ITEMS, json={"fields": {"Title": "<b>", "Status": "Sent", "Done": True}})
    response = await pages.get(url)
    balance = _Balance()
    balance.feed(response.text)
    assert "not Microsoft 365" in response.text
    assert balance.open == []
    assert "<script" not in response.text
    assert "<b>" not in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]


async def test_the_outbox_lists_mails_newest_first(
    graph: httpx.AsyncClient, pages: httpx.AsyncClient, clock: Clock
) -> None:
    """Subject, reader and state are there; what bounced says so; the search finds."""
    await send(graph, "ann@contoso.example", "First")
    clock.advance(timedelta(minutes=1))
    await send(graph, "gone@contoso.example", "Second")
    text = (await pages.get("/outbox")).text
    found = (await pages.get("/outbox?q=first")).text
    assert text.index("Second") < text.index("First")
    assert "undeliverable" in text
    assert "unread" in text
    assert "First" in found
    assert "Second" not in found


async def test_a_mail_is_shown_as_its_reader_sees_it(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, pages: httpx.AsyncClient
) -> None:
    """The body is in a sandboxed frame, its links open beside it, and it counts as opened."""
    await send(graph, "ann@contoso.example", "Hello")
    [sent] = tenant.mailbox("mfa@contoso.example", "sentitems")
    page = (await pages.get(f"/outbox/{sent.id}")).text
    body = await pages.get(f"/outbox/{sent.id}/body")
    policy = body.headers["content-security-policy"]
    assert f'src="/outbox/{sent.id}/body"' in page
    assert "allow-popups" in page
    assert "allow-scripts" not in page + policy
    assert "Dear Ann" in page
    assert "alert(1)" not in page
    assert "&lt;invitation&gt;" in page
    assert '<head><base target="_blank">' in body.text
    assert "https://mfa.example/enrol" in read_page(body.text).links
    assert policy.startswith("sandbox ")
    assert "opened" in (await pages.get("/outbox")).text
    assert tenant.mailbox("ann@contoso.example")[0].is_read


async def test_a_method_is_registered_with_one_button(
    tenant: SimulatedTenant, pages: httpx.AsyncClient
) -> None:
    """Picking oneself and pressing the button registers, and shows the result."""
    page = await pages.get("/security-info?user=ann@contoso.example")
    [_, form] = read_page(page.text, "http://people.example/security-info").forms
    data = form.fields | {"method": "phone"}
    response = await pages.post(form.action, data=data, follow_redirects=True)
    assert "no second factor" in page.text
    assert "Phone" in response.text
    assert response.url.path == "/security-info"
    assert [one.type for one in tenant.user("ann@contoso.example").methods] == ["password", "phone"]


async def test_a_mail_is_shown_with_the_images_it_brings(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, pages: httpx.AsyncClient
) -> None:
    """A browser knows no ``cid:``, so that the image stands in the page; a missing one stays."""
    images = "<p><img src=\"cid:logo\" alt='Us'><img src=\"cid:other\" alt='Nothing'></p>"
    message = {
        "subject": "Images",
        "body": {"contentType": "html", "content": images},
        "toRecipients": [{"emailAddress": {"address": "ann@contoso.example"}}],
        "attachments": [FILE],
    }
    url = "/users/mfa@contoso.example/sendMail"
    assert (await graph.post(url, json={"message": message})).status_code == 202
    [received] = tenant.mailbox("ann@contoso.example", "inbox")
    body = (await pages.get(f"/outbox/{received.id}/body")).text
    assert f'src="data:image/png;base64,{FILE["contentBytes"]}"' in body
    assert 'src="cid:other"' in body


async def test_the_list_and_the_group_are_shown(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, pages: httpx.AsyncClient
) -> None:
    """The list shows its values as SharePoint words them, the group its members."""
    await graph.post(ITEMS, json={"fields": {"Title": "ann", "Done": True, "Status": "Sent"}})
    tenant.add_member(GROUP_ID, tenant.user("ann@contoso.example").id)
    shown = (await pages.get("/list")).text
    assert "<td>Yes</td>" in shown
    assert "status-Sent" in shown
    assert "ann@contoso.example" in (await pages.get("/group")).text


@pytest.mark.parametrize(
    "url", ["/outbox/none", "/outbox/none/body", "/mailbox/no@x.example", "/security-info?user=no"]
)
async def test_what_is_not_there_is_a_page(pages: httpx.AsyncClient, url: str) -> None:
    """Missing things are a 404 that people can read."""
    response = await pages.get(url)
    assert response.status_code == 404
    assert "no such" in response.text

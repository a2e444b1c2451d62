"""Tests of Graph's messages: drafts, sending once, finding again, bouncing."""

from datetime import timedelta

import httpx

from mails import BOX, BY_KEY, IMMUTABLE, KEY, draft, mail, send
from simulated_tenant import SimulatedTenant
from simulated_tenant.faults import Late
from small_tenant import APP, Clock, code_of


async def test_a_draft_is_sent_once_and_keeps_its_immutable_id(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """202 without a body; the same id is the Sent Items copy, and Ann has the mail."""
    message_id = await draft(graph)
    sent = await send(graph, message_id)
    shown = await graph.get(
        f"{BOX}/messages/{message_id}?$select=isDraft,sentDateTime,parentFolderId",
        headers=IMMUTABLE,
    )
    again = await send(graph, message_id)
    [received] = tenant.mailbox("ann@contoso.example")
    assert (sent.status_code, sent.content, sent.headers["content-length"]) == (202, b"", "0")
    assert shown.json()["isDraft"] is False
    assert shown.json()["sentDateTime"] == "2026-03-02T09:00:00Z"
    assert again.status_code == 400
    assert received.subject == "Hello"
    assert received.html == "<p>Hello <b>Ann</b></p>"
    assert received.header("x-kind") == "invitation"
    assert received.properties == {"String 0x001A": "IPM.Note"}


async def test_without_the_preference_the_id_changes_on_sending(
    graph: httpx.AsyncClient,
) -> None:
    """The default id of a draft leads nowhere once the message has moved."""
    created = await graph.post(f"{BOX}/messages", json=mail())
    message_id = created.json()["id"]
    await graph.post(f"{BOX}/messages/{message_id}/send")
    response = await graph.get(f"{BOX}/messages/{message_id}")
    assert (response.status_code, code_of(response)) == (404, "ErrorItemNotFound")


async def test_the_preference_covers_only_its_own_request(graph: httpx.AsyncClient) -> None:
    """The same message shows one id with the preference and another without."""
    message_id = await draft(graph)
    plain = (await graph.get(f"{BOX}/messages/{message_id}")).json()["id"]
    asked = (await graph.get(f"{BOX}/messages/{message_id}", headers=IMMUTABLE)).json()["id"]
    assert plain != asked == message_id


async def test_ids_are_case_sensitive(graph: httpx.AsyncClient) -> None:
    """An id in other letters is another id."""
    message_id = await draft(graph)
    assert (await graph.get(f"{BOX}/messages/{message_id.swapcase()}")).status_code == 404


async def test_a_mail_in_transit_is_a_404_for_a_while(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """Between sending and Sent Items the message is nowhere to be seen."""
    tenant.faults.late(Late.MAIL, timedelta(seconds=30))
    message_id = await draft(graph)
    await send(graph, message_id)
    find = {"params": {"$filter": BY_KEY}, "headers": IMMUTABLE}
    in_transit = await graph.get(f"{BOX}/messages/{message_id}", headers=IMMUTABLE)
    nothing = await graph.get(f"{BOX}/mailFolders/sentitems/messages", **find)  # type: ignore[arg-type]
    clock.advance(timedelta(seconds=31))
    arrived = await graph.get(f"{BOX}/messages/{message_id}", headers=IMMUTABLE)
    found = await graph.get(f"{BOX}/mailFolders/sentitems/messages", **find)  # type: ignore[arg-type]
    assert (in_transit.status_code, arrived.status_code) == (404, 200)
    assert nothing.json()["value"] == []
    assert [one["id"] for one in found.json()["value"]] == [message_id]
    assert len(tenant.mailbox("ann@contoso.example")) == 1


async def test_a_draft_is_found_by_its_key(graph: httpx.AsyncClient) -> None:
    """The key's name is case-sensitive, its value isn't; it is shown only when expanded."""
    message_id = await draft(graph)
    await draft(graph, singleValueExtendedProperties=[{"id": KEY, "value": "k-2"}])
    url = f"{BOX}/mailFolders/drafts/messages"
    upper = BY_KEY.replace("'k-1'", "'K-1'")
    found = await graph.get(url, params={"$filter": upper}, headers=IMMUTABLE)
    other = await graph.get(url, params={"$filter": BY_KEY.replace("mfaSend", "MFASEND")})
    expand = f"singleValueExtendedProperties($filter=id eq '{KEY}')"
    shown = await graph.get(f"{BOX}/messages/{message_id}", params={"$expand": expand})
    assert [one["id"] for one in found.json()["value"]] == [message_id]
    assert "singleValueExtendedProperties" not in found.json()["value"][0]
    assert other.json()["value"] == []
    assert shown.json()["singleValueExtendedProperties"] == [{"id": KEY, "value": "k-1"}]


async def test_the_days_mails_are_counted(
    tenant: SimulatedTenant, graph: httpx.AsyncClient, clock: Clock
) -> None:
    """``$count`` tells how many were sent since an instant, beyond the page that is shown."""
    await send(graph, await draft(graph))
    clock.advance(timedelta(hours=25))
    graph.headers["Authorization"] = f"Bearer {tenant.access_token(APP)}"
    for _ in range(3):
        await send(graph, await draft(graph))
    since = f"{clock() - timedelta(hours=24):%Y-%m-%dT%H:%M:%SZ}"
    query = {
        "$filter": f"sentDateTime ge {since}",
        "$count": "true",
        "$top": "1",
        "$select": "id",
    }
    body = (await graph.get(f"{BOX}/mailFolders/sentitems/messages", params=query)).json()
    assert body["@odata.count"] == 3
    assert len(body["value"]) == 1
    assert "@odata.nextLink" in body


async def test_a_folder_is_read_page_by_page_newest_first(
    graph: httpx.AsyncClient, clock: Clock
) -> None:
    """Every message comes once over the nextLinks."""
    for number in range(5):
        await draft(graph, subject=f"s{number}")
        clock.advance(timedelta(seconds=1))
    url, subjects = f"{BOX}/mailFolders/drafts/messages?$top=2&$select=subject", []
    while url:
        body = (await graph.get(url)).json()
        subjects += [one["subject"] for one in body["value"]]
        url = body.get("@odata.nextLink", "")
    assert subjects == ["s4", "s3", "s2", "s1", "s0"]


async def test_a_skip_that_is_no_number_is_refused(graph: httpx.AsyncClient) -> None:
    """Paging options are checked."""
    assert (await graph.get(f"{BOX}/messages?$skip=x")).status_code == 400


async def test_an_order_must_be_led_by_the_filter(graph: httpx.AsyncClient) -> None:
    """Exchange finds a filter with another order too complex."""
    url = f"{BOX}/mailFolders/inbox/messages"
    order = {"$orderby": "receivedDateTime desc"}
    wrong = await graph.get(url, params=order | {"$filter": "isRead eq false"})
    since = "receivedDateTime ge 2020-01-01T00:00:00Z and isRead eq false"
    right = await graph.get(url, params=order | {"$filter": since})
    assert (wrong.status_code, code_of(wrong)) == (400, "InefficientFilter")
    assert right.status_code == 200


async def test_headers_come_only_by_name(graph: httpx.AsyncClient) -> None:
    """InternetMessageHeaders need a ``$select``."""
    message_id = await draft(graph)
    url = f"{BOX}/messages/{message_id}"
    assert "internetMessageHeaders" not in (await graph.get(url)).json()
    selected = (await graph.get(f"{url}?$select=internetMessageHeaders")).json()
    assert selected["internetMessageHeaders"] == [{"name": "X-Kind", "value": "invitation"}]


async def test_send_mail_takes_keys_in_any_case(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """Metadata's spelling works like the documentation's; saving can be switched off."""
    body = {"Message": {"Subject": "Hi", "ToRecipients": mail()["toRecipients"]}}
    response = await graph.post(f"{BOX}/sendMail", json=body | {"SaveToSentItems": False})
    assert (response.status_code, response.content) == (202, b"")
    assert [one.subject for one in tenant.mailbox("ann@contoso.example")] == ["Hi"]
    assert tenant.mailbox("mfa@contoso.example", "sentitems") == []


async def test_a_mail_nobody_can_get_comes_back(
    tenant: SimulatedTenant, graph: httpx.AsyncClient
) -> None:
    """It is accepted like any other; the report in the sender's inbox names the address."""
    lost = [{"emailAddress": {"address": "gone@contoso.example"}}]
    message_id = await draft(graph, toRecipients=lost)
    response = await send(graph, message_id)
    [report] = tenant.mailbox("mfa@contoso.example")
    url = (
        f"{BOX}/mailFolders/inbox/messages?$select=subject,conversationId,internetMessageHeaders"
        "&$expand=singleValueExtendedProperties($filter=id eq 'String 0x001A')"
    )
    shown = (await graph.get(url)).json()["value"][0]
    sent = (await graph.get(f"{BOX}/messages/{message_id}", headers=IMMUTABLE)).json()
    headers = {one["name"]: one["value"] for one in shown["internetMessageHeaders"]}
    assert response.status_code == 202
    assert report.subject == "Undeliverable: Hello"
    assert "gone@contoso.example" in (report.html or "")
    assert "550 5.1.10" in (report.html or "")
    assert headers["In-Reply-To"] == headers["References"] == sent["internetMessageId"]
    assert headers["Content-Type"].startswith("multipart/report; report-type=delivery-status;")
    assert shown["conversationId"] == sent["conversationId"]
    assert shown["singleValueExtendedProperties"] == [
        {"id": "String 0x001A", "value": "REPORT.IPM.Note.NDR"}
    ]


async def test_a_draft_changes_until_it_is_sent(graph: httpx.AsyncClient) -> None:
    """PATCH changes a draft and its key; of a sent mail the subject stays."""
    message_id = await draft(graph)
    url = f"{BOX}/messages/{message_id}"
    key = [{"id": KEY, "value": "k-9"}]
    changed = await graph.patch(
        url, json={"subject": "New", "singleValueExtendedProperties": key}, headers=IMMUTABLE
    )
    folder = f"{BOX}/mailFolders/drafts/messages"
    by_old_key = await graph.get(folder, params={"$filter": BY_KEY})
    by_new_key = await graph.get(folder, params={"$filter": BY_KEY.replace("k-1", "k-9")})
    await send(graph, message_id)
    refused = await graph.patch(url, json={"subject": "Newer"}, headers=IMMUTABLE)
    assert changed.json()["subject"] == "New"
    assert by_old_key.json()["value"] == []
    assert len(by_new_key.json()["value"]) == 1
    assert refused.status_code == 400


async def test_a_deleted_draft_is_first_in_deleted_items(graph: httpx.AsyncClient) -> None:
    """DELETE moves; the immutable id still finds the item, sending it is refused."""
    message_id = await draft(graph)
    url = f"{BOX}/messages/{message_id}"
    first = await graph.delete(url, headers=IMMUTABLE)
    drafts = await graph.get(f"{BOX}/mailFolders/drafts/messages", params={"$filter": BY_KEY})
    everywhere = await graph.get(f"{BOX}/messages", params={"$filter": BY_KEY})
    sent = await send(graph, message_id)
    second = await graph.delete(url, headers=IMMUTABLE)
    third = await graph.delete(url, headers=IMMUTABLE)
    assert [one.status_code for one in (first, second, third)] == [204, 204, 404]
    assert drafts.json()["value"] == []
    assert len(everywhere.json()["value"]) == 1
    assert sent.status_code == 400

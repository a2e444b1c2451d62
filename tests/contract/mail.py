"""What we rely on in Exchange: drafts that are found by our key, ids that outlive the sending."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.mail.content import InlineImage, OutgoingMail
from graph.delivery_reports import DeliveryReports
from graph.http.urls import segment
from graph.mailbox import MessageState
from templates.authenticator import STORES
from tests.contract.scene import Scene, new_name, refusal

IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
NOT_FOUND = (404, "ErrorItemNotFound")


def a_mail(scene: Scene, subject: str) -> OutgoingMail:
    """Return a mail from the sender to itself."""
    return OutgoingMail(
        subject=subject,
        html="<p>This mail was made by a contract test, and is deleted by it.</p>",
        text="This mail was made by a contract test, and is deleted by it.",
        to_address=scene.sender,
        to_name="Contract test",
        headers={"X-Auto-Response-Suppress": "All", "X-MFA-Rollout-Mail": "invitation"},
    )


async def a_draft_is_found_by_its_key(scene: Scene) -> None:
    """A draft is a draft, carries the key, and is gone when it was deleted."""
    key = new_name()
    draft_id = await scene.mailbox.create_draft(a_mail(scene, key), key=key)
    try:
        found = await scene.in_time(lambda: scene.mailbox.find(key))
        assert found == MessageState(id=draft_id, is_draft=True, sent_at=None)
        assert await scene.mailbox.read(draft_id) == found
        assert await scene.mailbox.find(new_name()) is None
    finally:
        await erase(scene, draft_id)
    assert await scene.mailbox.read(draft_id) is None
    assert refusal(await scene.ask("GET", path(scene, draft_id), headers=IMMUTABLE)) == NOT_FOUND


async def a_draft_is_created_whole(scene: Scene) -> None:
    """The answer to a creation is a 201 with an id, and says that it is a draft."""
    body = {
        "subject": new_name(),
        "body": {"contentType": "html", "content": "<p>Hello</p>"},
        "toRecipients": [{"emailAddress": {"address": scene.sender}}],
    }
    messages = f"{scene.mailbox_path}/messages"
    answer = await scene.ask("POST", messages, json=body, headers=IMMUTABLE)
    draft = answer.json()
    try:
        assert answer.status_code == 201
        assert draft["isDraft"] is True
        assert draft["subject"] == body["subject"]
        assert draft["toRecipients"][0]["emailAddress"]["address"].lower() == scene.sender.lower()
    finally:
        await erase(scene, draft["id"])


async def a_draft_brings_its_images(scene: Scene) -> None:
    """An image of the request that makes a draft is its attachment, inline and with its id."""
    key = new_name()
    code = InlineImage(content_id="code", content_type="image/png", content=STORES[0].png)
    mail = replace(
        a_mail(scene, key), html='<p><img src="cid:code" alt="A code"></p>', images=(code,)
    )
    draft_id = await scene.mailbox.create_draft(mail, key=key)
    try:
        answer = await scene.ask("GET", f"{path(scene, draft_id)}/attachments", headers=IMMUTABLE)
        (attachment,) = answer.json()["value"]
        assert (attachment["contentId"], attachment["isInline"]) == ("code", True)
        assert base64.b64decode(attachment["contentBytes"]) == code.content
    finally:
        await erase(scene, draft_id)


async def a_sent_mail_keeps_its_id(scene: Scene) -> None:
    """Sending is a 202 without a body; the id then names the copy among the sent items."""
    key = new_name()
    draft_id = await scene.mailbox.create_draft(a_mail(scene, key), key=key)
    try:
        answer = await scene.ask("POST", f"{path(scene, draft_id)}/send", headers=IMMUTABLE)
        assert (answer.status_code, answer.content) == (202, b"")

        async def seen_sent() -> MessageState | None:
            state = await scene.mailbox.read(draft_id)
            return state if state is not None and not state.is_draft else None

        state = await scene.in_time(seen_sent)
        assert state is not None
        assert state.sent_at is not None
        found = await scene.in_time(lambda: scene.mailbox.find(key))
        assert found == state
    finally:
        await erase(scene, draft_id)
        await erase_received(scene, key)


async def the_inbox_is_searched_for_failures(scene: Scene) -> None:
    """Exchange takes the search for delivery failures: its filter, order, and what it asks for."""
    reports = DeliveryReports(scene.graph, scene.sender)
    since = datetime.now(UTC) - timedelta(minutes=5)
    assert all([returned.id async for returned in reports.returned_since(since)])


def path(scene: Scene, message_id: str) -> str:
    """Return a message's path."""
    return f"{scene.mailbox_path}/messages/{segment(message_id)}"


async def erase(scene: Scene, message_id: str) -> None:
    """Delete a message, then delete it from the deleted items, too."""
    for _ in range(2):
        await scene.ask("DELETE", path(scene, message_id), headers=IMMUTABLE)


async def erase_received(scene: Scene, subject: str) -> None:
    """Erase the copy that the sender mailbox got from itself."""
    inbox = f"{scene.mailbox_path}/mailFolders/inbox/messages"
    options = {"$filter": f"subject eq '{subject}'", "$select": "id"}

    async def received() -> list[str]:
        answer = await scene.ask("GET", inbox, params=options, headers=IMMUTABLE)
        return [row["id"] for row in answer.json()["value"]]

    for message_id in await scene.in_time(received):
        await erase(scene, message_id)


AGREEMENTS = (
    a_draft_is_found_by_its_key,
    a_draft_is_created_whole,
    a_draft_brings_its_images,
    a_sent_mail_keeps_its_id,
    the_inbox_is_searched_for_failures,
)

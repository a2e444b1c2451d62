"""Mails through the simulated tenant, over msal, TLS and httpx."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.failures import NotFound, PermissionDenied, ServiceUnavailable, TooLate
from domain.mail.content import OutgoingMail
from graph.mailbox import Mailbox
from simulated_tenant.faults import Fault, Late
from tests.graph.tenant import SENDER, Stage


def mail_to(address: str) -> OutgoingMail:
    """Return a mail."""
    return OutgoingMail(
        subject="Please enrol",
        html="<p>Hello</p>",
        text="Hello",
        to_address=address,
        to_name="A Reader",
        headers={"X-Auto-Response-Suppress": "All", "X-MFA-Rollout-Mail": "invitation"},
    )


async def test_a_mail_in_transit_is_neither_draft_nor_sent(stage: Stage) -> None:
    """Between drafts and sent items a mail is nowhere to be read, and can't be sent again."""
    reader, key = stage.user("transit"), uuid4().hex
    mailbox = Mailbox(stage.client, SENDER)
    message_id = await mailbox.create_draft(mail_to(reader.user_principal_name), key=key)
    stage.tenant.faults.late(Late.MAIL, timedelta(minutes=5))

    await mailbox.send(message_id)

    assert await mailbox.read(message_id) is None
    assert await mailbox.find(key) is None
    with pytest.raises(NotFound):
        await mailbox.send(message_id)
    assert len(stage.tenant.mailbox(reader.user_principal_name)) == 1


async def test_a_sending_whose_answer_is_lost_happened_once(stage: Stage) -> None:
    """After a 504 the mail is read and found to be sent already."""
    reader = stage.user("lost-mail")
    mailbox = Mailbox(stage.client, SENDER)
    message_id = await mailbox.create_draft(mail_to(reader.user_principal_name), key=uuid4().hex)
    stage.tenant.faults.add(Fault(method="POST", path="/send$", status=504, after_write=True))

    with pytest.raises(ServiceUnavailable):
        await mailbox.send(message_id)

    state = await mailbox.read(message_id)
    assert state is not None
    assert not state.is_draft
    assert len(stage.tenant.mailbox(reader.user_principal_name)) == 1


async def test_another_mailbox_is_refused(stage: Stage) -> None:
    """The app may use its sender alone; a mailbox that isn't there is named by its setting."""
    other = stage.user("other")

    with pytest.raises(PermissionDenied, match=r"Mail\.ReadWrite.*RBAC"):
        await Mailbox(stage.client, other.user_principal_name).create_draft(
            mail_to(SENDER), key="k"
        )
    with pytest.raises(NotFound, match="SENDER_MAILBOXES"):
        await Mailbox(stage.client, "nobody@contoso.example").read("AAMk")


async def test_our_old_drafts_are_told_with_their_keys(stage: Stage) -> None:
    """Drafts of people, drafts that are younger, and mails that were sent aren't among them."""
    reader = stage.user("swept").user_principal_name
    mailbox = Mailbox(stage.client, SENDER)
    key, sent = uuid4().hex, uuid4().hex
    draft_id = await mailbox.create_draft(mail_to(reader), key=key)
    await mailbox.send(await mailbox.create_draft(mail_to(reader), key=sent))

    soon = datetime.now(UTC) + timedelta(minutes=1)
    found = {kept: found_id async for found_id, kept in mailbox.old_drafts(soon)}
    assert found[key] == draft_id
    assert sent not in found
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    assert [draft async for draft in mailbox.old_drafts(long_ago)] == []


async def test_a_sending_that_could_not_begin_in_time_is_not_made(stage: Stage) -> None:
    """The draft is still there, and nothing was asked of Exchange."""
    mailbox = Mailbox(stage.client, SENDER)
    reader = stage.user("late").user_principal_name
    draft_id = await mailbox.create_draft(mail_to(reader), key=uuid4().hex)

    with pytest.raises(TooLate):
        await mailbox.send(draft_id, begin_by=datetime.now(UTC) - timedelta(seconds=1))

    message = await mailbox.read(draft_id)
    assert message is not None
    assert message.is_draft

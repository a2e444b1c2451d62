"""Mails through the simulated tenant, over msal, TLS and httpx."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.failures import NotFound, PermissionDenied, ServiceUnavailable
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


async def test_what_a_mailbox_sent_is_counted_from_an_instant_on(stage: Stage) -> None:
    """Sent mails count, drafts and mails from before don't."""
    reader = stage.user("counted").user_principal_name
    mailbox = Mailbox(stage.client, SENDER)
    long_ago = datetime.now(UTC) - timedelta(days=1)
    before = await mailbox.count_sent_since(long_ago)

    await mailbox.send(await mailbox.create_draft(mail_to(reader), key=uuid4().hex))
    await mailbox.create_draft(mail_to(reader), key=uuid4().hex)

    assert await mailbox.count_sent_since(long_ago) == before + 1
    assert await mailbox.count_sent_since(datetime.now(UTC) + timedelta(minutes=1)) == 0

"""Messages in a sender's inbox that can't be read hold up no other, and not for ever."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from activities.mail.returned.bounces import LOOK_BACK, MOST_UNANSWERED, ReadBouncesInput
from domain.enrolment.messages import MailBounced
from graph.delivery_reports import HANDLED
from simulated_tenant.exchange.message import new_id
from tests.activities.mail.senders import Sender, key_of


@pytest.mark.parametrize(
    ("status", "number"), [(400, MOST_UNANSWERED + 1), (503, 1)], ids=["refused", "unanswered"]
)
async def test_messages_that_cannot_be_read_do_not_hold_up_the_others(
    sender: Sender, status: int, number: int
) -> None:
    """They come first, and neither themselves nor their attachments can be read."""
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada))
    (real,) = sender.inbox()
    mailboxes = sender.stage.tenant.mailboxes
    mailboxes.forget(real)
    broken = [new_id("AAkALg") for _ in range(number)]
    for message_id in broken:
        mailboxes.put(replace(real, id=message_id, folder_bound_id=new_id("AAMkAG")))
    mailboxes.put(real)
    path = f"/messages/({'|'.join(map(re.escape, broken))})"
    sender.stage.fault("GET", path, status=status, times=None)
    error = await sender.reading().failure(ReadBouncesInput())
    assert error.type in {"BadRequest", "ServiceUnavailable"}
    assert len(await listener.heard("mail_bounced", MailBounced)) == 1
    assert [one.categories for one in sender.inbox() if one.id == real.id] == [[HANDLED]]


async def test_a_message_that_cannot_be_read_for_a_week_is_let_go(sender: Sender) -> None:
    """Each look would begin where the oldest lies, and so many without an answer end it there."""
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada))
    (real,) = sender.inbox()
    mailboxes = sender.stage.tenant.mailboxes
    mailboxes.forget(real)
    now = datetime.now(UTC)
    broken = [new_id("AAkALg") for _ in range(MOST_UNANSWERED + 1)]
    for message_id in broken:
        old = replace(real, id=message_id, folder_bound_id=new_id("AAMkAG"))
        mailboxes.put(replace(old, received_at=now - LOOK_BACK - timedelta(seconds=1)))
    mailboxes.put(real)
    for some, status in ((broken[:1], 400), (broken[1:], 503)):
        path = f"/messages/({'|'.join(map(re.escape, some))})"
        sender.stage.fault("GET", path, status=status, times=None)
    read = await sender.reading().next(ReadBouncesInput(looked_until=now - LOOK_BACK))
    assert (read.returned, read.looked_until >= now) == (1, True)
    assert len(await listener.heard("mail_bounced", MailBounced)) == 1


async def test_a_strangers_report_that_cannot_be_read_holds_up_no_other(sender: Sender) -> None:
    """It stands before a real one, and names a character set in which nothing can be written."""
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada))
    (real,) = sender.inbox()
    mailboxes = sender.stage.tenant.mailboxes
    mime = "Content-Type: multipart/report; boundary*=idna''%FF\r\n\r\n--x\r\n"
    mailboxes.put(replace(real, id=new_id("AAkALg"), folder_bound_id=new_id("AAMkAG"), mime=mime))
    assert await sender.returned() == 1
    assert len(await listener.heard("mail_bounced", MailBounced)) == 1

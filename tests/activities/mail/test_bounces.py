"""What came back to a sender: whose mail it was, told once, and marked."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from activities.mail.returned.bounces import ReadBouncesInput
from domain.enrolment.messages import MailBounced
from domain.status import MailKind
from graph.delivery_reports import HANDLED
from simulated_tenant.exchange.message import IN_REPLY_TO, MESSAGE_CLASS
from tests.activities.attempts import assert_passing, assert_permanent
from tests.activities.mail.senders import RUN, Sender, key_of, logged


async def test_a_mail_that_came_back_is_told_to_its_enrolment(sender: Sender) -> None:
    """The news names the mail, the code and the time; the report is marked, and not moved."""
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada, MailKind.REMINDER, 3))

    assert await sender.returned() == 1

    (news,) = await listener.heard("mail_bounced", MailBounced)
    assert (news.kind, news.run_id, news.number) == (MailKind.REMINDER, RUN, 3)
    assert news.code == "5.1.10"
    assert datetime.now(UTC) - news.at < timedelta(minutes=1)
    (report,) = sender.inbox()
    assert report.categories == [HANDLED]
    assert not report.is_read


async def test_each_is_told_once(sender: Sender) -> None:
    """The next look finds nothing new, and then only what came since."""
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada))
    assert await sender.returned() == 1
    assert await sender.returned() == 0
    await sender.send(key_of(ada, number=2))
    assert await sender.returned() == 1
    assert [news.number for news in await listener.heard("mail_bounced", MailBounced)] == [1, 2]


async def test_a_mark_that_was_not_set_does_no_harm(sender: Sender) -> None:
    """The look is repeated after a failure, and the news bears the same id, to be dropped."""
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada))
    sender.stage.fault("PATCH", "/messages/", status=503)
    attempts = sender.reading()
    assert_passing(await attempts.failure(ReadBouncesInput()), "ServiceUnavailable")
    assert (await attempts.next(ReadBouncesInput())).returned == 1
    first, second = await listener.heard("mail_bounced", MailBounced)
    assert first == second


async def test_categories_of_people_are_kept(sender: Sender) -> None:
    """What somebody filed the report under in Outlook stays beside our mark."""
    ada, _ = await sender.enrol()
    await sender.send(key_of(ada))
    sender.alter(categories=["Blue"])
    assert await sender.returned() == 1
    assert sender.inbox()[0].categories == ["Blue", HANDLED]


@pytest.mark.parametrize(
    "headers",
    [
        {"In-Reply-To": "<other@contoso.example>", "References": ""},
        {"In-Reply-To": "", "References": "<old@contoso.example> {}"},
        {"References": ""},
    ],
    ids=["property", "references", "header"],
)
async def test_the_mail_is_found_by_whatever_names_it(
    sender: Sender, headers: dict[str, str]
) -> None:
    """A header, the references or the property that Exchange keeps: one of them is enough."""
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada))
    (report,) = sender.inbox()
    about = report.properties[IN_REPLY_TO]
    kept = {name: value for name, value in report.headers if name not in headers}
    changed = {name: value.format(about) for name, value in headers.items() if value}
    by_property = "In-Reply-To" in headers and headers["References"] == ""
    sender.alter(
        headers=list((kept | changed).items()),
        properties={MESSAGE_CLASS: "REPORT.IPM.Note.NDR"}
        | ({IN_REPLY_TO: about} if by_property else {}),
        conversation_id="another",
    )
    assert await sender.returned() == 1
    assert len(await listener.heard("mail_bounced", MailBounced)) == 1


async def test_a_report_that_names_no_mail_is_found_by_its_conversation(sender: Sender) -> None:
    """Where only the conversation is left, the only mail of ours in it is meant."""
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada))
    sender.alter(headers=[], properties={MESSAGE_CLASS: "REPORT.IPM.Note.NDR"})
    assert await sender.returned() == 1
    assert len(await listener.heard("mail_bounced", MailBounced)) == 1


@pytest.mark.parametrize("kind", ["", "String 0x1a"], ids=["header", "other letters"])
async def test_a_report_is_known_by_class_or_mark(sender: Sender, kind: str) -> None:
    """Exchange writes the class's number as it likes; its own mark is enough without."""
    ada, _ = await sender.enrol()
    await sender.send(key_of(ada))
    (report,) = sender.inbox()
    about = report.properties[IN_REPLY_TO]
    sender.alter(properties={IN_REPLY_TO: about} | ({kind: "REPORT.IPM.Note.NDR"} if kind else {}))
    assert await sender.returned() == 1


@pytest.mark.parametrize(
    "kind", ["REPORT.IPM.Note.Delayed", "REPORT.IPM.Note.DR", "REPORT.IPM.Note.IPNRN"]
)
async def test_only_a_failure_is_one(sender: Sender, kind: str) -> None:
    """Delays, receipts and answers mean nothing, though they answer one of our mails."""
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada))
    (report,) = sender.inbox()
    sender.alter(properties=report.properties | {MESSAGE_CLASS: kind})
    assert await sender.returned() == 0
    assert await listener.heard("mail_bounced", MailBounced) == []
    assert sender.inbox()[0].categories == []


@pytest.mark.parametrize("key", ["k-1", "run/1", ""])
async def test_other_peoples_mails_are_left_alone(sender: Sender, key: str) -> None:
    """What somebody else sent from the mailbox, or an earlier version, gets no mark."""
    await sender.send(key or str(uuid4()))
    assert await sender.returned() == 0
    assert sender.inbox()[0].categories == []


async def test_an_ended_enrolment_is_not_missed(sender: Sender) -> None:
    """Nobody is there to be told: the report is marked all the same."""
    await sender.send(key_of(sender.stage.user()))
    assert await sender.returned() == 1
    assert sender.inbox()[0].categories == [HANDLED]


async def test_looks_back_to_where_the_last_look_ended(sender: Sender) -> None:
    """An hour before that is looked at once more, what is older isn't."""
    ada, _ = await sender.enrol()
    await sender.send(key_of(ada))
    now = datetime.now(UTC)
    later = ReadBouncesInput(looked_until=now + timedelta(hours=2))
    assert (await sender.reading().next(later)).returned == 0
    read = await sender.reading().next(ReadBouncesInput(looked_until=now))
    assert read.returned == 1
    assert now <= read.looked_until <= datetime.now(UTC)


async def test_a_mailbox_that_cannot_be_read_does_not_hold_up_the_others(sender: Sender) -> None:
    """The others are read, then the failure is told, by its setting and not by its address."""
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada))
    error = await sender.reading("gone@contoso.example", sender.address).failure(ReadBouncesInput())
    assert_permanent(error, "NotFound")
    assert "SENDER_MAILBOXES" in str(error)
    assert len(await listener.heard("mail_bounced", MailBounced)) == 1


async def test_a_mailbox_that_gives_no_answer_does_not_hold_up_the_others(sender: Sender) -> None:
    """As while Exchange moves it to another database: the others are read, then all are again."""
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada))
    sender.stage.fault("GET", "/users/away@contoso.example/", status=503)
    error = await sender.reading("away@contoso.example", sender.address).failure(ReadBouncesInput())
    assert_passing(error, "ServiceUnavailable")
    assert len(await listener.heard("mail_bounced", MailBounced)) == 1


async def test_beside_a_blocked_mailbox_one_that_cannot_be_read_is_read_later(
    sender: Sender,
) -> None:
    """The blocked one is told at once; the next look begins where this one did."""
    now = datetime.now(UTC)
    await sender.states.pause(sender.address, "5.1.8", reported_at=now)
    before = now - timedelta(hours=3)
    looked = sender.reading("gone@contoso.example", sender.address)
    read = await looked.next(ReadBouncesInput(looked_until=before))
    assert [one.sender for one in read.blocked] == [1]
    assert read.looked_until == before


async def test_a_pause_that_a_mailbox_asks_for_holds_for_every_process(sender: Sender) -> None:
    """After a 429 of an hour nobody calls the mailbox, not even a process that heard nothing."""
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada))
    sender.stage.fault("GET", "/mailFolders/inbox/messages", status=429, retry_after="3600")
    for process in (sender.stage, sender.stage.but()):
        error = await sender.reading(process=process).failure(ReadBouncesInput())
        assert_passing(error, "Throttled")
    assert await listener.heard("mail_bounced", MailBounced) == []


async def test_a_large_mail_is_no_report(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """What anybody may send to the mailbox, with an empty sender, fills no worker's memory."""
    for module in ("answers", "exchange"):
        monkeypatch.setattr(f"graph.http.{module}.LARGEST_ANSWER", 100_000)
    ada, listener = await sender.enrol()
    await sender.send(key_of(ada))
    sender.alter(mime=f"{sender.inbox()[0].mime}{'x' * 100_000}")
    assert (await sender.reading().next(ReadBouncesInput())).returned == 0
    assert await listener.heard("mail_bounced", MailBounced) == []


async def test_what_others_send_from_the_mailbox_is_counted(sender: Sender) -> None:
    """Two mails of a colleague's use the day's budget; looked at once an hour, ours left out."""
    ada, _ = await sender.enrol()
    key = await logged(sender, ada, ada.user_principal_name)
    await sender.send(key, ada.user_principal_name)
    for _ in range(2):
        await sender.send(str(uuid4()), ada.user_principal_name)
    for _ in range(2):
        await sender.returned()
        row = await sender.states.read(sender.address)
        assert row is not None
        assert row.others_sent == 2
        await sender.send(str(uuid4()), ada.user_principal_name)


@pytest.mark.parametrize(
    ("status", "told"),
    [(403, "PermissionDenied"), (409, "Conflict"), (412, "Conflict")],
)
async def test_a_report_that_cannot_be_marked_holds_up_no_other(
    sender: Sender, status: int, told: str
) -> None:
    """A person files it in the same second: it is told, so is the one behind it, and both later."""
    ada, listener = await sender.enrol()
    for number in (1, 2):
        await sender.send(key_of(ada, number=number))
    first, second = sender.inbox()
    sender.stage.fault("PATCH", re.escape(first.id), status=status)
    error = await sender.reading().failure(ReadBouncesInput())
    assert error.type == told
    assert len(await listener.heard("mail_bounced", MailBounced)) == 2
    assert [one.categories for one in sender.inbox() if one.id == second.id] == [[HANDLED]]
    assert await sender.returned() == 1


async def test_a_report_that_is_deleted_while_it_is_read_is_none(sender: Sender) -> None:
    """Exchange can't give it as MIME, and then it isn't there any more."""
    ada, _ = await sender.enrol()
    await sender.send(key_of(ada))
    (report,) = sender.inbox()
    path = re.escape(report.id)
    sender.stage.fault("GET", rf"{path}/\$value", status=400)
    sender.stage.fault("GET", rf"{path}\?", status=404, code="ErrorItemNotFound")
    assert await sender.returned() == 0

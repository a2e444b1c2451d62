"""Sending a draft exactly once, and discarding one that isn't wanted any more."""

from datetime import UTC, datetime, timedelta

import pytest

from activities.mail.activities import DraftInput
from simulated_tenant.faults import Late
from tests.activities.attempts import Attempts, assert_passing, assert_permanent
from tests.activities.calls import drafted
from tests.activities.mail.mails import draft, folders
from tests.activities.stage import Stage
from tests.support.world import eventually


def sending(stage: Stage, **info: object) -> Attempts[None]:
    """Return the attempts of one sending."""
    return Attempts(stage.mail_activities.send_mail, **info)


def discarding(stage: Stage) -> Attempts[None]:
    """Return the attempts of one discarding."""
    return Attempts(stage.mail_activities.discard_mail)


async def test_a_draft_is_sent(stage: Stage) -> None:
    """It leaves the drafts, and its reader has it."""
    user = stage.user()
    mail = await drafted(stage, user)

    await sending(stage).next(mail)

    assert folders(stage, mail.draft_id) == ["sentitems"]
    assert len(stage.tenant.mailbox(user.user_principal_name)) == 1


@pytest.mark.parametrize("late", [False, True], ids=["504", "no answer"])
async def test_a_mail_whose_answer_was_lost_is_sent_once(stage: Stage, *, late: bool) -> None:
    """It left, and nobody was told: the next attempt sees that, and sends nothing."""
    user = stage.user()
    mail = await drafted(stage, user)
    lost = {"hold_after": timedelta(seconds=1)} if late else {"status": 504, "after_write": True}
    sends = stage.fault("POST", "/send$", **lost)
    attempts = sending(stage.impatient if late else stage)

    assert_passing(await attempts.failure(mail), "ServiceUnavailable")
    await eventually(lambda: stage.mails(user))
    await attempts.next(mail)

    assert len(stage.tenant.mailbox(user.user_principal_name)) == 1
    assert sends.hits == 1


async def test_sending_twice_sends_once(stage: Stage) -> None:
    """A second activity for the same draft finds it sent."""
    user = stage.user()
    mail = await drafted(stage, user)

    await sending(stage).next(mail)
    await sending(stage).next(mail)

    assert len(stage.tenant.mailbox(user.user_principal_name)) == 1


async def test_a_mail_that_was_not_sent_is_sent_by_the_next_attempt(stage: Stage) -> None:
    """A breakdown before the deed leaves a draft, which the next attempt sends."""
    user = stage.user()
    mail = await drafted(stage, user)
    stage.fault("POST", "/send$", status=503)
    attempts = sending(stage)

    assert_passing(await attempts.failure(mail), "ServiceUnavailable")
    assert folders(stage, mail.draft_id) == ["drafts"]
    await attempts.next(mail)

    assert len(stage.tenant.mailbox(user.user_principal_name)) == 1


async def test_a_mail_in_transit_is_waited_for(stage: Stage) -> None:
    """Neither in Drafts nor in Sent Items: looked for again, never sent again, then done."""
    user = stage.user()
    mail = await drafted(stage, user)
    stage.tenant.faults.late(Late.MAIL, timedelta(hours=1), times=1)
    stage.fault("POST", "/send$", status=504, after_write=True)
    attempts = sending(stage)
    assert_passing(await attempts.failure(mail), "ServiceUnavailable")

    for _ in range(2):
        error = await attempts.failure(mail)
        assert_passing(error, "InTransit")
        assert error.next_retry_delay == timedelta(seconds=30)
    message = draft(stage, mail.draft_id)
    message.visible_at = message.created_at
    await attempts.next(mail)

    assert len(stage.tenant.mailbox(user.user_principal_name)) == 1


async def test_a_mail_that_leaves_between_look_and_sending_is_in_transit(stage: Stage) -> None:
    """The look shows a draft, the sending finds none: an earlier attempt's mail is on its way."""
    user = stage.user()
    mail = await drafted(stage, user)
    stage.fault("POST", "/send$", status=404, code="ErrorItemNotFound")
    attempts = sending(stage)

    assert_passing(await attempts.failure(mail), "InTransit")
    await attempts.next(mail)

    assert len(stage.tenant.mailbox(user.user_principal_name)) == 1


async def test_a_mail_that_is_missed_for_half_an_hour_is_lost(stage: Stage) -> None:
    """Deleted by hand before it was sent: waited for, 30 minutes long, then for people to mend."""
    mail = await drafted(stage, stage.user())
    stage.tenant.mailboxes.forget(draft(stage, mail.draft_id))
    attempts = sending(stage)
    assert_passing(await attempts.failure(mail), "InTransit")

    attempts.details[0] = (datetime.now(UTC) - timedelta(minutes=29)).isoformat()
    assert_passing(await attempts.failure(mail), "InTransit")
    attempts.details[0] = (datetime.now(UTC) - timedelta(minutes=30)).isoformat()
    error = await attempts.failure(mail)

    assert_permanent(error, "UnexpectedAnswer")
    assert "disappeared" in str(error)


async def test_the_half_hour_begins_when_the_mail_is_missed(stage: Stage) -> None:
    """The activity waited for hours for a worker: that says nothing about the mail's way."""
    mail = await drafted(stage, stage.user())
    stage.tenant.mailboxes.forget(draft(stage, mail.draft_id))
    scheduled_time = datetime.now(UTC) - timedelta(hours=5)

    error = await sending(stage, scheduled_time=scheduled_time).failure(mail)

    assert_passing(error, "InTransit")


async def test_a_mailbox_that_is_missing_is_not_taken_for_sent(stage: Stage) -> None:
    """A wrong sender is for people to mend, for sending and for discarding alike."""
    wrong = stage.but(sender="nobody@contoso.example")
    mail = DraftInput(draft_id="AAkALgxyz=", sender=0)

    for attempts in (sending(wrong), discarding(wrong)):
        error = await attempts.failure(mail)
        assert_permanent(error, "NotFound")
        assert "SENDER_MAILBOXES" in str(error)


async def test_a_draft_is_discarded(stage: Stage) -> None:
    """It is gone from the drafts, nobody got it, and doing it again changes nothing."""
    user = stage.user()
    mail = await drafted(stage, user)

    await discarding(stage).next(mail)
    await discarding(stage).next(mail)

    assert not {"drafts", "sentitems"} & set(folders(stage, mail.draft_id))
    assert stage.tenant.mailbox(user.user_principal_name) == []


async def test_a_draft_that_is_not_there_is_discarded(stage: Stage) -> None:
    """Deleted by hand: there is nothing to do."""
    mail = await drafted(stage, stage.user())
    stage.tenant.mailboxes.forget(draft(stage, mail.draft_id))

    await discarding(stage).next(mail)


async def test_discarding_leaves_what_has_left(stage: Stage) -> None:
    """A mail that was sent stays in Sent Items."""
    user = stage.user()
    mail = await drafted(stage, user)
    await sending(stage).next(mail)

    await discarding(stage).next(mail)

    assert folders(stage, mail.draft_id) == ["sentitems"]


async def test_a_discarding_whose_answer_was_lost_is_repeated(stage: Stage) -> None:
    """The draft is gone, the answer too: the next attempt is content."""
    mail = await drafted(stage, stage.user())
    stage.fault("DELETE", "/messages/", status=504, after_write=True)
    attempts = discarding(stage)

    assert_passing(await attempts.failure(mail), "ServiceUnavailable")
    await attempts.next(mail)

    assert "drafts" not in folders(stage, mail.draft_id)

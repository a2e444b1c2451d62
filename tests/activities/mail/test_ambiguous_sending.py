"""Sending a draft exactly once, whatever became of the answer; and withdrawing a mail."""

from datetime import timedelta
from typing import Any

import pytest

from activities.mail.inputs import DeliverMailInput
from domain.tables.mail import MailState
from simulated_tenant.directory.users import User
from simulated_tenant.faults import Late
from tests.activities.attempts import Attempts, assert_passing, assert_permanent
from tests.activities.calls import invitation, undelivered, withdrawal
from tests.activities.mail.mails import (
    delivering,
    received,
    state_of,
    two_minutes_later,
    withdrawing,
)
from tests.activities.stage import Stage
from tests.support.eventually import eventually

LOST: dict[str, Any] = {"status": 504, "after_write": True}


async def lost(stage: Stage, user: User, **fault: Any) -> tuple[DeliverMailInput, Attempts[Any]]:
    """Send a mail whose answer is lost, as the fault says."""
    mail = invitation(user)
    stage.fault("POST", "/send$", **fault)
    attempts = delivering(stage)
    error = await attempts.failure(mail)
    assert_passing(error, "InTransit")
    assert error.next_retry_delay is not None
    assert error.next_retry_delay <= timedelta(minutes=2)
    assert await state_of(stage, mail) is MailState.SENDING
    return mail, attempts


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "ErrorTimeoutExpired"), (408, None), (424, None), (504, None), (None, None)],
    ids=["400 of a timeout", "408", "424", "504", "no answer"],
)
async def test_a_mail_whose_answer_was_lost_is_sent_once(
    stage: Stage, status: int | None, code: str | None
) -> None:
    """It left, and nobody was told: the next attempt sees that, and sends nothing."""
    stage.assume(nosave="off", staysdraft="off", searchlag="off")
    user = stage.user()
    on = stage if status else stage.impatient
    unheard: dict[str, Any] = {"hold_after": timedelta(seconds=1)}
    fault = LOST | {"status": status, "code": code} if status else unheard
    mail, _ = await lost(on, user, **fault)
    await eventually(lambda: stage.mails(user))

    delivered = await delivering(stage).next(mail)

    assert delivered.sent_at is not None
    assert not delivered.unconfirmed
    assert len(received(stage, user)) == 1
    assert await state_of(stage, mail) is MailState.SENT


@pytest.mark.parametrize("status", [500, 503, 504])
async def test_a_mail_that_was_not_sent_is_looked_at_after_two_minutes(
    stage: Stage, status: int
) -> None:
    """A breakdown before the deed leaves a draft; the same one is sent, and only then."""
    user = stage.user()
    mail, attempts = await lost(stage, user, status=status)
    (draft,) = stage.drafts(user)

    assert_passing(await attempts.failure(mail), "InTransit")
    assert received(stage, user) == []
    await two_minutes_later(stage, mail)
    stage.fault("POST", "/messages$", status=500, times=None)
    await attempts.next(mail)

    assert len(received(stage, user)) == 1
    assert [message.id for message in stage.mails(user)] == [draft.id]


async def test_a_mail_in_transit_is_waited_for(stage: Stage) -> None:
    """Neither in Drafts nor in Sent Items: looked for again, never sent again, then done."""
    stage.assume(nosave="off", staysdraft="off", searchlag="off")
    user = stage.user()
    stage.tenant.faults.late(Late.MAIL, timedelta(hours=1), times=1)
    mail, attempts = await lost(stage, user, **LOST)

    assert_passing(await attempts.failure(mail), "InTransit")
    for message in stage.tenant.mailbox(stage.sender, "sentitems"):
        message.visible_at = message.created_at
    delivered = await attempts.next(mail)

    assert not delivered.unconfirmed
    assert len(received(stage, user)) == 1


async def test_a_mail_that_is_nowhere_stays_unconfirmed(stage: Stage) -> None:
    """It may have left: it is never sent again by itself, and every later attempt says so."""
    user = stage.user()
    mail, attempts = await lost(stage, user, status=504)
    for message in stage.drafts(user):
        stage.tenant.mailboxes.forget(message)
    await two_minutes_later(stage, mail)

    for _ in range(2):
        delivered = await attempts.next(mail)
        assert delivered.unconfirmed
        assert delivered.sent_at is not None

    assert received(stage, user) == []
    assert (await withdrawing(stage).next(withdrawal(mail))).unconfirmed


async def test_a_draft_that_is_missed_at_its_sending_is_ambiguous(stage: Stage) -> None:
    """Another attempt's request may have sent it just now."""
    user = stage.user()
    mail, attempts = await lost(stage, user, status=404, code="ErrorItemNotFound")
    await two_minutes_later(stage, mail)

    await attempts.next(mail)

    assert len(received(stage, user)) == 1


@pytest.mark.parametrize("status", [400, 403, 429])
async def test_a_refusal_sends_nothing_and_counts_nothing(stage: Stage, status: int) -> None:
    """The mail is a draft again, and the next attempt sends it without a wait."""
    user = stage.user()
    mail = invitation(user)
    stage.fault("POST", "/send$", status=status)
    attempts = delivering(stage)

    await attempts.failure(mail)
    assert await state_of(stage, mail) is MailState.DRAFTED
    await attempts.next(mail)

    assert len(received(stage, user)) == 1


@pytest.mark.parametrize("form", ["off", "on"])
async def test_a_mailbox_that_is_missing_is_named(stage: Stage, form: str) -> None:
    """A wrong sender is for an admin to fix; it isn't taken for sent, and holds up no end."""
    stage.tenant.traits.switch("nomailbox", form)
    wrong = stage.but(sender="nobody@contoso.example")
    mail = invitation(stage.user())

    error = await delivering(wrong).failure(mail)

    assert_permanent(error, "NotFound")
    assert "SENDER_MAILBOXES" in str(error)
    assert (await withdrawing(wrong).next(withdrawal(mail))).sent_at is None
    assert await state_of(stage, mail) is MailState.WITHDRAWN


async def test_a_draft_is_withdrawn(stage: Stage) -> None:
    """It is gone, nobody got it, a late attempt stops, and doing it again changes nothing."""
    user = stage.user()
    mail = await undelivered(stage, user)
    assert len(stage.drafts(user)) == 1

    for _ in range(2):
        assert (await withdrawing(stage).next(withdrawal(mail))).sent_at is None

    assert stage.drafts(user) == []
    assert (await delivering(stage).next(mail)).sent_at is None
    assert received(stage, user) == []


async def test_a_mail_that_was_never_begun_is_withdrawn(stage: Stage) -> None:
    """An attempt that comes late finds that, and does nothing."""
    user = stage.user()
    mail = invitation(user)

    assert (await withdrawing(stage).next(withdrawal(mail))).sent_at is None

    assert (await delivering(stage).next(mail)).sent_at is None
    assert received(stage, user) == []


async def test_a_withdrawal_tells_of_a_mail_that_has_left(stage: Stage) -> None:
    """What was sent stays in Sent Items, and the withdrawal says when it left."""
    user = stage.user()
    mail = invitation(user)
    delivered = await delivering(stage).next(mail)

    withdrawn = await withdrawing(stage).next(withdrawal(mail))

    assert withdrawn.sent_at == delivered.sent_at
    assert len(stage.mails(user)) == 1


async def test_a_withdrawal_waits_until_it_is_clear_what_became_of_a_mail(stage: Stage) -> None:
    """Still a draft after two minutes: discarded; before, nobody can tell."""
    user = stage.user()
    mail, _ = await lost(stage, user, status=504)
    attempts = withdrawing(stage)

    assert_passing(await attempts.failure(withdrawal(mail)), "InTransit")
    await two_minutes_later(stage, mail)

    assert (await attempts.next(withdrawal(mail))).sent_at is None
    assert stage.drafts(user) == []
    assert received(stage, user) == []


async def test_a_withdrawal_whose_answer_was_lost_is_repeated(stage: Stage) -> None:
    """The draft is gone, the answer too: the next attempt is content."""
    user = stage.user()
    mail = await undelivered(stage, user)
    stage.fault("DELETE", "/messages/", **LOST)
    attempts = withdrawing(stage)

    assert_passing(await attempts.failure(withdrawal(mail)), "ServiceUnavailable")
    await attempts.next(withdrawal(mail))

    assert stage.drafts(user) == []
    assert await state_of(stage, mail) is MailState.WITHDRAWN

"""Whether it is a mail's turn: the window, the stop, and the mailbox's budgets by our own count."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from database.schema import sender, sent_mail
from domain.mail.content import Withheld
from domain.mail.send_window import WEEKDAYS, SendWindow
from domain.status import MailKind
from domain.tables.mail import MailLimits, MailState, SenderState
from tests.activities.attempts import assert_passing
from tests.activities.calls import invitation, undelivered
from tests.activities.ground import SENDER
from tests.activities.mail.mails import delivering, received, row_of, state_of
from tests.activities.stage import Stage
from tests.support.eventually import eventually

WIDE: dict[str, Any] = {"per_minute": 10**6, "per_hour": 10**6, "per_day": 10**6}


def _closed() -> SendWindow:
    """Return a window that is open on every day of the week but today and tomorrow."""
    today = datetime.now(UTC)
    closed = {WEEKDAYS[(today + timedelta(days=day)).weekday()] for day in (0, 1)}
    return SendWindow(days=tuple(day for day in WEEKDAYS if day not in closed))


async def test_outside_of_the_window_nothing_is_drafted(stage: Stage) -> None:
    """A mail whose turn comes after closing time goes back to its enrolment."""
    user = stage.user()
    mail = invitation(user, kind=MailKind.REMINDER, window=_closed())

    delivered = await delivering(stage).next(mail)

    assert delivered.withheld is Withheld.WINDOW_CLOSED
    assert stage.drafts(user) == []


@pytest.mark.parametrize("limit", ["per_hour", "per_day"])
async def test_a_full_hour_or_day_comes_back_later(stage: Stage, limit: str) -> None:
    """In 15 minutes at most, with no draft and no call to the mailbox meanwhile."""
    full = stage.but(limits=MailLimits(**WIDE | {limit: 2}, form_share=0, invitation_share=1))
    for _ in range(2):
        await delivering(full).next(invitation(stage.user()))
    user = stage.user()

    error = await delivering(full).failure(invitation(user))

    assert_passing(error, "MailWaits")
    assert error.next_retry_delay == timedelta(minutes=15)
    assert stage.drafts(user) == []


async def test_a_full_minute_is_waited_for_in_the_attempt(stage: Stage) -> None:
    """Mails at once leave one by one, each behind its slot, and none above the rate."""
    slot = timedelta(milliseconds=300)
    paced = stage.but(limits=MailLimits(**WIDE | {"per_minute": 5}, minute=5 * slot))

    delivered = await asyncio.gather(
        *(delivering(paced).next(invitation(stage.user())) for _ in range(4))
    )

    stamps = sorted(one.sent_at for one in delivered if one.sent_at is not None)
    assert len(stamps) == 4
    assert all(at - stamps[0] >= number * slot for number, at in enumerate(stamps))


async def test_a_draft_is_discarded_before_a_wait(stage: Stage) -> None:
    """A mailbox that is stopped after a draft was made keeps no live link in its Drafts."""
    user = stage.user()
    mail = await undelivered(stage, user)
    await _set_sender(stage, SenderState.STOPPED)

    error = await delivering(stage).failure(mail)

    assert_passing(error, "MailWaits")
    assert stage.drafts(user) == []
    assert await state_of(stage, mail) is MailState.RESERVED
    await _set_sender(stage, SenderState.READY)
    await delivering(stage).next(mail)
    assert len(received(stage, user)) == 1


async def test_a_probe_on_its_way_is_waited_for(stage: Stage) -> None:
    """The mail leaves as soon as the mailbox may send again, and not at the next attempt."""
    user = stage.user()
    mail = await undelivered(stage, user)
    await _set_sender(stage, SenderState.PAUSED)
    before = (await row_of(stage, mail))["attempt"]

    async def taken_over() -> bool:
        return bool((await row_of(stage, mail))["attempt"] != before)

    async with asyncio.TaskGroup() as group:
        group.create_task(delivering(stage).next(mail))
        await eventually(taken_over)
        assert received(stage, user) == []
        await _set_sender(stage, SenderState.READY)
    assert len(received(stage, user)) == 1


async def test_what_is_refused_does_not_use_the_budget(stage: Stage) -> None:
    """Only what was sent, or may have been, is counted."""
    await undelivered(stage, stage.user())

    async with stage.database.reading() as connection:
        assert (await connection.scalars(select(sent_mail.c.sending_at))).all() == [None]


async def _set_sender(stage: Stage, state: SenderState) -> None:
    async with stage.database.writing() as connection:
        mine = sender.c.address == SENDER
        await connection.execute(update(sender).where(mine).values(state=state))

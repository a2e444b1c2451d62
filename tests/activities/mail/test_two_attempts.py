"""Two attempts at one mail alive at once, attempts that are cancelled, and unkind mailboxes."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.mail.draft_sweep import DraftSweepActivities
from database.mail.senders import SenderStates
from domain.tables.mail import MailLimits
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.calls import invitation, undelivered, withdrawal
from tests.activities.mail.mails import (
    delivering,
    received,
    two_minutes_later,
    withdrawing,
)
from tests.activities.stage import Stage
from tests.support.eventually import eventually

HELD = timedelta(seconds=1)
# Long enough for a whole second attempt on a busy machine.
HELD_FOR_ANOTHER = timedelta(seconds=8)
POINTS: dict[str, dict[str, Any]] = {
    "the person is looked up": {"method": "GET", "path": "/users/", "hold_after": HELD},
    "the draft is asked for": {"method": "POST", "path": "/messages$", "hold_before": HELD},
    "the draft is made": {"method": "POST", "path": "/messages$", "hold_after": HELD},
    "the sending is asked for": {"method": "POST", "path": "/send$", "hold_before": HELD},
    "the mail has left": {"method": "POST", "path": "/send$", "hold_after": HELD},
}
TRAITS: list[tuple[str, ...]] = [("newid",), ("staysdraft", "0.5"), ("searchlag",), ("nosave",)]


async def test_a_second_attempt_while_the_first_drafts(stage: Stage) -> None:
    """The first one's step is refused when it goes on; its draft is left to the sweep."""
    stage.assume(searchlag="off")
    user = stage.user()
    mail = invitation(user)
    held = stage.fault("POST", "/messages$", hold_before=HELD_FOR_ANOTHER)
    first = asyncio.create_task(delivering(stage).failure(mail))
    await eventually(lambda: held.hits)

    assert (await delivering(stage).next(mail)).sent_at is not None

    assert_passing(await first, "AttemptSuperseded")
    assert len(received(stage, user)) == 1
    (left,) = stage.drafts(user)
    left.created_at -= timedelta(hours=2)
    await sweeping(stage).next()
    assert stage.drafts(user) == []


async def test_a_second_attempt_while_the_first_sends(stage: Stage) -> None:
    """It waits until it is clear what became of the first one's request."""
    stage.assume(nosave="off", staysdraft="off", searchlag="off")
    user = stage.user()
    mail = invitation(user)
    held = stage.fault("POST", "/send$", hold_before=HELD_FOR_ANOTHER)
    first = asyncio.create_task(delivering(stage).failure(mail))
    await eventually(lambda: held.hits)
    attempts = delivering(stage)

    assert_passing(await attempts.failure(mail), "InTransit")
    assert_passing(await first, "AttemptSuperseded")

    assert (await attempts.next(mail)).sent_at is not None
    assert len(received(stage, user)) == 1


@pytest.mark.parametrize("point", POINTS)
async def test_a_cancelled_delivery_leaves_no_draft(stage: Stage, point: str) -> None:
    """Withdrawn at any point: either it was sent, and that is known, or nothing of it is left."""
    user = stage.user()
    mail = invitation(user)
    held = stage.fault(**POINTS[point])
    attempt = ActivityEnvironment().run(stage.mail_activities.deliver_mail, mail)
    delivery = asyncio.ensure_future(attempt)
    await eventually(lambda: held.hits)
    delivery.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await delivery

    withdrawn = await withdrawing(stage).next(withdrawal(mail))

    assert stage.drafts(user) == []
    assert len(received(stage, user)) == (withdrawn.sent_at is not None)
    assert (withdrawn.sent_at is not None) == held.path.endswith("/send$")


@pytest.mark.parametrize("trait", TRAITS, ids=lambda trait: trait[0])
@pytest.mark.parametrize("after_write", [True, False], ids=["it left", "it didn't"])
async def test_an_unkind_mailbox_gets_each_mail_once(
    stage: Stage, trait: tuple[str, ...], *, after_write: bool
) -> None:
    """Whatever the mailbox shows: looked at again, sent once, and never taken for unsent."""
    user = stage.user()
    mail = invitation(user)
    stage.tenant.traits.switch_all_off()
    stage.tenant.traits.switch(*trait)
    stage.fault("POST", "/send$", status=504, after_write=after_write)
    attempts = delivering(stage)
    assert_passing(await attempts.failure(mail), "InTransit")
    with contextlib.suppress(ApplicationError):
        await attempts.next(mail)
    if after_write:
        await eventually(lambda: stage.mails(user)[0].leaves_drafts_at is None)
    await two_minutes_later(stage, mail)
    await attempts.next(mail)
    assert len(received(stage, user)) == 1


async def test_two_workers_keep_to_the_limits(stage: Stage) -> None:
    """By our own stamps no window ever holds more than it may, whoever sends."""
    stage.assume(latency="off")
    window = timedelta(seconds=1)
    limits = MailLimits(per_minute=5, minute=window, per_hour=10**6, per_day=10**6)
    workers = [stage.but(limits=limits), stage.but(limits=limits)]
    began_at = datetime.now(UTC)

    delivered = await asyncio.gather(
        *(delivering(workers[n % 2]).next(invitation(stage.user())) for n in range(12))
    )

    stamps = sorted(one.sent_at for one in delivered if one.sent_at is not None)
    assert len(stamps) == 12
    assert stamps[0] >= began_at
    assert all(last - first >= window for first, last in zip(stamps, stamps[5:], strict=False))


async def test_the_sweep_leaves_what_is_wanted(stage: Stage) -> None:
    """Of a mail that isn't finished the draft stays, and so does every draft of a person."""
    stage.assume(latency="off")
    user = stage.user()
    mail = await undelivered(stage, user)
    (draft,) = stage.drafts(user)
    draft.created_at -= timedelta(hours=2)

    await sweeping(stage).next()
    assert stage.drafts(user) == [draft]

    assert (await delivering(stage).next(mail)).sent_at is not None


def sweeping(stage: Stage) -> Attempts[Any]:
    """Return the attempts of one sweep."""
    sweep = DraftSweepActivities(
        senders=(stage.mailbox,), log=stage.mail_log, states=SenderStates(stage.database)
    )
    return Attempts(sweep.sweep_drafts)

"""A worker that is killed or stopped anywhere in a mail neither loses it nor sends it twice."""

import asyncio
import signal
from datetime import timedelta
from itertools import cycle, islice

import pytest

from activities.mail.draft_sweep import DraftSweepActivities
from activities.mail.inputs import Delivered, DeliverMailInput
from database.mail.senders import SenderStates
from simulated_tenant.exchange.message import Message
from tests.activities.attempts import Attempts
from tests.activities.calls import invitation
from tests.activities.mail.interrupted_attempt import STEPS
from tests.activities.mail.interruptions import INSIDE, KILL, STOP, interrupted
from tests.activities.mail.mails import delivering, received, two_minutes_later
from tests.activities.stage import Stage

MOMENTS = [*STEPS, *INSIDE]
TRAITS = [(), ("newid",), ("searchlag", "300"), ("nosave",), ("staysdraft", "1")]
MANY = 200
AT_ONCE = 4
# Each takes two processes; the rest are with the 200 of ``make long``.
LONG = pytest.mark.long
INSIDE_A_STEP = ["draft made", "sending done"]


async def delivered(stage: Stage, mail: DeliverMailInput) -> Delivered:
    """Make attempts until the mail has its end; what has to settle is two minutes old at once."""
    attempts = delivering(stage)
    for _ in range(5):
        try:
            return await attempts.next(mail)
        except Exception:  # noqa: BLE001 - an attempt that waits, or that another took over
            await two_minutes_later(stage, mail)
    raise AssertionError("the mail came to no end")


async def swept(stage: Stage) -> list[Message]:
    """Let drafts be old enough for every search, sweep them, and return what is left."""
    for message in stage.tenant.mailbox(stage.sender, "drafts"):
        message.created_at -= timedelta(hours=2)
        message.visible_at -= timedelta(hours=2)
    await Attempts(
        DraftSweepActivities(
            senders=(stage.mailbox,), log=stage.mail_log, states=SenderStates(stage.database)
        ).sweep_drafts
    ).next()
    return stage.tenant.mailbox(stage.sender, "drafts")


def with_own_sender(stage: Stage) -> Stage:
    """Return the stage with a mailbox that no other case uses."""
    user = stage.user("sender")
    for mailboxes in stage.ground.app.mailbox_scopes.values():
        mailboxes.append(user.id)
    return stage.but(sender=user.user_principal_name)


async def sent_once(stage: Stage, temporal_address: str, moment: str, by: str) -> None:
    """Interrupt an attempt, bring the mail to its end, and look what its reader got."""
    user = stage.user()
    mail = invitation(user)
    process = await interrupted(stage, temporal_address, mail, moment, by)
    # What the tenant had in its hands when the worker died is done by now, and out of Drafts: the
    # two minutes of the next attempts are skipped, and its own time is not.
    settled = 3.3 + (stage.tenant.traits.staysdraft or timedelta(seconds=1)).total_seconds()
    await asyncio.sleep(settled if moment in INSIDE else 0)
    end = await delivered(stage, mail)
    if by == STOP:
        # Another attempt only sends again after two minutes, which were skipped here.
        await asyncio.sleep(1.1)
        process.send_signal(signal.SIGCONT)
        await process.wait()
    assert end.sent_at is not None
    got = len(received(stage, user))
    assert got == 1, (moment, by, stage.tenant.traits.shown(), got, end)


@pytest.mark.parametrize(
    "moment", ["drafted", "sending", *(pytest.param(one, marks=LONG) for one in INSIDE_A_STEP)]
)
async def test_a_worker_that_is_killed_sends_once(
    stage: Stage, temporal_address: str, moment: str
) -> None:
    """The next attempt goes on where it was, and no draft is left behind."""
    await sent_once(stage, temporal_address, moment, KILL)
    assert await swept(stage) == []


@pytest.mark.parametrize(
    "moment", [pytest.param("drafted", marks=LONG), "sending", "sending asked"]
)
async def test_a_worker_that_is_stopped_and_goes_on_sends_once(
    stage: Stage, temporal_address: str, moment: str
) -> None:
    """When it goes on the mail is another attempt's: it touches nothing."""
    await sent_once(stage, temporal_address, moment, STOP)
    assert await swept(stage) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_many_interruptions_send_each_mail_once(stage: Stage, temporal_address: str) -> None:
    """200 workers killed or stopped, at every moment and under every trait of the mailbox."""
    cases = [(moment, by) for moment in MOMENTS for by in (KILL, STOP)]
    turns = asyncio.Semaphore(AT_ONCE)

    async def in_turn(own: Stage, moment: str, by: str) -> None:
        async with turns:
            await sent_once(own, temporal_address, moment, by)

    for trait in TRAITS:
        if trait:
            stage.tenant.traits.switch(*trait)
        some = list(islice(cycle(cases), MANY // len(TRAITS)))
        stages = [with_own_sender(stage) for _ in some]
        await asyncio.gather(*(in_turn(own, *one) for own, one in zip(stages, some, strict=True)))
        # With a prompt index the sweep finds whatever is left.
        stage.tenant.traits.switch_all_off()
        assert [await swept(own) for own in stages] == [[] for _ in stages]
        print(f"{trait[0] if trait else 'kind'}: {len(some)} mails, each sent once")  # noqa: T201

"""A worker that is killed or stopped anywhere in a mail neither loses it nor sends it twice."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from itertools import cycle, islice
from typing import Any

import pytest

from activities.mail.draft_sweep import DraftSweepActivities
from activities.mail.inputs import Delivered, DeliverMailInput
from database.mail.senders import SenderStates
from simulated_tenant.exchange.message import Message
from simulated_tenant.faults import Fault
from tests.activities import worker_process
from tests.activities.attempts import Attempts
from tests.activities.calls import invitation
from tests.activities.mail.interrupted_attempt import MAIL, STEPS
from tests.activities.mail.mails import delivering, received, two_minutes_later
from tests.activities.stage import Stage
from tests.support.world import eventually

KILL, STOP = signal.SIGKILL.name, signal.SIGSTOP.name
# Inside a call: before the tenant has done anything, and when it has done it and not yet answered.
INSIDE: dict[str, dict[str, Any]] = {
    "draft asked": {"path": "/messages$", "hold_before": timedelta(seconds=3)},
    "draft made": {"path": "/messages$", "hold_after": timedelta(seconds=3)},
    "sending asked": {"path": "/messages/.*/send$", "hold_before": timedelta(seconds=3)},
    "sending done": {"path": "/messages/.*/send$", "hold_after": timedelta(seconds=3)},
}
MOMENTS = [*STEPS, *INSIDE]
TRAITS = [(), ("newid",), ("searchlag", "300"), ("nosave",), ("staysdraft", "1")]
MANY = 200
AT_ONCE = 4


async def interrupted(
    stage: Stage, temporal_address: str, mail: DeliverMailInput, moment: str, by: str
) -> asyncio.subprocess.Process:
    """Start an attempt in a process of its own, and return it killed or stopped at a moment."""
    fault: Fault | None = None
    if moment in INSIDE:
        inside = INSIDE[moment]
        path = f"/users/{stage.sender}{inside['path']}"
        fault = stage.fault("POST", **inside | {"path": path})
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.activities.mail.interrupted_attempt",
        moment if fault is None else "none",
        by,
        env={
            "PATH": os.environ["PATH"],
            "TEMPORAL_ADDRESS": temporal_address,
            **worker_process.environment(stage),
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(MAIL.dump_json(mail))
    process.stdin.close()
    if fault is not None:
        held = fault
        await eventually(lambda: held.hits, seconds=180)
        process.send_signal(signal.Signals[by])
    if by == KILL:
        await process.wait()
        assert process.returncode == -signal.SIGKILL
    else:
        await eventually(lambda: _is_stopped(process), seconds=180)
    return process


def _is_stopped(process: asyncio.subprocess.Process) -> bool:
    with open(f"/proc/{process.pid}/stat") as stat:  # noqa: PTH123 - no file of anybody's
        return stat.read().rpartition(")")[2].split()[0] == "T"


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


@pytest.mark.parametrize("moment", ["drafted", "sending", "draft made", "sending done"])
async def test_a_worker_that_is_killed_sends_once(
    stage: Stage, temporal_address: str, moment: str
) -> None:
    """The next attempt goes on where it was, and no draft is left behind."""
    await sent_once(stage, temporal_address, moment, KILL)
    assert await swept(stage) == []


@pytest.mark.parametrize("moment", ["drafted", "sending", "sending asked"])
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

"""A mailbox that may not send: paused by one report, tried by a mail to itself, and released."""

import logging
from datetime import timedelta

import pytest

from activities.mail.returned.probe import ProbeActivities, Probed, ProbeInput
from domain.tables.mail import ProbeOutcome, SenderState
from domain.tables.rollout import Sender as Row
from simulated_tenant.exchange.mail_systems import MailSystem
from simulated_tenant.exchange.recipients import RecipientRule
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.mail.senders import Sender, key_of

PROBE = ProbeInput(sender=0, probe_id="a-probe")
LOST = "lost@fabrikam.example"


def probing(sender: Sender, *, within: timedelta = timedelta(minutes=10)) -> Attempts[Probed]:
    """Return the attempts of one probe."""
    activities = ProbeActivities(
        senders=(sender.mailbox,), states=sender.states, arrives_within=within
    )
    return Attempts(activities.probe_sender)


async def paused(sender: Sender, code: str = "5.1.8") -> None:
    """Let a report say that the sender may not send."""
    ada, _ = await sender.enrol()
    rules = sender.stage.tenant.transport.rules
    rules.put(LOST, RecipientRule(code=code, system=MailSystem.EXCHANGE_ONLINE))
    await sender.send(key_of(ada), LOST)
    assert await sender.returned() == 1
    assert (await row(sender)).state is SenderState.PAUSED


async def row(sender: Sender) -> Row:
    """Return the mailbox's row."""
    found = await sender.states.read(sender.address)
    assert found is not None
    return found


async def test_a_forged_report_pauses_until_the_probe_arrives(sender: Sender) -> None:
    """The mailbox may send: its mail to itself arrives, is deleted, and old reports are old."""
    sender.stage.assume(receipts="off", delays="off", outofoffice="off", answers="off")
    await paused(sender)
    attempts = probing(sender)
    assert_passing(await attempts.failure(PROBE), "ProbeNotArrived")
    assert await attempts.next(PROBE) == Probed(ready=True)
    assert (await row(sender)).state is SenderState.READY
    assert [one for one in sender.inbox() if "delivery test" in one.subject] == []
    (report,) = sender.inbox()
    assert report.received_at is not None
    await sender.states.pause(sender.address, "5.1.8", reported_at=report.received_at)
    assert (await row(sender)).state is SenderState.READY


async def test_a_blocked_mailbox_stays_stopped_until_it_is_released(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    """One alarm with the remedy and without an address; the release is found by itself."""
    outbound = sender.stage.tenant.transport.outbound
    (owner,) = [sender.stage.tenant.users.find(sender.address)]
    assert owner is not None
    await paused(sender)
    outbound.restrict(owner.id, sender.stage.tenant.clock())
    for _ in range(2):
        attempts = probing(sender, within=timedelta(0))
        assert_passing(await attempts.failure(PROBE), "ProbeNotArrived")
        assert await attempts.next(PROBE) == Probed(ready=False)
        assert (await row(sender)).state is SenderState.STOPPED
        assert (await row(sender)).probe_outcome is ProbeOutcome.MISSING
    alarms = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert len(alarms) == 1
    assert sender.address not in str(vars(alarms[0]))

    outbound.release(owner.id)
    attempts = probing(sender)
    await attempts.failure(PROBE)
    assert await attempts.next(PROBE) == Probed(ready=True)


async def test_a_probe_that_is_asked_for_waits_for_no_earlier_one(sender: Sender) -> None:
    """The first is lost, as the mailbox is blocked; the one after the release is sent at once."""
    outbound = sender.stage.tenant.transport.outbound
    owner = sender.stage.tenant.users.find(sender.address)
    assert owner is not None
    await paused(sender)
    outbound.restrict(owner.id, sender.stage.tenant.clock())
    assert_passing(await probing(sender).failure(PROBE), "ProbeNotArrived")
    outbound.release(owner.id)

    asked, another = probing(sender), ProbeInput(sender=0, probe_id="another-probe")
    assert_passing(await asked.failure(another), "ProbeNotArrived")
    assert await asked.next(another) == Probed(ready=True)


async def test_a_probe_that_did_not_leave_is_sent_again(sender: Sender) -> None:
    """Exchange was away as it was sent: the next attempt doesn't wait for what never left."""
    await paused(sender)
    attempts = probing(sender)
    sender.stage.fault("POST", "/send", status=503)
    assert_passing(await attempts.failure(PROBE), "ServiceUnavailable")
    assert_passing(await attempts.failure(PROBE), "ProbeNotArrived")
    assert await attempts.next(PROBE) == Probed(ready=True)


async def test_a_mailbox_that_cannot_be_used_stays_stopped(sender: Sender) -> None:
    """A probe that is refused at once need not be waited for."""
    await paused(sender)
    sender.stage.fault("POST", "/send", status=403)
    assert await probing(sender).next(PROBE) == Probed(ready=False)
    assert (await row(sender)).state is SenderState.STOPPED


@pytest.mark.parametrize("code", ["5.2.2", "5.7.520"])
async def test_what_is_not_the_sender_pauses_nothing(sender: Sender, code: str) -> None:
    """A full mailbox, or a forward that was refused, never stops anybody else's mail."""
    ada, _ = await sender.enrol()
    rules = sender.stage.tenant.transport.rules
    rules.put(LOST, RecipientRule(code=code, system=MailSystem.EXCHANGE_ONLINE))
    await sender.send(key_of(ada), LOST)
    assert await sender.returned() == 1
    assert await sender.states.read(sender.address) is None

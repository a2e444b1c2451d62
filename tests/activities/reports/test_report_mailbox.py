"""A report leaves while mail is stopped, within the budget, and not from a blocked mailbox."""

from dataclasses import replace

import pytest

from activities.reports.report import (
    ReportInput,
)
from database.mail.senders import set_sender
from database.portal.reports import remove_report
from database.rollout.control import set_control
from domain.tables.mail import MailLimits, MailState, SenderState
from domain.tables.rollout import MailControl
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.reports.reporting import (
    ID,
    DyingError,
    DyingLog,
    activities,
    first,
    got,
    state,
)
from tests.activities.stage import Stage
from tests.database.values import NOW


async def test_a_report_leaves_while_mail_is_stopped_and_says_so(
    stage: Stage, admins: list[str]
) -> None:
    """A stop is about mails to people; admins learn of it."""
    stopped = MailControl(mail_stopped=True, since=NOW, actor="Grace", reason="phishing alarm")
    async with stage.database.writing() as connection:
        await set_control(connection, stopped)
    await Attempts(activities(stage).deliver_report).next(await first(stage))
    (message,) = got(stage, admins[0])
    assert "phishing alarm" in (message.html or "")


async def test_a_blocked_mailbox_holds_a_report(stage: Stage, admins: list[str]) -> None:
    """No draft lies there meanwhile; it leaves once the mailbox may send."""
    mail = await first(stage)
    async with stage.database.writing() as connection:
        await set_sender(connection, stage.sender, SenderState.STOPPED, now=NOW)
    attempts = Attempts(activities(stage).deliver_report)
    assert_passing(await attempts.failure(mail), "MailWaits")
    assert await state(stage) is MailState.RESERVED
    assert stage.drafts(admins[0]) == []
    async with stage.database.writing() as connection:
        await set_sender(connection, stage.sender, SenderState.READY, now=NOW)
    await attempts.next(mail)
    assert len(got(stage, admins[0])) == 1


async def test_a_report_uses_the_mailbox_budget(stage: Stage, admins: list[str]) -> None:
    """A second one waits where the hour has room for one mail."""
    full = stage.but(limits=MailLimits(per_minute=10**6, per_hour=1, per_day=10**6))
    mail = await first(full)
    await Attempts(activities(full).deliver_report).next(mail)
    other = Attempts(activities(full).deliver_report)
    assert_passing(await other.failure(replace(mail, recipient=1)), "MailWaits")
    assert got(stage, admins[1]) == []


async def test_a_report_that_was_removed_is_not_sent(stage: Stage, admins: list[str]) -> None:
    """Also when its draft was made already."""
    mail = await first(stage)
    dying = activities(stage, DyingLog(stage.mail_log, "drafted"))
    with pytest.raises(DyingError):
        await Attempts(dying.deliver_report).next(mail)
    async with stage.database.writing() as connection:
        await remove_report(connection, ID)
    assert (await Attempts(activities(stage).deliver_report).next(mail)).sent_at is None
    assert got(stage, admins[0]) == stage.drafts(admins[0]) == []
    assert await Attempts(activities(stage).read_report).next(ReportInput(schedule_id=ID)) is None

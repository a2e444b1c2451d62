"""Reports: sent once to each recipient, whatever happens to the worker, the mailbox or the mail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update
from temporalio.client import Client
from temporalio.worker import Worker

from activities.reports.composer import ReportComposer
from activities.reports.delivery import ReportDelivery
from activities.reports.report import (
    DeliverReportInput,
    PreparedReport,
    ReportActivities,
    ReportInput,
)
from database.figures.attention import count_attention
from database.mail.log import MailLog
from database.mail.senders import set_sender
from database.portal.reports import ReportTables, add_report, read_report, remove_report
from database.rollout.control import set_control
from database.schema import sent_mail
from domain.enrolment.status import InviteStatus
from domain.identifiers import mail_task_queue, report_key
from domain.mail.content import Branding
from domain.reports.figures import Figure
from domain.reports.interval import Interval
from domain.reports.records import ReportContent, ReportSchedule
from domain.tables.mail import MailLimits, MailState, SenderState
from domain.tables.rollout import MailControl
from domain.tables.story import StoryKind
from simulated_tenant.exchange.message import Message
from templates.report_plot import draw_report_plot
from templates.reports import ReportRenderer
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.stage import Stage
from tests.database.values import NOW, event, person, put
from tests.support.enrolments import STRICT
from workflows.scheduled.report import ReportWorkflow

ID = "3f2a0000-0000-4000-8000-000000000001"
BRANDING = Branding(company_name="Contoso", support_team="IT", support_email="it@contoso.example")
RUN = "run-1"


class DyingError(Exception):
    """The worker dies."""


class DyingLog:
    """The log, of a worker that dies right after the commit of one step."""

    def __init__(self, log: MailLog, step: str) -> None:
        """Wrap a log."""
        self._log = log
        self._step = step

    def __getattr__(self, name: str) -> Any:
        """Return the log's own method, or the one that is the last of its worker."""
        method = getattr(self._log, name)
        if name != self._step:
            return method

        async def last(*args: Any, **more: Any) -> Any:
            await method(*args, **more)
            raise DyingError

        return last


async def no_plot(_content: ReportContent) -> bytes | None:
    """Draw nothing."""
    return None


async def broken(_content: ReportContent) -> bytes | None:
    """Fail."""
    raise OSError


def activities(stage: Stage, log: Any = None, draw: Any = no_plot) -> ReportActivities:
    """Return the activities of a worker."""
    return ReportActivities(
        tables=ReportTables(stage.database),
        senders=(stage.mailbox,),
        log=log or stage.mail_log,
        delivery=ReportDelivery(turns=stage.turns),
        composer=ReportComposer(
            renderer=ReportRenderer(BRANDING),
            settings=stage.mail_settings,
            portal_url="https://mfa.contoso.example/portal",
            draw=draw,
        ),
    )


@pytest.fixture
async def admins(stage: Stage) -> list[str]:
    """Give two admins who get a weekly report, and three people to report on."""
    stage.assume(newid="off", searchlag="off", nosave="off", staysdraft="off")
    admins = [stage.user("admin").user_principal_name for _ in range(2)]
    report = ReportSchedule(
        schedule_id=ID,
        interval=Interval(hour=7, weekday="Mon"),
        recipients=tuple(admins),
        created_by="ada",
        created_at=NOW,
    )
    async with stage.database.writing() as connection:
        await add_report(connection, report)
    for number in range(3):
        await put(stage.database, person(number, status=InviteStatus.SENT))
    return admins


async def prepared(stage: Stage) -> PreparedReport:
    """Read the report's figures."""
    report = await Attempts(activities(stage).read_report).next(ReportInput(schedule_id=ID))
    assert report is not None
    return report


async def first(stage: Stage) -> DeliverReportInput:
    """Return what delivers the report to the first of the admins."""
    return DeliverReportInput(report=await prepared(stage), recipient=0, run_id=RUN)


def got(stage: Stage, admin: str) -> list[Message]:
    """Return the mails that somebody got."""
    return stage.mails(admin)


async def state(stage: Stage) -> MailState:
    """Return how far the only mail has come."""
    async with stage.database.reading() as connection:
        return MailState((await connection.scalars(select(sent_mail.c.state))).one())


async def two_minutes_later(stage: Stage) -> None:
    """Let the sending of the mail have begun earlier than it did."""
    async with stage.database.writing() as connection:
        earlier = datetime.now(UTC) - timedelta(minutes=3)
        begun = sent_mail.c.sending_at.is_not(None)
        await connection.execute(update(sent_mail).where(begun).values(sending_at=earlier))


async def test_a_report_goes_to_each_recipient_and_the_next_is_compared_with_it(
    stage: Stage, client: Client, admins: list[str], unique: Callable[[str], str]
) -> None:
    """By the real workflow: figures and the audit log's head arrive once at each."""
    queue, report = unique("report"), activities(stage)
    common: list[Callable[..., Any]] = [
        report.read_report,
        report.end_report,
        report.withdraw_report,
    ]
    async with (
        Worker(
            client,
            task_queue=queue,
            workflows=[ReportWorkflow],
            activities=common,
            workflow_runner=STRICT,
        ),
        Worker(client, task_queue=mail_task_queue(queue, 0), activities=[report.deliver_report]),
    ):
        for number in range(2):
            sent = await client.execute_workflow(
                ReportWorkflow.run,
                ReportInput(schedule_id=ID),
                id=f"{queue}-{number}",
                task_queue=queue,
            )
            assert sent == 2
            await put(stage.database, person(number + 5))
    for admin in admins:
        before, after = got(stage, admin)
        assert "0:" + "0" * 64 in (before.html or "")
        assert "+1" not in (before.html or "")
        assert "+1" in (after.html or "")
    async with stage.database.reading() as connection:
        kept = await read_report(connection, ID)
    assert kept is not None
    assert kept.last_figures is not None
    assert kept.last_figures.people[Figure.PEOPLE] == 4


@pytest.mark.parametrize("step", ["reserve", "drafting", "drafted", "sending", "sent"])
async def test_a_worker_that_dies_sends_a_report_once(
    stage: Stage, admins: list[str], step: str
) -> None:
    """Whatever was committed last, the next attempt neither loses nor doubles it."""
    mail = await first(stage)
    with pytest.raises(DyingError):
        await Attempts(activities(stage, DyingLog(stage.mail_log, step)).deliver_report).next(mail)
    attempts = Attempts(activities(stage).deliver_report)
    if step == "sending":
        assert_passing(await attempts.failure(mail), "InTransit")
        await two_minutes_later(stage)
    assert (await attempts.next(mail)).sent_at is not None
    assert (await attempts.next(mail)).sent_at is not None
    assert len(got(stage, admins[0])) == 1
    assert stage.drafts(admins[0]) == []


async def test_a_sending_without_an_answer_is_not_repeated(stage: Stage, admins: list[str]) -> None:
    """The mail left, and Exchange's answer was lost: it is found in Sent Items."""
    mail = await first(stage)
    stage.fault("POST", "/send$", status=503, after_write=True)
    attempts = Attempts(activities(stage).deliver_report)
    assert_passing(await attempts.failure(mail), "InTransit")
    await two_minutes_later(stage)
    assert (await attempts.next(mail)).sent_at is not None
    assert len(got(stage, admins[0])) == 1


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


async def test_a_report_is_nobodys_mail(stage: Stage, admins: list[str]) -> None:
    """One that may have left isn't among the people who need attention; its key names nobody."""
    mail = await first(stage)
    await Attempts(activities(stage).deliver_report).next(mail)
    async with stage.database.writing() as connection:
        await connection.execute(update(sent_mail).values(state=MailState.UNCONFIRMED))
        keys = (await connection.scalars(select(sent_mail.c.key))).all()
        assert await count_attention(connection, now=NOW) == {}
    assert keys == [report_key(ID, RUN, 0)] == [f"{ID}/report/{RUN}/0"]


async def test_in_a_rehearsal_a_report_goes_where_all_mails_go(
    stage: Stage, admins: list[str]
) -> None:
    """Its subject says for whom it was."""
    elsewhere = stage.user("rehearsal").user_principal_name
    rehearsal = stage.but(mail_settings=replace(stage.mail_settings, redirect_to=elsewhere))
    await Attempts(activities(rehearsal).deliver_report).next(await first(rehearsal))
    assert got(stage, admins[0]) == []
    (message,) = got(stage, elsewhere)
    assert admins[0] in message.subject


@pytest.mark.parametrize("draw", [partial(draw_report_plot, default_language="en"), broken])
async def test_a_report_goes_without_a_plot_that_cannot_be_drawn(
    stage: Stage, admins: list[str], draw: Any
) -> None:
    """The plot comes along with the mail, once days have something to show."""
    for days in (3, 0):
        at = datetime.now(UTC) - timedelta(days=days)
        person_of_the_day = person(10 + days)
        registered = event(1, StoryKind.REGISTERED, at=at)
        await put(stage.database, person_of_the_day, [registered])
    await Attempts(activities(stage, draw=draw).deliver_report).next(await first(stage))
    (message,) = got(stage, admins[0])
    assert ("cid:plot" in (message.html or "")) is (draw is not broken)
    assert [one.content_id for one in message.attachments] == ([] if draw is broken else ["plot"])

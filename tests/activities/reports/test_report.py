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

from activities.reports.report import (
    ReportInput,
)
from database.figures.attention import count_attention
from database.people.attention import attention_at
from database.portal.reports import read_report
from database.schema import sent_mail
from domain.identifiers import mail_task_queue, report_key
from domain.reports.figures import Figure
from domain.reports.records import ReportContent
from domain.tables.mail import MailState
from domain.tables.story import StoryKind
from templates.report_plot import draw_report_plot
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.reports.reporting import (
    ID,
    RUN,
    DyingError,
    DyingLog,
    activities,
    first,
    got,
)
from tests.activities.stage import Stage
from tests.database.values import NOW, event, person, put
from tests.support.enrolments import STRICT
from workflows.scheduled.report import ReportWorkflow


async def broken(_content: ReportContent) -> bytes | None:
    """Fail."""
    raise OSError


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


async def test_a_report_is_nobodys_mail(stage: Stage, admins: list[str]) -> None:
    """One that may have left isn't among the people who need attention; its key names nobody."""
    mail = await first(stage)
    await Attempts(activities(stage).deliver_report).next(mail)
    async with stage.database.writing() as connection:
        await connection.execute(update(sent_mail).values(state=MailState.UNCONFIRMED))
        keys = (await connection.scalars(select(sent_mail.c.key))).all()
        assert await count_attention(connection, await attention_at(connection, NOW)) == {}
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

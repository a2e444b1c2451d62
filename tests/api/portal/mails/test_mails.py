"""Mails in the portal: how they look, the switch, and the mailboxes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from re import search
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.reports.sample import SampleMailInput, SampleMailResult, SampleOutcome
from database.audit.chain import begin, finish
from database.audit.entries import read_entries
from database.engine import Database
from database.mail.senders import set_sender
from database.rollout.control import read_control, set_control
from database.rollout.policy import set_policy
from domain.identifiers import sender_probe_workflow_id
from domain.mail.shown.samples import sample_mails
from domain.portal.roles import Role
from domain.status import MailKind
from domain.tables.audit import Actor, AuditAction, AuditEntry, AuditOutcome
from domain.tables.mail import SenderState
from domain.tables.rollout import MailControl
from domain.tables.sending import LimitsInForce
from tests.api.portal.portal import CSRF, RunningPortal, running_portal
from tests.database.values import MAILBOX, NOW, object_id
from worker.build import SANDBOX
from workflows.sample_mail import SampleMailWorkflow

FORM = {"csrf": CSRF, "reason": "phishing <alarm>"}
LIMITS = LimitsInForce(per_minute=25, per_hour=350, per_day=750)


async def test_each_mail_is_shown_and_leads_nowhere(portal: RunningPortal) -> None:
    """Every kind in a language: its frame may do nothing, and its links are dead."""
    async with portal.browser(Role.READER) as browser:
        listed = (await browser.get("/portal/mails")).text
        for kind, number in ((MailKind.INVITATION, 1), (MailKind.REMINDER, 2)):
            path = f"/portal/mails/{kind.value}/{number}/de"
            assert f'href="{path}"' in listed
            page = await browser.get(path)
            assert "frame-src 'self'" in page.headers["content-security-policy"]
            assert "sandbox title=" in page.text
            assert f'action="{path}/send"' not in page.text
            content = await browser.get(f"{path}/content")
            assert content.headers["content-security-policy"].startswith("sandbox; default-src")
            assert content.headers["x-frame-options"] == "SAMEORIGIN"
            assert "Ada Lovelace" in content.text
            assert "href=" not in content.text
            assert "/api/track-open" not in content.text
            assert "cid:" not in content.text
        for path in ("reminder/7/de", "invitation/1/xx", "none/1/en", "invitation/1/xx/content"):
            assert (await browser.get(f"/portal/mails/{path}")).status_code == 404
        assert (await browser.post("/portal/mails/stop", data=FORM)).status_code == 403


async def test_mailboxes_show_their_budget_and_why_they_stand_still(
    portal: RunningPortal,
) -> None:
    """What is left by the worker's limits, and what to do about a mailbox that may not send."""
    now = datetime.now(UTC)
    async with portal.database.writing() as connection:
        await set_policy(connection, LIMITS, now=now)
        await set_sender(connection, MAILBOX, SenderState.STOPPED, now=now, reason="5.1.8")
    async with portal.browser(Role.ADMIN) as browser:
        page = (await browser.get("/portal/mails")).text
    for left in ("25 of 25", "350 of 350", "750 of 750"):
        assert left in page
    assert "5.1.8" in page
    # SENDER_MAILBOXES of this portal doesn't name it, so it can't be probed from here.
    assert "/portal/mails/probe" not in page


@pytest.fixture
async def served(
    client: Client, tmp_path: Path, sqlite_database: Database, unique: Callable[[str], str]
) -> AsyncIterator[RunningPortal]:
    """Run a portal with Temporal, and nobody who works on its queue."""
    options: dict[str, Any] = {
        "answer_within": timedelta(minutes=10),
        "result_within": timedelta(minutes=10),
        "task_queue": unique("queue"),
        "sender_mailboxes": ("first@x.example", MAILBOX),
    }
    async with running_portal(client, tmp_path, sqlite_database, **options) as running:
        yield running


async def test_a_mailbox_is_probed_now(served: RunningPortal) -> None:
    """A probe that waits is replaced, the log says who asked, and only our mailboxes are tried.

    A form that is sent again asks for nothing more; each mailbox has a form of its own.
    """
    now = datetime.now(UTC)
    async with served.database.writing() as connection:
        await set_sender(connection, MAILBOX, SenderState.PAUSED, now=now, reason="5.1.8")
    data = FORM | {"mailbox": MAILBOX}
    async with served.browser(Role.ADMIN) as browser:
        page = (await browser.get("/portal/mails")).text
        shown = search(r'value="([^"]+)"><button type="submit" class="quiet">Probe now', page)
        assert shown
        form = data | {"request_id": shown[1]}
        other = form | {"mailbox": "first@x.example"}
        for sent in (form, form, other, data):
            assert (await browser.post("/portal/mails/probe", data=sent)).status_code == 303
        stranger = await browser.post("/portal/mails/probe", data=data | {"mailbox": "x@y.example"})
        assert stranger.status_code == 303
        assert "does not name this mailbox" in (await browser.get("/portal/mails")).text
    portal = served.api.app.state.portal
    workflow_id = sender_probe_workflow_id(portal.config.task_queue, 1)
    assert (await portal.client.get_workflow_handle(workflow_id).describe()).id == workflow_id
    async with served.database.reading() as connection:
        entries = await read_entries(connection)
    assert {one.action for one in entries.values()} == {AuditAction.PROBE_MAILBOX}
    assert [(one.outcome, one.reason) for one in entries.values()] == [
        *((AuditOutcome.DONE, None), (None, MAILBOX)),
        *((AuditOutcome.DONE, None), (None, "first@x.example")),
        *((AuditOutcome.DONE, None), (None, MAILBOX)),
    ]


ANSWERS = (
    (SampleMailResult(outcome=SampleOutcome.SENT, sender=1), f"to your address, from {MAILBOX}."),
    (SampleMailResult(outcome=SampleOutcome.REDIRECTED, sender=0), "to MAIL_REDIRECT_TO, where"),
    (SampleMailResult(outcome=SampleOutcome.NO_ADDRESS), "your account has no mail address"),
    (SampleMailResult(outcome=SampleOutcome.NO_SENDER), "no mailbox may send now"),
    (SampleMailResult(outcome=SampleOutcome.FAILED, failure="Grant it."), "not sent. Grant it."),
)


@pytest.mark.wording
async def test_a_mail_is_sent_to_oneself(served: RunningPortal) -> None:
    """A worker sends it, the page says what became of it, and readers are refused.

    A button that is pressed twice sends one mail, of which the page tells once.
    """
    asked: list[SampleMailInput] = []

    @activity.defn
    async def send_sample_mail(input: SampleMailInput) -> SampleMailResult:
        asked.append(input)
        return ANSWERS[len(asked) - 1][0]

    services = served.api.app.state.portal
    path = "/portal/mails/reminder/2/de"
    async with (
        Worker(
            services.client,
            task_queue=services.config.task_queue,
            workflows=[SampleMailWorkflow],
            activities=[send_sample_mail],
            workflow_runner=SANDBOX,
        ),
        served.browser(Role.ADMIN) as browser,
        served.browser(Role.READER, number=901) as reader,
    ):
        assert (await reader.post(f"{path}/send", data=FORM)).status_code == 403
        for _, said in ANSWERS:
            shown = search(r'name="request_id" value="([^"]+)"', (await browser.get(path)).text)
            assert shown
            form = FORM | {"request_id": shown[1]}
            both = await asyncio.gather(
                *(browser.post(f"{path}/send", data=form) for _ in range(2))
            )
            assert {answer.headers["location"] for answer in both} == {path}
            assert (await browser.get(path)).text.count(said) == 1
        assert len(asked) == len(ANSWERS)
        assert (await browser.post("/portal/mails/none/1/de/send", data=FORM)).status_code == 404
    (first, *_) = asked
    assert first.object_id == object_id(900)
    sample = first.sample
    assert (sample.kind, sample.number, sample.language) == (MailKind.REMINDER, 2, "de")
    async with served.database.reading() as connection:
        (_, entry, *_) = (await read_entries(connection)).values()
    assert (entry.action, entry.reason) == (AuditAction.SEND_TEST_MAIL, "Reminder 2, de")


async def test_all_mail_is_stopped_without_a_worker(portal: RunningPortal) -> None:
    """With Temporal away the tables hold mail back at once, and the page says what is to come."""
    async with portal.browser(Role.ADMIN) as browser:
        missing = await browser.post("/portal/mails/stop", data=FORM | {"reason": " "})
        assert missing.headers["location"] == "/portal/mails"
        assert "a reason is missing" in (await browser.get("/portal/mails")).text
        assert (await browser.post("/portal/mails/stop", data=FORM)).status_code == 303
        page = (await browser.get("/portal/mails")).text
        assert "a worker tells it once it is back" in page
        assert "phishing &lt;alarm&gt;" in page
        assert 'action="/portal/mails/start"' in page
    async with portal.database.reading() as connection:
        control = await read_control(connection)
        entries = await read_entries(connection)
    assert control is not None
    assert (control.mail_stopped, control.actor) == (True, "Ada Lovelace")
    assert control.untold is not None
    assert [one.outcome for one in entries.values()] == [AuditOutcome.DONE, None]


@pytest.mark.parametrize(
    ("verb", "stopped", "another"),
    # Temporal is away: mail can be stopped, and not started.
    [("stop", False, (303, AuditOutcome.DONE)), ("start", True, (503, AuditOutcome.FAILED))],
)
async def test_a_form_that_is_sent_twice_throws_the_switch_once(
    portal: RunningPortal, verb: str, stopped: bool, another: tuple[int, AuditOutcome]
) -> None:
    """What was done stays done, also when the switch was thrown the other way since then."""
    action = {"stop": AuditAction.STOP_MAIL, "start": AuditAction.START_MAIL}[verb]
    entry = AuditEntry(at=NOW, actor=Actor(name="Ada"), action=action, request_id=str(uuid4()))
    control = MailControl(mail_stopped=stopped, since=NOW, actor="Eve", reason="later")
    async with portal.database.writing() as connection:
        number = await begin(connection, entry)
        outcome = AuditOutcome.DONE
        await finish(connection, replace(entry, answers=number, request_id=None, outcome=outcome))
        await set_control(connection, control)
    form = FORM | {"request_id": str(entry.request_id)}
    async with portal.browser(Role.ADMIN) as browser:
        assert 'name="request_id"' in (await browser.get("/portal/mails")).text
        assert (await browser.post(f"/portal/mails/{verb}", data=form)).status_code == 303
        again = await browser.post(
            f"/portal/mails/{verb}", data=FORM | {"request_id": str(uuid4())}
        )
        assert again.status_code == another[0], "another form is another request"
    async with portal.database.reading() as connection:
        entries = await read_entries(connection)
        if verb == "start":
            assert await read_control(connection) == control
    assert [one.outcome for one in entries.values()] == [another[1], None, outcome, None]
    assert list(entries.values())[1].request_id is not None


@pytest.mark.wording
async def test_start_lifts_the_stop_that_the_page_showed(portal: RunningPortal) -> None:
    """A stop that somebody else has made since then stays, and the page says whose it is."""
    mine = MailControl(mail_stopped=True, since=NOW, actor="Ada", reason="test", request_id="a")
    other = replace(mine, actor="Eve", reason="phishing <alarm>", request_id="b")
    async with portal.database.writing() as connection:
        await set_control(connection, mine)
    async with portal.browser(Role.ADMIN) as browser:
        stale = (await browser.get("/portal/mails")).text
        assert 'name="shown" value="a"' in stale
        async with portal.database.writing() as connection:
            await set_control(connection, other)
        form = FORM | {"request_id": str(uuid4()), "shown": "a"}
        assert (await browser.post("/portal/mails/start", data=form)).status_code == 303
        page = (await browser.get("/portal/mails")).text
        assert "then stopped again by Eve: phishing &lt;alarm&gt;." in page
        # Temporal is away here: what is asked of it isn't refused before.
        form = FORM | {"request_id": str(uuid4()), "shown": "b"}
        assert (await browser.post("/portal/mails/start", data=form)).status_code == 503
    async with portal.database.reading() as connection:
        assert await read_control(connection) == other


@pytest.mark.wording
def test_the_reminders_that_differ_are_shown() -> None:
    """The first, the second, the one before the manager's mail, and the last."""
    numbers = [
        one.number
        for one in sample_mails(max_reminders=8, escalate_after=3)
        if one.kind is MailKind.REMINDER
    ]
    assert numbers == [1, 2, 3, 8]
    unbounded = sample_mails(max_reminders=None, escalate_after=1)
    assert [one.name for one in unbounded] == [
        "Invitation",
        "Reminder 1",
        "Follow-up 1",
        "Mail to the manager",
    ]

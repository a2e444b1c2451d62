"""What is asked for a person: who may, what is answered, and that it happens once."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from re import search
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from temporalio.testing import TimeSkipper

from database.audit.entries import read_entries
from database.engine import Database
from database.rollout.control import set_control
from domain.portal.roles import Role
from domain.status import MailKind
from domain.tables.audit import AuditOutcome
from domain.tables.rollout import MailControl
from tests.api.portal.people.values import SCRIPT
from tests.api.portal.portal import CSRF, RunningPortal, running_portal
from tests.database.values import NOW, object_id, person, put
from tests.support.enrolments import enrol, working
from tests.support.world import MINUTE, World
from workflows.enrolment.workflow import EnrolmentWorkflow

PATIENT = timedelta(minutes=10)


def _form(reason: str = "on leave", **values: str) -> dict[str, str]:
    return {"csrf": CSRF, "reason": reason, "request_id": str(uuid4()), **values}


async def _outcomes(database: Database) -> list[tuple[str, str | None]]:
    async with database.reading() as connection:
        entries = await read_entries(connection)
    return [(one.action, one.outcome) for _, one in sorted(entries.items())]


def _notice(page: httpx.Response) -> str:
    found = search(r'class="notice [a-z]+" role="status"[^>]*>(.*?)</p>', page.text)
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        (Role.READER, ("resend", "pause", "resume", "cancel", "erase")),
        (Role.HELPDESK, ("cancel", "erase")),
    ],
)
async def test_the_server_refuses_what_a_role_does_not_include(
    portal: RunningPortal, role: Role, refused: tuple[str, ...]
) -> None:
    """A form that is sent without a button on the page does nothing, and nothing is logged."""
    await put(portal.database, person(1))
    async with portal.browser(role) as browser:
        for action in refused:
            path = f"/portal/people/{object_id(1)}/{action}"
            answer = await browser.post(path, data=_form(confirmation="person1@contoso.com"))
            assert answer.status_code == 403, action
        assert (await browser.get(f"/portal/people/{object_id(1)}/erase")).status_code == 403
    assert await _outcomes(portal.database) == []


async def test_a_reason_is_needed(portal: RunningPortal) -> None:
    """Without a reason nothing is asked, and the form is open again."""
    await put(portal.database, person(1))
    async with portal.browser(Role.HELPDESK) as browser:
        path = f"/portal/people/{object_id(1)}"
        answer = await browser.post(f"{path}/pause", data=_form(reason=" \u202e "))
        assert answer.headers["location"] == f"{path}?do=pause"
        page = await browser.get(answer.headers["location"])
    assert "a reason is missing" in _notice(page)
    assert "<details open>" in page.text
    assert await _outcomes(portal.database) == []


async def test_temporal_away_is_said_and_logged(portal: RunningPortal) -> None:
    """Nothing looks as if it had been done; the audit log holds that it failed."""
    await put(portal.database, person(1))
    async with portal.browser(Role.HELPDESK) as browser:
        answer = await browser.post(f"/portal/people/{object_id(1)}/pause", data=_form())
    assert answer.status_code == 503
    assert "Your action may have been recorded" in answer.text
    assert await _outcomes(portal.database) == [("pause", None), ("pause", AuditOutcome.FAILED)]


async def test_without_the_audit_log_nothing_is_done(portal: RunningPortal) -> None:
    """What can't be logged isn't asked for."""
    await put(portal.database, person(1))
    async with portal.database.writing() as connection:
        await connection.execute(text("DROP TABLE audit"))
    async with portal.browser(Role.HELPDESK) as browser:
        answer = await browser.post(f"/portal/people/{object_id(1)}/pause", data=_form())
    assert answer.status_code == 503
    assert "audit log can't be written" in unescape(answer.text)


async def test_an_erasure_needs_the_name_and_a_reason(portal: RunningPortal) -> None:
    """A name that isn't the person's erases nobody."""
    await put(portal.database, person(1))
    path = f"/portal/people/{object_id(1)}/erase"
    async with portal.browser(Role.ADMIN) as browser:
        assert "person1@contoso.com" in (await browser.get(path)).text
        wrong = await browser.post(path, data=_form(confirmation=SCRIPT))
        silent = await browser.post(path, data=_form("", confirmation="person1@contoso.com"))
    assert wrong.status_code == silent.status_code == 422
    assert "what you typed is not this person" in wrong.text
    assert "the reason is missing" in silent.text
    assert await _outcomes(portal.database) == []


@pytest.mark.wording
async def test_what_is_asked_happens_once_and_is_answered_truly(
    skipper: TimeSkipper,
    unique: Callable[[str], str],
    tmp_path: Path,
    sqlite_database: Database,
) -> None:
    """Two admins, a form sent twice, a stop of all mail, no worker, and somebody who has ended."""
    world, queue = World(), unique("queue")
    whom = world.person.object_id
    await put(sqlite_database, person(1, object_id=whom))
    async with (
        running_portal(
            skipper.client, tmp_path, sqlite_database, task_queue=queue, answer_within=PATIENT
        ) as portal,
        portal.browser(Role.HELPDESK, name="Ada") as ada,
        portal.browser(Role.ADMIN, name="Eve", number=901) as eve,
    ):

        async def ask(browser: httpx.AsyncClient, action: str, form: dict[str, str]) -> str:
            answer = await browser.post(f"/portal/people/{whom}/{action}", data=form)
            assert answer.status_code == 303, answer.text
            return _notice(await browser.get(answer.headers["location"]))

        async with working(skipper.client, world, task_queue=queue, max_cached_workflows=0):
            enrolment = await enrol(skipper, world, task_queue=queue)
            await enrolment.mailed(MailKind.INVITATION, 1)
            await enrolment.pass_time(2 * MINUTE)
            twice = _form()
            for _ in range(2):
                assert "Paused: nothing is sent" in await ask(ada, "pause", twice)
            # The mirror of this test writes nothing, so the tables don't show it.
            offered = (await ada.get(f"/portal/people/{whom}")).text
            assert (f'/{whom}/pause"' in offered, f'/{whom}/resume"' in offered) == (False, True)
            agreed = (await ada.get(f"/portal/people/{whom}/pending")).text
            assert "does not show it yet. Paused: nothing is sent" in agreed
            assert "nothing was done. Already paused by Ada." in await ask(eve, "pause", _form())
            assert "Resumed." in await ask(eve, "resume", _form())
            # The forms of one page, to which Ada goes back: they bring the same id.
            shared = _form()
            for action, said in (("pause", "Paused: nothing is sent"), ("resume", "Resumed.")):
                assert said in await ask(ada, action, shared)
            assert (await enrolment.handle.query(EnrolmentWorkflow.state)).paused is None
            control = MailControl(mail_stopped=True, since=NOW, actor="Ada", reason="phishing")
            async with sqlite_database.writing() as connection:
                await set_control(connection, control)
            said = await ask(ada, "resend", _form())
            assert "A new link will be sent, but not yet. All mail has been stopped" in said
            assert "phishing" in said
        short = timedelta(milliseconds=300)
        async with (
            running_portal(
                skipper.client, tmp_path, sqlite_database, task_queue=queue, answer_within=short
            ) as alone,
            alone.browser(Role.HELPDESK, name="Ada") as browser,
        ):
            answer = await browser.post(f"/portal/people/{whom}/pause", data=_form())
            page = await browser.get(answer.headers["location"])
            assert "recorded. No worker has answered" in _notice(page)
            assert "Ada</bdi> asked for it on" in page.text
            pending = search(r'hx-get="([^"]*pending)"', page.text)
            assert pending
            assert "No worker has answered" in (await browser.get(pending[1])).text
        async with working(skipper.client, world, task_queue=queue):
            handle = skipper.client.get_workflow_handle(enrolment.handle.id)
            state = await handle.query(EnrolmentWorkflow.state)
            assert state.paused is not None
            await put(sqlite_database, person(1, object_id=whom, revision=2**52, paused_by="Ada"))
            assert "Paused: nothing is sent" in (await ada.get(pending[1])).text
            assert "Cancelled." in await ask(eve, "cancel", _form())
            await enrolment.leave()
            assert "has ended in the meantime" in await ask(ada, "resume", _form())
    asked = [action for action, outcome in await _outcomes(sqlite_database) if outcome is None]
    assert asked == [
        *("pause", "pause", "resume", "pause", "resume"),
        *("resend", "pause", "cancel", "resume"),
    ], "once each"

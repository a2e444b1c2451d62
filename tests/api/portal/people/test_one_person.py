"""One person's page: what it tells, from the tables alone."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from api.portal.people.list_item import item_address
from client.audit.entry import audited
from client.mail.mail_as_sent import REMOVED
from database.engine import Database
from database.enrolments.contact import keep_contact
from database.imports.imports import begin_import
from database.rollout.control import set_control
from database.schema import template
from domain.portal.call_list import CallEntry
from domain.portal.roles import Role
from domain.standing.texts import WHY
from domain.standing.why_not_sooner import HoldReason
from domain.status import EnrolmentEnd, InviteStatus, MailKind
from domain.tables.attention import AttentionKind
from domain.tables.audit import Actor, AuditAction
from domain.tables.enrolment import NextStep
from domain.tables.rollout import MailControl
from domain.tables.sending import SendingPolicy
from domain.tables.story import StoryKind
from templates.mail_source import mail_source
from tests.api.portal.people.values import SCRIPT, hostile, is_harmless, put_mail
from tests.api.portal.portal import RunningPortal, running_portal
from tests.api.running import lazy_client
from tests.database.test_imports import IMPORT
from tests.database.values import MAILBOX, NOW, event, object_id, person, put

PAGE = f"/portal/people/{object_id(66)}"


async def _page(portal: RunningPortal, path: str = PAGE, role: Role = Role.ADMIN) -> httpx.Response:
    async with portal.browser(role) as browser:
        return await browser.get(path)


@pytest.mark.wording
async def test_the_page_tells_where_somebody_stands_and_what_happened(
    portal: RunningPortal,
) -> None:
    """Sentence, next step, why not sooner, story, list and workflow are on it."""
    row = hostile(
        next_step=NextStep.REMINDER,
        due_at=datetime.now(UTC) + timedelta(days=3),
        attention=AttentionKind.BOUNCED,
        attention_since=NOW,
        problem_since=NOW,
        item_id="12",
        written={"Title": SCRIPT, "TrackingToken": "secret-token", "InviteStatus": "Sent"},
        refused={f"Col{SCRIPT}": NOW.isoformat()},
    )
    paused = event(1, StoryKind.PAUSED, actor=f"Eve {SCRIPT}", data={"reason": SCRIPT})
    await put(portal.database, row, [event(0), paused])
    stop = MailControl(mail_stopped=True, since=NOW, actor="Ada", reason=SCRIPT)
    async with portal.database.writing() as connection:
        await set_control(connection, stop)
    async with audited(
        portal.database, Actor(name=SCRIPT), AuditAction.PAUSE, reason=SCRIPT, person=object_id(66)
    ):
        pass
    page = (await _page(portal)).text
    assert is_harmless(page)
    assert "secret-token" not in page
    for said in (
        "Sent: invited on",
        "Reminder, as soon as nothing blocks it.",
        "All mail has been stopped since",
        "Mail was returned",
        "The invitation was sent.",
        "Paused by Eve",
        "Item 12, last written on",
        "The list has refused the column",
        f"mfa-enrolment-{object_id(66)}",
        "unverified",
        "The mail will not leave yet.",
    ):
        assert said in page, said


async def test_a_role_is_offered_what_it_includes(portal: RunningPortal) -> None:
    """A reader looks; the helpdesk pauses and sends links; an admin does everything."""
    await put(portal.database, person(66))
    every = ("Send a new link", "Pause", "Resume", "Cancel the enrolment", "Erase this person")
    for role, offered in (
        (Role.ADMIN, {"Send a new link", "Pause", "Cancel the enrolment", "Erase this person"}),
        (Role.HELPDESK, {"Send a new link", "Pause"}),
        (Role.READER, set[str]()),
    ):
        page = (await _page(portal, role=role)).text
        assert {one for one in every if f">{one}" in page} == offered


async def test_helpdesk_and_admins_see_whom_to_call(portal: RunningPortal) -> None:
    """The manager's number stands there once the manager was told; a reader sees none."""
    await put(portal.database, person(66, escalated=True, escalated_at=NOW, manager_upn="b@c.de"))
    page = (await _page(portal)).text
    assert page.count("<dd>not known</dd>") == 2
    calls = CallEntry(phone=f"+1 {SCRIPT}", manager_name=SCRIPT, manager_phone="+44 20 7946 0002")
    async with portal.database.writing() as connection:
        await keep_contact(connection, object_id(66), calls, with_manager=True, now=NOW)
    for role in (Role.ADMIN, Role.HELPDESK):
        page = (await _page(portal, role=role)).text
        assert is_harmless(page)
        assert "+44 20 7946 0002" in page
    assert "7946" not in (await _page(portal, role=Role.READER)).text


@pytest.mark.wording
async def test_nothing_is_offered_for_somebody_who_has_ended(portal: RunningPortal) -> None:
    """An enrolment that is over takes no requests, and the page says so."""
    await put(portal.database, person(66, ended=EnrolmentEnd.ACTIVE, status=InviteStatus.ACTIVE))
    page = (await _page(portal)).text
    assert "the enrolment has ended" in page
    assert 'name="reason"' not in page


async def test_nobody_is_a_page(portal: RunningPortal) -> None:
    """Of an ObjectId that is nobody's, the portal says so."""
    async with portal.browser(Role.ADMIN) as browser:
        for path in ("", "/erase", "/mails/1", "/mails/1/content", "/list-item"):
            page = await browser.get(f"/portal/people/{object_id(5)}{path}")
            assert page.status_code == 404, path
            assert "There is nothing at this address" in page.text


async def test_a_mail_opens_as_it_looked_and_leads_nowhere(portal: RunningPortal) -> None:
    """It is shown in a frame that runs and loads nothing; no link or pixel of it works."""
    await put(portal.database, person(66))
    async with portal.browser(Role.READER) as browser:
        for number, kind in enumerate(MailKind, start=1):
            await put_mail(portal.database, 66, kind, at=NOW + timedelta(hours=number))
            await _look_at_mail(browser, number, kind)


async def _look_at_mail(browser: httpx.AsyncClient, number: int, kind: MailKind) -> None:
    path = f"{PAGE}/mails/{number}"
    assert path in (await browser.get(PAGE)).text
    page = await browser.get(path)
    content = await browser.get(f"{path}/content")
    assert is_harmless(page.text)
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert "other templates" not in page.text
    policy = content.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy
    assert content.headers["x-frame-options"] == "SAMEORIGIN"
    assert is_harmless(content.text)
    assert (REMOVED in content.text) is (kind is not MailKind.ESCALATION)
    for never in ("/api/enrol", "/api/track-open", "cid:", "<script", "token="):
        assert never not in content.text, never


async def test_a_mail_of_other_templates_says_so(portal: RunningPortal) -> None:
    """After a release, the page says that sentences and looks may differ."""
    await put(portal.database, person(66))
    await put_mail(portal.database, 66, MailKind.REMINDER, hash="another")
    page = (await _page(portal, f"{PAGE}/mails/1")).text
    assert "made from other templates" in page


async def test_a_mail_opens_as_it_looked_after_a_release(portal: RunningPortal) -> None:
    """It is made from the source that was kept, or from today's where that can't be read."""
    await put(portal.database, person(66))
    today = mail_source("enrolment", "en", ("dates", "deadline", "app", "common", "reminder"))
    older = json.loads(today.text)
    older["sentences"]["reminder"]["heading"] = "What an older release said"
    await put_mail(portal.database, 66, MailKind.REMINDER, older_source=json.dumps(older))
    page = (await _page(portal, f"{PAGE}/mails/1")).text
    content = (await _page(portal, f"{PAGE}/mails/1/content")).text
    assert "made from other templates" not in page
    assert "WHAT AN OLDER RELEASE SAID" in page.upper()
    assert "What an older release said</h1>" in content
    async with portal.database.writing() as connection:
        await connection.execute(
            update(template).where(template.c.hash == "older").values(source="older text")
        )
    page = (await _page(portal, f"{PAGE}/mails/1")).text
    assert "which were first used on" in page


@pytest.mark.parametrize(
    ("list_url", "item_id", "address"),
    [
        (
            "https://contoso.sharepoint.com/sites/mfa/Lists/MFA%20Rollout/",
            "12",
            "https://contoso.sharepoint.com/sites/mfa/Lists/MFA%20Rollout/DispForm.aspx?ID=12",
        ),
        (
            "https://contoso.sharepoint.com/l?a=1#b",
            "7",
            "https://contoso.sharepoint.com/l/DispForm.aspx?ID=7",
        ),
        ("http://contoso.sharepoint.com/l", "7", None),
        ("javascript:alert(1)", "7", None),
        ("", "7", None),
        ("https://[contoso/l", "7", None),
        ("https://contoso.sharepoint.com/l", "7&x=1", None),
    ],
)
def test_the_address_of_an_item(list_url: str, item_id: str, address: str | None) -> None:
    """An item is shown by its list's form; what isn't https leads nowhere."""
    assert item_address(list_url, item_id) == address


async def test_the_mailboxes_own_limit_holds_a_mail(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """``MAIL_PER_DAY`` counts on the page, too; with none left, a reminder that is due waits."""
    await put(sqlite_database, person(66, next_step=NextStep.REMINDER, due_at=NOW))
    client = await lazy_client("127.0.0.1:9")
    for per_day, is_full in ((0, True), (1, False)):
        sending = SendingPolicy(per_day=per_day)
        async with running_portal(client, tmp_path, sqlite_database, sending=sending) as portal:
            page = (await _page(portal)).text
        assert (WHY[HoldReason.BUDGET] in page) is is_full


@pytest.mark.parametrize(
    ("values", "stopped", "told"),
    [
        ({"next_step": None}, False, False),
        ({"next_step": NextStep.REMINDER}, False, False),
        ({"next_step": NextStep.REMINDER}, True, True),
    ],
)
async def test_why_not_sooner_says_more_than_the_date(
    portal: RunningPortal, values: dict[str, Any], stopped: bool, told: bool
) -> None:
    """Where a step is only not due, or there is none, what happens next has said so."""
    due_at = datetime.now(UTC) + timedelta(days=3) if values["next_step"] else None
    await put(portal.database, person(66, **values, due_at=due_at))
    async with portal.database.writing() as connection:
        await set_control(connection, MailControl(mail_stopped=stopped, since=NOW))
    page = (await _page(portal)).text
    assert ("Why not sooner" in page) is told


async def test_what_the_import_chose_is_told(portal: RunningPortal) -> None:
    """Hours and mailboxes stand on the pages of those whom it brought, if it named any."""
    own = {"send_window": "08:00-16:00", "sender_mailboxes": [MAILBOX, "two@contoso.com"]}
    hours = "08:00-16:00 mon,tue,wed,thu,fri"
    await put(portal.database, person(66, batch_id="own", send_hours=hours))
    await put(portal.database, person(67, send_hours=hours))
    async with portal.database.writing() as connection:
        await begin_import(connection, replace(IMPORT, options={"wave_size": 5}))
        own_import = replace(IMPORT, import_id="own", batch_id="own", options=own)
        await begin_import(connection, own_import)
    theirs = (await _page(portal)).text
    other = (await _page(portal, f"/portal/people/{object_id(67)}")).text
    assert "<dt>Mailed</dt>" in theirs
    assert "08:00 to 16:00" in theirs
    assert "two<wbr>@contoso<wbr>.com" in theirs
    assert "<dt>Mailed</dt>" not in other
    assert "The import chose" not in other

"""The audit log in the portal: shown, filtered, checked and exported."""

import csv
import io
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import update

from api.portal.audit.query import log_query
from database.audit.chain import append, head
from database.schema import audit
from domain.portal.roles import Role
from domain.tables.audit import Actor, AuditAction, AuditEntry, AuditOutcome
from tests.api.portal.portal import CSRF, RunningPortal
from tests.database.values import NOW, object_id, person, put

ADA = Actor(name="<b>Ada</b>", object_id=object_id(900), address="192.0.2.9")
SHELL = Actor(name="command line: root@host")


async def logged(portal: RunningPortal) -> None:
    """Put a person and some actions into the tables: one without an outcome, one unverified."""
    await put(portal.database, person(1, display_name="Grace"))
    entries = [
        AuditEntry(
            at=NOW, actor=ADA, action=AuditAction.PAUSE, person=object_id(1), reason="=holiday"
        ),
        AuditEntry(
            at=NOW, actor=ADA, action=AuditAction.PAUSE, answers=1, outcome=AuditOutcome.DONE
        ),
        AuditEntry(at=NOW + timedelta(days=1), actor=SHELL, action=AuditAction.STOP_MAIL),
    ]
    async with portal.database.writing() as connection:
        for entry in entries:
            await append(connection, entry)


async def test_entries_are_shown_with_their_outcome(portal: RunningPortal) -> None:
    """Who acted, whether that was verified, on whom and why, as text; only admins see it."""
    await logged(portal)
    async with portal.browser(Role.ADMIN) as browser:
        page = (await browser.get("/portal/audit")).text
    async with portal.browser(Role.HELPDESK, number=901) as browser:
        assert (await browser.get("/portal/audit")).status_code == 403
        assert (await browser.get("/portal/audit/export.csv")).status_code == 403
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert "unverified" in page
    assert f'href="/portal/people/{object_id(1)}"><bdi>Grace</bdi>' in page
    assert "=holiday" in page
    assert page.count('<tr role="row">') == 3


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("", [3, 1]),
        ("person=person1@contoso.com", [1]),
        ("person=PERSON1@contoso.com", [1]),
        (f"person={object_id(1)}", [1]),
        ("person=nobody@contoso.com", []),
        (f"actor={object_id(900)}", [1]),
        (f"actor={quote('name:' + SHELL.name)}", [3]),
        ("action=stop-mail", [3]),
        ("action=unknown&since=x&before=y", [3, 1]),
        ("since=2026-11-27", [3]),
        ("until=2026-11-26", [1]),
        ("before=3", [1]),
    ],
)
async def test_the_log_is_filtered(portal: RunningPortal, asked: str, numbers: list[int]) -> None:
    """By person, actor, action and days, and by pages; what can't be read isn't asked for."""
    await logged(portal)
    async with portal.browser(Role.ADMIN) as browser:
        page = (await browser.get(f"/portal/audit?{asked}")).text
    shown = [number for number in (3, 2, 1) if f'class="number">{number}</td>' in page]
    assert shown == numbers


@pytest.mark.wording
async def test_a_filter_that_is_none_is_named(portal: RunningPortal) -> None:
    """What is left out is told, as text; what holds isn't."""
    await logged(portal)
    async with portal.browser(Role.ADMIN) as browser:
        page = (await browser.get("/portal/audit?action=<b>&since=x&until=2026-11-26")).text
    left_out = "This filter is unknown and was left out: <bdi>{}</bdi>"
    assert left_out.format("Action: &lt;b&gt;") in page
    assert left_out.format("From: x") in page
    assert page.count("was left out") == 2


async def test_the_next_page_follows(portal: RunningPortal) -> None:
    """Fifty actions a page, and a link that keeps the filters."""
    entry = AuditEntry(at=datetime.now(UTC), actor=ADA, action=AuditAction.RESEND)
    async with portal.database.writing() as connection:
        for _ in range(52):
            await append(connection, entry)
    async with portal.browser(Role.ADMIN) as browser:
        first = (await browser.get("/portal/audit?action=resend")).text
        assert 'href="/portal/audit?action=resend&amp;before=3"' in first
        last = (await browser.get("/portal/audit?action=resend&before=3")).text
    assert (first.count('<tr role="row">'), last.count('<tr role="row">')) == (51, 3)
    assert "Earlier entries" not in last


async def test_the_chain_is_verified(portal: RunningPortal) -> None:
    """Whole, with a head that was noted or without; cut off; and broken at a number."""
    await logged(portal)
    async with portal.database.reading() as connection:
        known = await head(connection)
    async with portal.browser(Role.ADMIN) as browser:

        async def verified(text: str = "") -> str:
            data = {"csrf": CSRF, "head": text}
            assert (await browser.post("/portal/audit/verify", data=data)).status_code == 303
            return (await browser.get("/portal/audit")).text

        assert f"3 entries. Head: 3:{known.hash}" in await verified()
        assert "agrees with the head" in await verified(f" 3:{known.hash} ")
        assert "broken at entry 4" in await verified(f"4:{known.hash}")
        assert "Nothing was checked" in await verified("4:x")
        async with portal.database.writing() as connection:
            await connection.execute(
                update(audit).where(audit.c.number == 2).values(outcome="failed")
            )
        assert "broken at entry 2" in await verified()


async def test_the_export_is_safe(portal: RunningPortal) -> None:
    """Every entry is a row, outcomes too, and no cell is a formula."""
    await logged(portal)
    async with portal.browser(Role.ADMIN) as browser:
        answer = await browser.get("/portal/audit/export.csv?action=pause")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    told = [(row["number"], row["verified"], row["reason"], row["outcome"]) for row in rows]
    assert told == [("2", "yes", "", "done"), ("1", "yes", "'=holiday", "")]


def test_days_begin_where_the_organisation_is() -> None:
    """Both days are whole; days that no calendar has, or beyond every zone, aren't asked for."""
    asked = {"since": "2026-11-26", "until": "2026-11-26"}
    wanted = log_query(asked, "Europe/Zurich").wanted(None)
    assert wanted.since == datetime(2026, 11, 25, 23, tzinfo=UTC)
    assert wanted.until == datetime(2026, 11, 26, 23, tzinfo=UTC)
    for text in ("9999-12-31", "9000-01-01", "1970-01-01", "2026-02-30"):
        assert log_query({"until": text}, "UTC").until is None
    assert log_query({"until": "8999-12-31"}, "UTC").until is not None

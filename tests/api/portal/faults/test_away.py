"""What every page and form of the portal says while database or Temporal can't be used."""

import sqlite3
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text

from domain.portal.roles import Role
from tests.api.portal.faults.hostile_tables import IDS, fill
from tests.api.portal.faults.pages import addresses, filled_in
from tests.api.portal.portal import CSRF, RunningPortal
from tests.database.values import object_id

PLACES = IDS | {"number": "1", "language": "en", "view_id": object_id(6)}
FORM = {"csrf": CSRF, "reason": "a test", "request_id": IDS["request_id"], "name": "x"}
PERSON = f"/portal/people/{object_id(66)}"
# Refused for what they bring, before anything is looked at: 4xx, and the form says so.
REFUSED = {404, 415, 422}


def forms() -> list[str]:
    """Return the addresses of all forms but the sign-out's, which ends the session."""
    return [filled_in(path, PLACES) for path in addresses("POST") if "sign-out" not in path]


def is_told(answer: httpx.Response, reason: str) -> bool:
    """Say whether a page tells that something can't be used, and when to come again."""
    page = unescape(answer.text)
    return reason in page and "Retry-After" in answer.headers and "Traceback" not in page


def _replace_by_a_folder(file: Path) -> None:
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    file.mkdir()


async def test_the_database_is_away(portal: RunningPortal) -> None:
    """Every page, part of one, download and form is a page that says so; nothing is a bug."""
    async with portal.browser(Role.ADMIN) as browser:
        await portal.database.close()
        _replace_by_a_folder(Path(str(portal.database.url.database)))
        pages = [path for path in addresses("GET") if "/sign" not in path]
        answers = [await browser.get(filled_in(path, PLACES)) for path in pages]
        answers += [await browser.post(path, data=FORM) for path in forms()]
    assert {answer.status_code for answer in answers} == {503}
    assert all(is_told(answer, "The database can't be used") for answer in answers)


async def test_the_database_can_only_be_read(portal: RunningPortal) -> None:
    """Pages are shown; no form does anything, and the audit log would have to be written first."""
    await fill(portal.database)
    async with portal.browser(Role.ADMIN) as browser:

        @event.listens_for(portal.database.writer.sync_engine, "connect")
        def read_only(connection: sqlite3.Connection, _: Any) -> None:
            connection.execute("PRAGMA query_only = ON")

        await portal.database.close()
        assert [(await browser.get(path)).status_code for path in ("/portal/people", PERSON)] == [
            200,
            200,
        ]
        answers = {path: await browser.post(path, data=FORM) for path in forms()}
        answers["export"] = await browser.get("/portal/people/export.csv")
    told = {path: one for path, one in answers.items() if one.status_code not in REFUSED}
    assert {one.status_code for one in told.values()} == {503}
    assert {"export", "/portal/mails/stop", f"{PERSON}/pause"} <= told.keys()
    assert all(
        "was done" in one.text or "can't be used" in unescape(one.text) for one in told.values()
    )


@pytest.mark.parametrize("path", ["/portal/people", PERSON, "/portal/people/export.csv"])
async def test_the_schema_is_older(portal: RunningPortal, path: str) -> None:
    """The page names the command that brings the tables up to date."""
    async with portal.browser(Role.ADMIN) as browser:
        async with portal.database.writing() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
            await connection.execute(text("ALTER TABLE enrolment RENAME COLUMN department TO d"))
        answer = await browser.get(path)
    assert answer.status_code == 503
    assert "mfa-rollout migrate" in answer.text


async def test_temporal_is_away(portal: RunningPortal) -> None:
    """Forms say that it can't be used, or what was kept; pages don't need it."""
    await fill(portal.database)
    answers = {}
    async with portal.browser(Role.ADMIN) as browser:
        for path in forms():
            answers[path] = await browser.post(path, data=FORM)
            assert answers[path].status_code in {303, 503, *REFUSED}, path
        assert (await browser.get("/portal/people")).status_code == 200
    away = {path: one for path, one in answers.items() if one.status_code == 503}
    assert {"/portal/mails/start", f"{PERSON}/pause"} <= away.keys()
    assert "/portal/mails/stop" not in away
    assert all(is_told(one, "Temporal can't be used just now") for one in away.values())

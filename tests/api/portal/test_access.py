"""Who gets into the portal, and what is refused."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from api.portal.paths import own_page
from database.engine import Database
from database.portal.sessions import add_notice
from domain.portal.parts import ServedPart
from domain.portal.roles import Role
from tests.api.portal.conftest import NOWHERE
from tests.api.portal.portal import CSRF, RunningPortal, running_portal
from tests.api.running import lazy_client


async def test_a_stranger_is_sent_to_the_sign_in_and_comes_back_to_the_page(
    portal: RunningPortal,
) -> None:
    """Without a session a page leads to the sign-in, which knows where to go afterwards."""
    answer = await portal.api.http.get("/portal?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/portal/sign-in?next={quote('/portal?x=1', safe='')}"


async def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(portal: RunningPortal) -> None:
    """Htmx is told to leave the page: it would put the sign-in's page into a part of this one."""
    headers = {"HX-Request": "true", "HX-Current-URL": "https://mfa.contoso.example/portal/people"}
    answer = await portal.api.http.get("/portal", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/portal/sign-in?next=%2Fportal%2Fpeople"


async def test_a_forged_or_old_cookie_opens_nothing(portal: RunningPortal) -> None:
    """An id that is nobody's, and one that has expired, are no session."""
    old = datetime.now(UTC) - timedelta(hours=9)
    async with portal.browser(
        Role.ADMIN, created_at=old, expires_at=old + timedelta(hours=8)
    ) as browser:
        assert (await browser.get("/portal")).status_code == 303
        browser.cookies.set("__Host-mfa-rollout-session", "x" * 40)
        assert (await browser.get("/portal")).status_code == 303


async def test_the_frame_says_who_is_signed_in(portal: RunningPortal) -> None:
    """A page names its reader with their role, escaped, and carries the portal's headers."""
    async with portal.browser(Role.HELPDESK, name="<b>Eve</b> & Co") as browser:
        page = await browser.get("/portal")
    assert page.status_code == 200
    assert "&lt;b&gt;Eve&lt;/b&gt; &amp; Co" in page.text
    assert "Helpdesk" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "connect-src 'self'" in policy
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("role", "sections"),
    [
        (Role.ADMIN, {"Import", "Audit", "People", "Mails"}),
        (Role.HELPDESK, {"People", "Mails"}),
        (Role.READER, {"People", "Mails"}),
    ],
)
async def test_the_navigation_has_what_the_role_includes(
    portal: RunningPortal, role: Role, sections: set[str]
) -> None:
    """Import and audit are an admin's."""
    async with portal.browser(role) as browser:
        page = (await browser.get("/portal")).text
    for name in ("Import", "Audit", "People", "Mails"):
        assert (f">{name}</a>" in page) is (name in sections)


async def test_a_form_without_this_sessions_token_does_nothing(portal: RunningPortal) -> None:
    """A form with no token, with another session's, or of another site is refused."""
    async with portal.browser(Role.ADMIN) as browser:
        for data, headers in (
            ({}, {}),
            ({"csrf": "d" * 32}, {}),
            ({"csrf": "ü"}, {}),
            ({"csrf": CSRF}, {"Sec-Fetch-Site": "cross-site"}),
        ):
            answer = await browser.post("/portal/sign-out", data=data, headers=headers)
            assert answer.status_code == 403
            assert "Nothing was done" in answer.text
        assert (await browser.get("/portal")).status_code == 200


async def test_a_form_of_an_ended_session_says_that_nothing_was_done(portal: RunningPortal) -> None:
    """A post isn't sent to the sign-in as if it had happened: it says what to do."""
    answer = await portal.api.http.post("/portal/sign-out", data={"csrf": CSRF})
    assert answer.status_code == 401
    assert "Nothing was done" in answer.text


async def test_signing_out_ends_the_session(portal: RunningPortal) -> None:
    """After it the cookie opens nothing any more, also where somebody has kept it."""
    async with portal.browser(Role.READER) as browser:
        kept = dict(browser.cookies)
        left = await browser.post("/portal/sign-out", data={"csrf": CSRF})
        assert left.status_code == 200
        assert 'mfa-rollout-session=""' in left.headers["set-cookie"]
        for name, value in kept.items():
            browser.cookies.set(name, value)
        assert (await browser.get("/portal")).status_code == 303


async def test_a_notice_is_shown_once(portal: RunningPortal) -> None:
    """What an action has to say is on the next page, and on no other."""
    async with portal.browser(Role.ADMIN) as browser:
        id_hash = portal.hash_in(browser)
        async with portal.database.writing() as connection:
            await add_notice(connection, id_hash, "good", "Paused <Ada>.")
        assert "Paused &lt;Ada&gt;." in (await browser.get("/portal")).text
        assert "Paused" not in (await browser.get("/portal")).text


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("/portal/people?status=Sent&page=2", "/portal/people?status=Sent&page=2"),
        ("/portal", "/portal"),
        (None, "/portal"),
        ("", "/portal"),
        ("https://evil.example/portal", "/portal"),
        ("//evil.example/portal", "/portal"),
        ("/portal//evil.example", "/portal"),
        ("/\\evil.example", "/portal"),
        ("/portal\\..\\..", "/portal"),
        ("/portal/../api", "/portal"),
        ("/portalx", "/portal"),
        ("javascript:alert(1)", "/portal"),
        ("/portal/sign-in", "/portal"),
        ("/portal/people\r\nSet-Cookie: a=b", "/portal"),
        ("//[", "/portal"),
        ("https://[::/portal", "/portal"),
    ],
)
def test_only_pages_of_the_portal_are_gone_to(text: str | None, page: str) -> None:
    """What a link says is next is a page of ours, or the overview."""
    assert own_page(text) == page


async def test_a_role_that_is_unknown_here_is_none(portal: RunningPortal) -> None:
    """A role in the table that this release doesn't know lets nobody do anything."""
    async with portal.browser(Role.READER) as browser:
        async with portal.database.writing() as connection:
            await connection.exec_driver_sql("UPDATE session SET roles = '[\"Rollout.Owner\"]'")
        assert (await browser.get("/portal")).status_code == 303


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        (
            "htmx.min.js",
            "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
        ),
        (
            "pico.min.css",
            "fbc9a63fc9fc9f72d12fd7fc9806e11fa9f77ae4f9cad146b27003a1119ba3db",
        ),
    ],
)
async def test_published_files_are_served_as_they_are(
    portal: RunningPortal, name: str, digest: str
) -> None:
    """What others have written is served byte for byte as they published it."""
    answer = await portal.api.http.get(f"/portal/static/{name}")
    assert hashlib.sha256(answer.content).hexdigest() == digest


async def test_a_process_may_serve_one_part_alone(
    tmp_path: Path, sqlite_database: Database
) -> None:
    """Links without the portal, the portal without links: the other part isn't there."""
    client = await lazy_client(NOWHERE)
    for part, there, missing in (
        (ServedPart.LINKS, "/api/resend", "/portal/sign-in"),
        (ServedPart.PORTAL, "/portal/sign-in", "/api/resend"),
    ):
        async with running_portal(client, tmp_path, sqlite_database, serves=(part,)) as running:
            assert (await running.api.http.get(there)).status_code != 404
            assert (await running.api.http.get(missing)).status_code == 404

"""People sign in with Entra ID: msal and the tenant are real, and so is each redirect."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import update

from api.config import PortalConfig
from database.engine import Database
from database.schema import session
from domain.microsoft.connection import ClientSecret, Connection
from simulated_tenant.people.app import create_people_app
from tests.api.admin.admins import ADMIN, API_ID, READER, SECRET, Entra, entra_of_contoso
from tests.api.portal.conftest import NOWHERE
from tests.api.portal.portal import CSRF, RunningPortal, running_portal
from tests.api.running import BASE_URL, lazy_client
from tests.support.microsoft import way_to

REDIRECT = f"{BASE_URL}/portal/signed-in"
NOBODY = "nemo@contoso.example"


@pytest.fixture
async def entra() -> AsyncIterator[Entra]:
    """Run a tenant whose app registration for the portal has the right redirect URI."""
    async with entra_of_contoso() as running:
        running.tenant.add_user(NOBODY)
        app = running.tenant.apps.get(API_ID)
        assert app is not None
        running.tenant.apps.put(replace(app, redirect_uris=[REDIRECT]))
        yield running


@pytest.fixture
async def portal(
    entra: Entra, tmp_path: Path, sqlite_database: Database
) -> AsyncIterator[RunningPortal]:
    """Run a portal to which the tenant's people can sign in."""
    connection = Connection(
        authority=entra.running.authority,
        base_url=entra.running.graph_url,
        client_id=API_ID,
        identity=ClientSecret(value=SECRET),
        http=way_to(entra.running),
        is_simulated=True,
        prefix="API_",
    )
    config = PortalConfig(base_url=BASE_URL, connection=connection)
    client = await lazy_client(NOWHERE)
    async with running_portal(client, tmp_path, sqlite_database, portal=config) as running:
        yield running


async def sign_in(
    portal: RunningPortal, entra: Entra, person: str, page: str = "/portal"
) -> httpx.Response:
    """Go to the sign-in, pick somebody there, and come back; return the portal's answer."""
    sent = await portal.api.http.get(page)
    while urlsplit(sent.headers["location"]).netloc in {"", urlsplit(BASE_URL).netloc}:
        sent = await portal.api.http.get(sent.headers["location"])
    back = await at_entra(entra, sent.headers["location"], person)
    return await portal.api.http.get(back)


async def at_entra(entra: Entra, address: str, person: str) -> str:
    """Sign in at Entra ID, and return where it sends the browser."""
    parts = urlsplit(address)
    transport = httpx.ASGITransport(create_people_app(entra.tenant))
    async with httpx.AsyncClient(transport=transport, base_url="http://tenant") as http:
        where = f"{parts.path}?{parts.query}"
        shown = await http.get(where)
        if shown.is_redirect:
            return shown.headers["location"]
        picked = await http.post(where, data={"user": entra.tenant.user(person).id})
    return picked.headers["location"]


async def test_an_admin_signs_in_and_is_where_they_wanted_to_go(
    portal: RunningPortal, entra: Entra
) -> None:
    """PKCE, state and nonce are there; the session's cookie can't be read by scripts."""
    asked = await portal.api.http.get("/portal/sign-in", params={"next": "/portal?a=1"})
    query = parse_qs(urlsplit(asked.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [REDIRECT]
    assert query["state"]
    assert query["nonce"]

    answer = await sign_in(portal, entra, ADMIN, "/portal?a=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/portal?a=1"
    (cookie,) = [
        one
        for one in answer.headers.get_list("set-cookie")
        if one.startswith("__Host-mfa-rollout-session=")
    ]
    for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=28800"):
        assert attribute in cookie
    assert "Domain" not in cookie
    page = await portal.api.http.get("/portal")
    assert page.status_code == 200
    assert "Admin</small>" in page.text


async def test_nobody_without_a_role_gets_in(portal: RunningPortal, entra: Entra) -> None:
    """They read which roles there are and whom to ask, and have no session."""
    answer = await sign_in(portal, entra, NOBODY)
    assert answer.status_code == 403
    assert "help@contoso.example" in answer.text
    assert NOBODY in answer.text
    assert (await portal.api.http.get("/portal")).status_code == 303


async def test_a_lost_role_ends_every_session(portal: RunningPortal, entra: Entra) -> None:
    """After half an hour Entra ID is asked again, without a question to the person."""
    await sign_in(portal, entra, READER)
    assert (await portal.api.http.get("/portal")).status_code == 200
    await confirmed_long_ago(portal)
    renewed = await sign_in(portal, entra, "never asked")
    assert renewed.headers["location"] == "/portal"
    assert (await portal.api.http.get("/portal")).status_code == 200

    app = entra.tenant.apps.get(API_ID)
    assert app is not None
    app.user_roles.clear()
    entra.tenant.apps.put(app)
    await confirmed_long_ago(portal)
    refused = await sign_in(portal, entra, "never asked")
    assert refused.status_code == 403
    async with portal.database.reading() as connection:
        left = await connection.exec_driver_sql("SELECT count(*) FROM session")
        assert left.scalar_one() == 0


async def test_a_role_that_nobody_confirmed_lately_does_nothing(
    portal: RunningPortal, entra: Entra
) -> None:
    """Whoever opens no page keeps their roles for two hours; then forms are refused, and parts."""
    await sign_in(portal, entra, ADMIN)
    fragment = {"HX-Request": "true"}
    for minutes, statuses in ((119, (200, 403)), (121, (401, 401))):
        await confirmed_long_ago(portal, minutes)
        part = await portal.api.http.get("/portal/banners", headers=fragment)
        # A form of another session, as far as it is looked at.
        form = await portal.api.http.post("/portal/mails/stop", data={"csrf": CSRF})
        assert (part.status_code, form.status_code) == statuses
    assert part.headers["HX-Redirect"].endswith("&again=1")


async def test_asking_for_roles_again_makes_no_stay_longer(
    portal: RunningPortal, entra: Entra
) -> None:
    """A session ends eight hours after the person signed in."""
    await sign_in(portal, entra, READER)
    before = await expiry(portal)
    await confirmed_long_ago(portal)
    await sign_in(portal, entra, "never asked")
    assert await expiry(portal) == before


async def test_whoever_is_disabled_meanwhile_has_to_sign_in(
    portal: RunningPortal, entra: Entra
) -> None:
    """Where Entra ID has to ask something, the browser goes to the sign-in that may ask."""
    await sign_in(portal, entra, READER)
    entra.tenant.user(READER).account_enabled = False
    await confirmed_long_ago(portal)
    answer = await sign_in(portal, entra, "never asked")
    assert answer.headers["location"] == "/portal/sign-in?next=%2Fportal"


async def test_an_answer_of_another_sign_in_opens_nothing(
    portal: RunningPortal, entra: Entra
) -> None:
    """A code that somebody else's browser got, or a changed state, is refused."""
    sent = await portal.api.http.get("/portal/sign-in")
    back = await at_entra(entra, sent.headers["location"], ADMIN)
    forged = await portal.api.http.get(back.replace("state=", "state=x"))
    assert forged.status_code == 403
    assert "begun in another window" in forged.text
    # The cookie of the sign-in is used up, and the code leads nowhere any more.
    again = await portal.api.http.get(back)
    assert again.headers["location"] == "/portal"
    assert (await portal.api.http.get("/portal")).status_code == 303


async def test_a_wrong_secret_is_told(portal: RunningPortal, entra: Entra) -> None:
    """The page names Microsoft's code, and nothing of what was sent."""
    app = entra.tenant.apps.get(API_ID)
    assert app is not None
    entra.tenant.apps.put(replace(app, secrets=["another-secret-0123456789012345678"]))
    answer = await sign_in(portal, entra, ADMIN)
    assert answer.status_code == 403
    assert "AADSTS7000215" in answer.text
    assert SECRET not in answer.text


async def test_without_a_registration_the_page_says_what_is_missing(
    tmp_path: Path, sqlite_database: Database
) -> None:
    """The sign-in names the settings and the redirect URI."""
    client = await lazy_client(NOWHERE)
    async with running_portal(client, tmp_path, sqlite_database) as running:
        page = await running.api.http.get("/portal/sign-in")
    assert page.status_code == 503
    assert "API_CLIENT_ID" in page.text
    assert REDIRECT in page.text


async def test_sign_out_needs_the_form(portal: RunningPortal, entra: Entra) -> None:
    """A link can't sign anybody out."""
    await sign_in(portal, entra, ADMIN)
    assert (await portal.api.http.get("/portal/sign-out")).status_code == 405
    refused = await portal.api.http.post("/portal/sign-out", data={"csrf": CSRF})
    assert refused.status_code == 403


async def confirmed_long_ago(portal: RunningPortal, minutes: int = 31) -> None:
    """Let half an hour, or so many minutes, pass since the roles were asked."""
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    long_ago = update(session).values(confirmed_at=at)
    async with portal.database.writing() as connection:
        await connection.execute(long_ago)


async def expiry(portal: RunningPortal) -> int:
    """Return when the one session ends."""
    async with portal.database.reading() as connection:
        found = await connection.exec_driver_sql("SELECT expires_at FROM session")
        return int(found.scalar_one())

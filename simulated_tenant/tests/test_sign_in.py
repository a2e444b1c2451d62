"""Tests of the portal's sign-in: the authorization code flow with PKCE, by the real msal."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import msal
import pytest
import requests

from simulated_tenant import SimulatedTenant
from simulated_tenant.people.app import create_people_app
from simulated_tenant.personas.pages import read_page
from simulated_tenant.testing import running_tenant
from small_tenant import SECRET

PORTAL = "eeeeeeee-0000-4000-8000-000000000001"
REDIRECT = "http://localhost:8000/portal/signed-in"


@dataclass(frozen=True)
class Stage:
    """A running tenant, the portal's msal application, and a browser."""

    app: Any
    browser: httpx.AsyncClient
    tls: ssl.SSLContext


@pytest.fixture
async def stage(tenant: SimulatedTenant) -> AsyncIterator[Stage]:
    """The portal is registered, and Ann is its admin."""
    # msal checks the dates of id tokens by the machine's clock.
    tenant.clock.now = dt.datetime.now(dt.UTC)  # type: ignore[attr-defined]
    ann = tenant.user("ann@contoso.example")
    tenant.add_app(PORTAL, SECRET, user_roles={ann.id: ["Rollout.Admin"]}, redirect_uris=[REDIRECT])
    pages = httpx.ASGITransport(app=create_people_app(tenant))
    async with running_tenant(tenant) as running:
        tenant.people_url = "http://people.example"
        session = requests.Session()
        session.trust_env = False
        session.verify = str(running.ca_path)
        app = await asyncio.to_thread(
            msal.ConfidentialClientApplication,
            PORTAL,
            client_credential=SECRET,
            authority=running.authority,
            instance_discovery=False,
            http_client=session,
        )
        async with httpx.AsyncClient(transport=pages) as browser:
            yield Stage(app=app, browser=browser, tls=running.tls())
        session.close()


def begin(stage: Stage, redirect_uri: str = REDIRECT) -> dict[str, Any]:
    """Start a flow, as the portal does when somebody comes without a session."""
    flow: dict[str, Any] = stage.app.initiate_auth_code_flow(
        [], redirect_uri=redirect_uri, response_mode="form_post"
    )
    return flow


async def sign_in(stage: Stage, flow: dict[str, Any], person: str) -> dict[str, str]:
    """Pick an account on the page, and return what the browser brings back to the portal."""
    page = await stage.browser.get(flow["auth_uri"])
    assert person in page.text
    response = await stage.browser.post(flow["auth_uri"], data={"user": person})
    assert response.status_code == 200
    [form] = read_page(response.text, flow["auth_uri"]).forms
    assert form.action == REDIRECT
    return form.fields


async def redeem(stage: Stage, flow: dict[str, Any], answer: dict[str, str]) -> dict[str, Any]:
    """Exchange the code in a thread, since msal blocks."""
    result: dict[str, Any] = await asyncio.to_thread(
        stage.app.acquire_token_by_auth_code_flow, flow, answer
    )
    return result


async def test_a_person_signs_in_with_their_roles(stage: Stage, tenant: SimulatedTenant) -> None:
    """The chosen person comes back with an id token that names them and their app roles."""
    flow = begin(stage)
    answer = await sign_in(stage, flow, "ann@contoso.example")
    result = await redeem(stage, flow, answer)
    claims = result["id_token_claims"]
    assert claims["preferred_username"] == "ann@contoso.example"
    assert claims["roles"] == ["Rollout.Admin"]
    assert claims["oid"] == tenant.user("ann@contoso.example").id


async def test_the_answer_can_come_in_the_address(stage: Stage) -> None:
    """Without form_post the browser is redirected with code and state in the query."""
    address = begin(stage)["auth_uri"].replace("response_mode=form_post", "response_mode=query")
    response = await stage.browser.post(address, data={"user": "ann@contoso.example"})
    answer = dict(parse_qsl(urlsplit(response.headers["location"]).query))
    assert response.status_code == 303
    assert response.headers["location"].startswith(REDIRECT + "?")
    assert set(answer) == {"code", "state"}


async def test_a_code_is_good_once(stage: Stage) -> None:
    """The same code is refused the second time."""
    flow = begin(stage)
    answer = await sign_in(stage, flow, "bo@contoso.example")
    assert "id_token" in await redeem(stage, dict(flow), dict(answer))
    assert (await redeem(stage, dict(flow), dict(answer)))["error"] == "invalid_grant"


async def test_a_code_needs_its_verifier(stage: Stage) -> None:
    """A stolen code is worth nothing without the PKCE verifier."""
    flow = begin(stage)
    answer = await sign_in(stage, flow, "ann@contoso.example")
    result = await redeem(stage, flow | {"code_verifier": "x" * 43}, answer)
    assert result["error"] == "invalid_grant"


async def test_an_unregistered_redirect_is_not_followed(stage: Stage) -> None:
    """Nobody is sent to an address that the app didn't register."""
    flow = begin(stage, "http://evil.example/")
    shown = await stage.browser.get(flow["auth_uri"])
    posted = await stage.browser.post(flow["auth_uri"], data={"user": "ann@contoso.example"})
    assert (shown.status_code, posted.status_code) == (400, 400)


async def test_a_disabled_account_cannot_sign_in(stage: Stage) -> None:
    """A disabled account is not offered, and not accepted."""
    flow = begin(stage)
    page = await stage.browser.get(flow["auth_uri"])
    posted = await stage.browser.post(flow["auth_uri"], data={"user": "mfa@contoso.example"})
    assert "mfa@contoso.example" not in page.text
    assert posted.status_code == 404

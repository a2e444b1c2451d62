"""An admin's own sign-in by each way, at the simulated tenant's own pages, with real msal."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from traceback import walk_stack
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from domain.failures import ServiceUnavailable, SignInFailed
from graph.http.client import GraphClient
from graph.http.transport import open_exchange
from graph.provisioning import ListProvisioning
from graph.sign_in.browser import BrowserTokens
from graph.sign_in.device_code import DeviceCodeTokens
from graph.sign_in.given_token import read_given_token
from graph.sign_in.person import GRAPH_COMMAND_LINE_TOOLS, PersonTokens
from simulated_tenant import SimulatedTenant
from simulated_tenant.directory.users import User
from simulated_tenant.listener import listening_socket, running
from simulated_tenant.people.app import create_people_app
from simulated_tenant.sharepoint.sites import Site
from simulated_tenant.testing import TENANT_ID, RunningTenant, running_tenant
from tests.graph.sign_in.people import browser_of, code_in
from tests.support.eventually import eventually
from tests.support.microsoft import way_to

GRAPH = "https://graph.microsoft.com"
SCOPES = (f"{GRAPH}/Sites.Manage.All",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A tenant with its pages, a site, and the admin who owns it."""

    running: RunningTenant
    pages: str
    admin: User
    site: Site

    def how(self, client_id: str = GRAPH_COMMAND_LINE_TOOLS) -> dict[str, Any]:
        """Return what every person's sign-in is told."""
        return {
            "authority": self.running.authority,
            "client_id": client_id,
            "scopes": SCOPES,
            "is_simulated": True,
            "http": way_to(self.running),
        }

    async def type_in(self, message: str) -> httpx.Response:
        """Type the code that is shown into the page."""
        async with httpx.AsyncClient(trust_env=False) as http:
            form = {"code": code_in(message), "user": self.admin.id}
            return await http.post(f"{self.pages}/devicelogin", data=form)

    async def made_list(self, tokens: PersonTokens) -> str:
        """Make a list on the site with these tokens."""
        async with open_exchange(way_to(self.running)) as http:
            client = GraphClient(http, self.running.graph_url, tokens)
            return await ListProvisioning(client, self.site.id).create(f"MFA {uuid4()}")


@pytest.fixture(scope="module")
async def ground() -> AsyncIterator[Ground]:
    """Serve one tenant, with its pages, to all tests of this file."""
    async with _served() as ground:
        yield ground


@asynccontextmanager
async def _served() -> AsyncIterator[Ground]:
    tenant = SimulatedTenant(tenant_id=TENANT_ID)
    admin = tenant.add_user("admin@contoso.example")
    tenant.add_app(GRAPH_COMMAND_LINE_TOOLS, public=True, redirect_uris=["http://localhost"])
    site = tenant.add_site()
    site.owners = [admin.id]
    tenant.sites.put(site)
    listener = listening_socket("127.0.0.1", 0)
    pages = f"http://127.0.0.1:{listener.getsockname()[1]}"
    tenant.people_url = pages
    async with running_tenant(tenant) as served, running(create_people_app(tenant), listener):
        yield Ground(running=served, pages=pages, admin=admin, site=site)


async def test_a_browser_signs_in(ground: Ground) -> None:
    """It opens once, comes back to this machine with PKCE, and the token makes the list."""
    shown: list[str] = []
    tokens = BrowserTokens(show=shown.append, **ground.how())
    with browser_of(ground.admin.id) as browser:
        assert await ground.made_list(tokens)
        assert await tokens.token() == await tokens.token()
    tokens.close()

    (opened,) = browser.opened
    query = httpx.URL(opened).params
    assert opened.startswith(ground.pages)
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"].startswith("http://localhost:")
    assert len(shown) == 1
    assert "code" not in shown[0]


async def test_a_code_signs_in(ground: Ground) -> None:
    """The code is shown with what to do if it is refused; once it is typed, the list is made."""
    typed: list[asyncio.Task[httpx.Response]] = []

    def show(message: str) -> None:
        assert "--token-stdin" in message
        typed.append(asyncio.get_running_loop().create_task(ground.type_in(message)))

    tokens = DeviceCodeTokens(show=show, **ground.how())
    assert await ground.made_list(tokens)
    tokens.close()
    assert (await typed[0]).status_code == 200


async def test_a_blocked_code_names_the_other_ways(ground: Ground) -> None:
    """Conditional Access refuses on the page, and the program waits on: its words said so before.

    Whoever gives up is not held up by the thread that polls.
    """
    ground.running.tenant.traits.switch("nodevicecode")
    shown: list[str] = []
    tokens = DeviceCodeTokens(show=shown.append, **ground.how())
    waiting = asyncio.create_task(tokens.token())
    try:
        await eventually(lambda: bool(shown))
        refused = await ground.type_in(shown[0])
    finally:
        ground.running.tenant.traits.switch("nodevicecode", "off")
        waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert "53003" in refused.text
    for way in ("53003", "Ctrl-C", "--token-stdin", "PROVISION_CLIENT_SECRET", "--print"):
        assert way in shown[0]
    await eventually(lambda: not _threads_in("obtain_token_by_device_flow"))
    tokens.close()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"error": "invalid_grant", "error_codes": [53003]}, r"AADSTS53003.*--token-stdin"),
        ({"error": "invalid_grant", "error_codes": [530035]}, r"AADSTS530035.*--device-code"),
        (
            {
                "error": "access_denied",
                "error_description": "AADSTS53000: Device is not compliant.",
            },
            r"AADSTS53000.*--print",
        ),
        ({"error": "invalid_client", "error_codes": [7000218]}, "Allow them under Authentication"),
        ({"error": "unauthorized_client", "error_codes": [700016]}, "PROVISION_CLIENT_ID"),
        ({"error": "authorization_declined"}, r"authorization_declined.*PROVISION_CLIENT_ID"),
        (None, "no reason given"),
    ],
)
async def test_a_refusal_is_told_with_its_remedy(
    ground: Ground, answer: object, expected: str
) -> None:
    """Whatever Entra ID answers, its number and what to do instead are told, and not its words."""

    class Refused(BrowserTokens):
        async def ask(self, app: object) -> Any:
            return answer

    tokens = Refused(show=print, **ground.how())
    with pytest.raises(SignInFailed, match=expected) as raised:
        await tokens.token()
    tokens.close()
    assert "compliant" not in str(raised.value)


async def test_an_app_that_allows_no_public_clients_is_named(ground: Ground) -> None:
    """The tenant itself refuses the token, and the setting of the registration is told."""
    closed = ground.running.tenant.add_app("3b8a2a52-7a8e-4f5e-8b54-0f8a7c9e2d33")
    closed.redirect_uris = ["http://localhost"]
    ground.running.tenant.apps.put(closed)
    tokens = BrowserTokens(show=lambda _: None, **ground.how(closed.client_id))
    with browser_of(ground.admin.id), pytest.raises(SignInFailed, match="public client flows"):
        await tokens.token()
    tokens.close()


async def test_an_entra_that_is_not_there_passes(ground: Ground) -> None:
    """No connection: worth another try, and no address in the message."""
    how = ground.how() | {"authority": f"https://localhost:1/{TENANT_ID}"}
    tokens = BrowserTokens(show=lambda _: None, **how)
    with pytest.raises(ServiceUnavailable) as raised:
        await tokens.token()
    tokens.close()
    assert "localhost" not in str(raised.value)


def _token(**changes: object) -> str:
    claims = {
        "aud": f"{GRAPH}/",
        "tid": TENANT_ID.upper(),
        "scp": "User.Read Sites.Manage.All",
        "exp": 4_000_000_000,
    }
    return jwt.encode(claims | changes, "k" * 32)


@pytest.mark.parametrize(
    "spell",
    [
        lambda token: f"{token}\r\n",
        lambda token: f'{{"accessToken": "{token}", "tokenType": "Bearer"}}',
        lambda token: f'"{token}"',
    ],
    ids=["tsv", "json", "quoted"],
)
async def test_a_given_token_is_used(spell: Callable[[str], str]) -> None:
    """What ``az account get-access-token`` prints is taken in every form of its output."""
    token = _token(aud="00000003-0000-0000-c000-000000000000", scp="", roles=["Sites.Selected"])
    given = read_given_token(spell(token), resource=GRAPH, tenant_id=TENANT_ID)
    assert await given.token() == token
    with pytest.raises(SignInFailed, match="Get a new one"):
        await given.refresh(token)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "az account get-access-token --resource https://graph.microsoft.com"),
        ("not a token", "is no access token"),
        (_token(aud="https://management.azure.com"), "--resource https://graph.microsoft.com"),
        (_token(tid="another"), "Check TENANT_ID"),
        (_token(exp=1), "has expired"),
        (_token(scp="User.Read Group.ReadWrite.All"), "none of Sites.FullControl.All, Sites.Man"),
    ],
)
def test_a_given_token_that_is_of_no_use_is_refused(text: str, expected: str) -> None:
    """What a token says about itself is looked at, and the message says what to ask for."""
    with pytest.raises(SignInFailed, match=expected) as raised:
        read_given_token(text, resource=GRAPH, tenant_id=TENANT_ID)
    assert "eyJ" not in str(raised.value)


def _threads_in(function: str) -> list[int]:
    """Return the threads that are inside a function."""
    found = []
    for thread, frame in sys._current_frames().items():  # noqa: SLF001 - no other way to look
        if function in {one.f_code.co_name for one, _ in walk_stack(frame)}:
            found.append(thread)
    return found

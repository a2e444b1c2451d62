"""Tests of what apps do for people: public clients, device codes, and both sides' rights."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest

from simulated_tenant import SimulatedTenant, create_app
from simulated_tenant.directory.users import User
from simulated_tenant.entra.oauth_errors import OAuthError
from simulated_tenant.testing import TENANT_ID
from small_tenant import APP, GROUP_ID, SECRET, SITE_ID, Clock, code_of

TOOL = "eeeeeeee-0000-4000-8000-000000000009"
SITES = "https://graph.microsoft.com/Sites.Manage.All"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def ann(tenant: SimulatedTenant) -> User:
    """Register a tool for people, and make Ann the owner of the site."""
    person = tenant.user("ann@contoso.example")
    site = tenant.sites.find(SITE_ID)
    assert site is not None
    site.owners = [person.id]
    tenant.sites.put(site)
    tenant.add_app(TOOL, public=True, redirect_uris=["http://localhost"])
    return person


@pytest.fixture
async def entra(tenant: SimulatedTenant, ann: User) -> AsyncIterator[httpx.AsyncClient]:
    """Reach the tenant's token service."""
    transport = httpx.ASGITransport(app=create_app(tenant))
    base_url = f"https://login.microsoftonline.com/{TENANT_ID}/oauth2/v2.0"
    async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
        yield client


async def number_of(entra: httpx.AsyncClient, form: Mapping[str, str]) -> int:
    """Return the AADSTS number with which a token is refused."""
    answer = await entra.post("/token", data=dict(form))
    assert answer.status_code in {400, 401}
    return int(answer.json()["error_codes"][0])


async def test_a_device_code_is_redeemed_once_it_was_typed(
    tenant: SimulatedTenant, entra: httpx.AsyncClient, ann: User, clock: Clock
) -> None:
    """Pending, then a token, then nothing more; a code of another app or of old is refused."""
    asked = {"client_id": TOOL, "scope": SITES}
    begun: list[dict[str, Any]] = [
        (await entra.post("/devicecode", data=asked)).json() for _ in range(2)
    ]
    first, second = (
        {"grant_type": DEVICE_CODE, "client_id": TOOL, "device_code": one["device_code"]}
        for one in begun
    )

    assert await number_of(entra, first) == 70016
    code = tenant.device_codes.find(begun[0]["user_code"].lower())
    assert code is not None
    code.user_id = ann.id
    granted = (await entra.post("/token", data=first)).json()
    assert tenant.tokens.verify(f"Bearer {granted['access_token']}").scopes == {"Sites.Manage.All"}
    assert await number_of(entra, first) == 70000
    another = second | {"client_id": APP, "client_secret": SECRET}
    assert await number_of(entra, another) == 70000
    clock.advance(timedelta(minutes=16))
    assert await number_of(entra, second) == 70020


async def test_a_public_client_proves_by_pkce_that_the_code_is_its_own(
    tenant: SimulatedTenant, entra: httpx.AsyncClient, ann: User
) -> None:
    """Without a challenge no token; on loopback every port will do, and no other path or host."""
    query = {"client_id": TOOL, "redirect_uri": "http://localhost:49152", "response_type": "code"}
    code = tenant.sign_ins.accept(query, ann)["code"]
    form = {"grant_type": "authorization_code", "client_id": TOOL, "code": code}
    assert await number_of(entra, form | {"redirect_uri": query["redirect_uri"]}) == 9002325
    for elsewhere in ("http://localhost:1/path", "https://localhost:1", "http://evil.example"):
        with pytest.raises(OAuthError, match="50011"):
            tenant.sign_ins.accept(query | {"redirect_uri": elsewhere}, ann)


async def test_an_app_that_is_not_public_needs_its_secret(entra: httpx.AsyncClient) -> None:
    """A confidential app gets no person's token without a credential."""
    form = {"grant_type": DEVICE_CODE, "client_id": APP, "device_code": "any"}
    assert await number_of(entra, form) == 7000218


@pytest.mark.parametrize(
    ("person", "scopes", "may"),
    [
        ("ann@contoso.example", ["Sites.Manage.All"], True),
        ("ann@contoso.example", ["User.Read"], False),
        ("bo@contoso.example", ["Sites.Manage.All"], False),
    ],
)
async def test_a_person_may_what_they_and_the_app_both_may(
    tenant: SimulatedTenant, ann: User, person: str, scopes: list[str], may: bool
) -> None:
    """The site's owner passes with the permission; the permission or the person alone doesn't."""
    token = tenant.tokens.issue_for_person(TOOL, tenant.user(person).id, scopes)
    transport = httpx.ASGITransport(app=create_app(tenant))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, headers=headers) as client:
        answer = await client.post(
            f"https://graph.microsoft.com/v1.0/sites/{SITE_ID}/lists", json={"displayName": "New"}
        )
    assert answer.is_success is may
    assert may or code_of(answer) == "accessDenied"


async def test_groups_are_found_by_name(tenant: SimulatedTenant, graph: httpx.AsyncClient) -> None:
    """By the whole name in any case, or its beginning, page by page; by nothing else."""
    tenant.page_cap = 1
    more = [tenant.add_group("MFA pilot").id, tenant.add_group("Sales").id]
    exact = await graph.get("/groups", params={"$filter": "displayName eq 'mfa ENFORCED'"})
    assert [group["id"] for group in exact.json()["value"]] == [GROUP_ID]
    first = (await graph.get("/groups", params={"$filter": "startswith(displayName,'MFA')"})).json()
    second = (await graph.get(first["@odata.nextLink"])).json()
    assert [group["id"] for group in first["value"] + second["value"]] == [GROUP_ID, more[0]]
    assert "@odata.nextLink" not in second
    refused = await graph.get("/groups", params={"$filter": "description eq 'any'"})
    assert refused.status_code == 400


async def test_the_endpoints_of_managed_identities_want_their_headers(
    entra: httpx.AsyncClient,
) -> None:
    """Without the header that a forged request can't have nobody gets a token."""
    host = "https://login.microsoftonline.com"
    machine = await entra.get(f"{host}/metadata/identity/oauth2/token")
    container = await entra.get(f"{host}/msi/token", headers={"X-IDENTITY-HEADER": "guessed"})
    assert (machine.status_code, container.status_code) == (400, 401)

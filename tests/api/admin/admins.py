"""A tenant that issues access tokens for the API, real ones and, signed with its key, odd ones."""

import base64
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from api.config import SignIn
from simulated_tenant import SimulatedTenant
from simulated_tenant.entra.keys import SigningKey
from simulated_tenant.testing import TENANT_ID, RunningTenant, running_tenant
from tests.support.microsoft import way_to

API_ID = "eeeeeeee-0000-4000-8000-000000000001"
SCRIPT_ID = "eeeeeeee-0000-4000-8000-000000000002"
STRANGER_ID = "eeeeeeee-0000-4000-8000-000000000003"
COMMAND_LINE_ID = "eeeeeeee-0000-4000-8000-000000000004"
OTHER_PROGRAM_ID = "eeeeeeee-0000-4000-8000-000000000005"
SCOPE = f"api://{API_ID}/access_as_user"
VERIFIER = "v" * 43
SECRET = "a-secret-that-nobody-may-see-0123456789"
REDIRECT = "http://localhost:8000/portal/signed-in"
LOOPBACK = "http://localhost"
ADMIN, READER = "ada@contoso.example", "rita@contoso.example"
HELPDESK, NOBODY = "hugo@contoso.example", "nora@contoso.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entra:
    """The running tenant, and the tokens that one can get of it."""

    running: RunningTenant

    @property
    def tenant(self) -> SimulatedTenant:
        """The tenant's own side."""
        return self.running.tenant

    @property
    def sign_in(self) -> SignIn:
        """What the API is configured with."""
        return SignIn(
            tenant_id=TENANT_ID,
            authority_host=self.running.origin,
            audiences=(API_ID, f"api://{API_ID}"),
            allowed_clients=(COMMAND_LINE_ID,),
            http=way_to(self.running),
        )

    @property
    def issuer(self) -> str:
        """Who issues tokens, in the form of version 2."""
        return f"{self.running.authority}/v2.0"

    async def app_token(self, client_id: str = SCRIPT_ID) -> str:
        """Return the token of a script that runs without a person."""
        form = {
            "grant_type": "client_credentials",
            "scope": f"api://{API_ID}/.default",
            "client_id": client_id,
            "client_secret": SECRET,
        }
        return str((await self._granted(form))["access_token"])

    async def person_token(self, person: str, program: str = COMMAND_LINE_ID) -> str:
        """Return the token that a program gets for somebody who has signed in."""
        granted = await self._code(person, program, LOOPBACK, f"openid profile {SCOPE}")
        return granted["access_token"]

    async def portal_tokens(self, person: str) -> dict[str, str]:
        """Return the tokens that the portal gets for somebody who has signed in."""
        return await self._code(person, API_ID, REDIRECT, "openid profile", client_secret=SECRET)

    async def _code(
        self, person: str, client_id: str, redirect_uri: str, scope: str, **proof: str
    ) -> dict[str, str]:
        asked = {"client_id": client_id, "redirect_uri": redirect_uri, "response_type": "code"}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
        asked |= {"scope": scope, "code_challenge": challenge.decode().rstrip("=")}
        code = self.tenant.sign_ins.accept(asked, self.tenant.user(person))["code"]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": client_id,
            "code_verifier": VERIFIER,
            **proof,
        }
        return await self._granted(form)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return the claims of an admin's token; None leaves one out."""
        now = int(time.time())
        claims = {
            "aud": API_ID,
            "iss": self.issuer,
            "tid": TENANT_ID,
            "azp": SCRIPT_ID,
            "oid": "3c5b0000-0000-4000-8000-000000000001",
            "roles": ["Rollout.Admin"],
            "iat": now,
            "nbf": now,
            "exp": now + 600,
            "ver": "2.0",
        }
        return {name: value for name, value in (claims | changes).items() if value is not None}

    async def _granted(self, form: dict[str, str]) -> dict[str, Any]:
        url = f"{self.running.authority}/oauth2/v2.0/token"
        async with httpx.AsyncClient(verify=self.running.tls(), trust_env=False) as http:
            response = await http.post(url, data=form)
        granted: dict[str, Any] = response.raise_for_status().json()
        return granted


@asynccontextmanager
async def entra_of_contoso(key: SigningKey | None = None) -> AsyncIterator[Entra]:
    """Serve a tenant with the API's registration, an admin, a reader, and two scripts."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID, signing_key=key)
    roles = {
        tenant.add_user(ADMIN, display_name="Ada Lovelace").id: ["Rollout.Admin"],
        tenant.add_user(READER).id: ["Rollout.Reader"],
        tenant.add_user(HELPDESK).id: ["Rollout.Helpdesk"],
    }
    tenant.add_user(NOBODY)
    tenant.add_app(
        API_ID,
        SECRET,
        user_roles=roles,
        redirect_uris=[REDIRECT],
        exposed_scopes=["access_as_user", "something_else"],
    )
    for client_id in (COMMAND_LINE_ID, OTHER_PROGRAM_ID):
        tenant.add_app(
            client_id,
            redirect_uris=[LOOPBACK],
            delegated_scopes={API_ID: ["access_as_user", "something_else"]},
            public=True,
        )
    tenant.add_app(SCRIPT_ID, SECRET, assigned_roles={API_ID: ["Rollout.Admin"]})
    tenant.add_app(STRANGER_ID, SECRET)
    async with running_tenant(tenant) as running:
        yield Entra(running=running)

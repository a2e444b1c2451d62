"""People's sign-in to pages of ours: authorization code with PKCE, redeemed by the app itself.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

import asyncio
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
import structlog

from domain.failures import SignInFailed
from domain.microsoft.connection import Connection
from graph.sign_in.apps import RegisteredApp
from graph.sign_in.failures import unreachable
from graph.sign_in.person import code_of

log = structlog.get_logger(__name__)

# msal recommends that the browser posts the code. Browsers keep a Lax cookie from such a post, and
# ours are. A code in an address is good once, and only with the verifier that the cookie holds.
warnings.filterwarnings("ignore", message="response_mode='form_post' is recommended")

_NEEDS_A_PERSON = frozenset(
    {"login_required", "interaction_required", "consent_required", "account_selection_required"}
)
_PRINTABLE = re.compile(r"[^\x20-\x7e]")


class NeedsPerson(SignInFailed):
    """Entra ID has to ask the person something, and was told not to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who signed in, by the word of the tenant, and the app roles that they have here."""

    object_id: str
    name: str
    login: str
    roles: frozenset[str]


class CodeFlow:
    """Sends people to Entra ID, and learns who they are when they come back."""

    def __init__(self, connection: Connection) -> None:
        """Sign people in to the app of this connection."""
        self._tenant_id = connection.authority.rpartition("/")[2].casefold()
        self._prefix = connection.prefix
        self._app = RegisteredApp(connection)

    async def begin(self, redirect_uri: str, *, again: str | None = None) -> dict[str, Any]:
        """Return what ``finish`` needs, as JSON; ``auth_uri`` is where the browser goes now.

        Args:
            redirect_uri: where the browser comes back to; the app registration has to name it.
            again: the login of somebody who has signed in already, who is asked nothing.

        Raises:
            SignInFailed: the app's credential can't be used.
            Throttled, ServiceUnavailable: Entra ID can't answer now.
        """

        def start() -> dict[str, Any]:
            more = {"login_hint": again, "prompt": "none"} if again else {}
            flow: dict[str, Any] = self._app.application().initiate_auth_code_flow(
                [], redirect_uri=redirect_uri, **more
            )
            return flow

        return await self._in_thread(start)

    async def finish(self, flow: dict[str, Any], answer: Mapping[str, str]) -> SignedIn:
        """Return who came back with this answer.

        Raises:
            NeedsPerson: a sign-in without questions isn't possible now.
            SignInFailed: Entra ID refuses, or the answer belongs to another sign-in.
            Throttled, ServiceUnavailable: Entra ID can't answer now.
        """

        def redeem() -> dict[str, Any]:
            app = self._app.application()
            try:
                said: dict[str, Any] = app.acquire_token_by_auth_code_flow(flow, dict(answer))
            except ValueError:
                # What msal raises where the answer belongs to another sign-in.
                return {"error": "state"}
            finally:
                # Nobody's tokens are used here: they aren't kept in memory.
                for account in app.get_accounts():
                    app.remove_account(account)
            return said

        said = await self._in_thread(redeem)
        claims = said.get("id_token_claims")
        if not isinstance(claims, dict) or not claims.get("oid"):
            raise self._refused(said)
        if str(claims.get("tid", self._tenant_id)).casefold() != self._tenant_id:
            raise SignInFailed("That account is of another organisation.")
        roles = claims.get("roles")
        login = str(claims.get("preferred_username") or "")
        return SignedIn(
            object_id=str(claims["oid"]),
            name=str(claims.get("name") or login or claims["oid"]),
            login=login,
            roles=frozenset(map(str, roles)) if isinstance(roles, list) else frozenset(),
        )

    def close(self) -> None:
        """Close the connections to Entra ID."""
        self._app.close()

    def _refused(self, said: Mapping[str, Any]) -> SignInFailed:
        error = _PRINTABLE.sub("", str(said.get("error", "no reason given")))[:80]
        code = code_of(said)
        # The description may quote a login: it is neither shown nor logged.
        log.warning("sign-in to the portal refused", error=error, code=code)
        if error in _NEEDS_A_PERSON:
            return NeedsPerson("Sign in again.", code=code)
        if error == "state":
            return SignInFailed(
                "The sign-in took too long, or was begun in another window. Sign in again."
            )
        return SignInFailed(f"Entra ID refused the sign-in ({code}).", code=code)

    async def _in_thread(self, call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            return await asyncio.to_thread(call)
        except requests.RequestException as error:
            # Not chained: requests quotes addresses in its messages.
            raise unreachable(error, self._prefix) from None

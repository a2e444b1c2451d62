"""A person's own sign-in, for what only an admin may do once: a code typed into a browser.

Source: Microsoft's page on the OAuth 2.0 device authorization grant.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msal
import requests

from domain.failures import RolloutError, ServiceUnavailable, SignInFailed
from domain.microsoft import HttpOptions
from graph.http.errors import ADMIN_GUIDE
from graph.http.transport import EntraSession

MANAGE_SITES = ("https://graph.microsoft.com/Sites.Manage.All",)


class DeviceCodeTokens:
    """Access tokens of a person who signs in with a browser, on this machine or another."""

    def __init__(
        self,
        *,
        authority: str,
        client_id: str,
        show: Callable[[str], None],
        is_simulated: bool = False,
        http: HttpOptions = HttpOptions(),  # noqa: B008 - frozen
        scopes: tuple[str, ...] = MANAGE_SITES,
    ) -> None:
        """Remember how to ask; nothing is asked before the first token.

        Args:
            authority: ``https://login.microsoftonline.com/{tenant id}``.
            client_id: an app registration that allows public client flows.
            show: tells the person where to go and what to type.
            is_simulated: True where the authority is a simulated tenant's.
            http: how Entra ID is reached.
            scopes: delegated permissions to ask for.
        """
        self._authority = authority
        self._client_id = client_id
        self._show = show
        self._is_simulated = is_simulated
        self._scopes = list(scopes)
        self._session = EntraSession(http)
        self._token: str | None = None

    async def token(self) -> str:
        """Return the person's token, after they have signed in.

        Raises:
            SignInFailed: refused, or nobody signed in within Entra ID's time (15 minutes).
            ServiceUnavailable: Entra ID can't answer.
        """
        if self._token is None:
            self._token = await self._sign_in()
        return self._token

    async def refresh(self, rejected: str) -> str:
        """Return the token of another sign-in."""
        if self._token == rejected:
            self._token = None
        return await self.token()

    def close(self) -> None:
        """Close the connections to Entra ID."""
        self._session.close()

    async def _sign_in(self) -> str:
        try:
            app = await asyncio.to_thread(self._build)
            flow: dict[str, Any] = await asyncio.to_thread(
                app.initiate_device_flow, scopes=self._scopes
            )
            if "user_code" not in flow:
                raise _refusal(flow)
            self._show(str(flow["message"]))
            try:
                answer = await asyncio.to_thread(app.acquire_token_by_device_flow, flow)
            finally:
                # Whoever gives up waiting lets the thread end, too.
                flow["expires_at"] = 0
        except ValueError:
            # What msal raises where the authority's own description names no endpoint for it.
            raise _refusal({"error": "not offered here"}) from None
        except requests.RequestException as error:
            # Not chained: requests quotes addresses in its messages.
            raise ServiceUnavailable(
                f"Entra ID can't be reached ({type(error).__name__}). Check the network."
            ) from None
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise _refusal(answer)
        return token

    def _build(self) -> msal.PublicClientApplication:
        return msal.PublicClientApplication(
            self._client_id,
            authority=self._authority,
            instance_discovery=False if self._is_simulated else None,
            http_client=self._session,
        )


def _refusal(answer: dict[str, Any]) -> RolloutError:
    code = str(answer.get("error", "no reason given"))[:80]
    return SignInFailed(
        f"The sign-in with a code failed ({code}). Check TENANT_ID, PROVISION_CLIENT_ID and that "
        f"the app allows public client flows, or set PROVISION_CLIENT_SECRET: see {ADMIN_GUIDE}.",
        code=code,
    )

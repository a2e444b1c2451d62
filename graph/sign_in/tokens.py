"""Where the app's access tokens come from: msal, client credentials, one application object."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import msal
import requests

from domain.failures import RolloutError, ServiceUnavailable, SignInFailed, Throttled
from graph.http.errors import ADMIN_GUIDE
from graph.http.retry_after import retry_after
from graph.http.transport import EntraBusy, EntraSession, TenantRefused
from graph.sign_in import aadsts

GRAPH_SCOPE = "https://graph.microsoft.com/.default"
MEMORY = timedelta(minutes=1)
"""How long a token is used without asking msal, which renews aging tokens only when asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate of the app with its private key, both as PEM text."""

    private_key: str = field(repr=False)
    public_certificate: str


class Tokens(Protocol):
    """What a client needs in order to prove who it is."""

    async def token(self) -> str:
        """Return an access token that should still be good."""

    async def refresh(self, rejected: str) -> str:
        """Return another token than the one that was just rejected."""


class TokenSource:
    """Access tokens of one app registration.

    May be shared by any number of tasks of one event loop. msal blocks, so it runs in a thread;
    one task at a time asks it, the others share the answer.
    """

    def __init__(
        self,
        *,
        authority: str,
        client_id: str,
        credential: str | Certificate,
        instance_discovery: bool = True,
        ca_bundle: Path | None = None,
        scope: str = GRAPH_SCOPE,
        memory: timedelta = MEMORY,
    ) -> None:
        """Remember who the app is; nothing is asked before the first token.

        Args:
            authority: ``https://login.microsoftonline.com/{tenant id}``.
            client_id: the app registration's application id.
            credential: a client secret or a certificate.
            instance_discovery: False where the authority isn't one of Microsoft's.
            ca_bundle: PEM file of the authorities to trust in place of the public ones.
            scope: Graph's ``.default`` scope; national clouds have their own.
            memory: how long a token is used, at most, before msal is asked again.
        """
        self._authority = authority
        self._client_id = client_id
        self._credential = credential
        self._instance_discovery = instance_discovery
        self._scope = scope
        self._memory = memory
        self._session = EntraSession(ca_bundle)
        self._app: msal.ConfidentialClientApplication | None = None
        self._turn = asyncio.Lock()
        self._remembered: str | None = None
        self._forget_at = 0.0

    async def token(self) -> str:
        """Return an access token that should still be good.

        Raises:
            SignInFailed: Entra ID refuses: wrong tenant, client id, secret or certificate.
            Throttled, ServiceUnavailable: Entra ID can't answer now.
        """
        async with self._turn:
            if self._remembered is not None and time.monotonic() < self._forget_at:
                return self._remembered
            return await self._ask()

    async def refresh(self, rejected: str) -> str:
        """Return a new token after Graph answered 401 to one.

        Many calls may be rejected at once; the first of them fetches a token for all.

        Raises:
            SignInFailed, Throttled, ServiceUnavailable: as for ``token``.
        """
        async with self._turn:
            if self._remembered is not None and self._remembered != rejected:
                return self._remembered
            self._remembered = None
            return await self._ask(anew=True)

    def close(self) -> None:
        """Close the connections to Entra ID."""
        self._session.close()

    async def _ask(self, *, anew: bool = False) -> str:
        try:
            answer = await asyncio.to_thread(self._acquire, anew=anew)
        except requests.RequestException as error:
            # Not chained: requests quotes addresses in its messages.
            raise _unreachable(error) from None
        token = answer.get("access_token")
        if not isinstance(token, str):
            raise _refusal(answer)
        # Half of a short life, since msal keeps no token in its last five minutes.
        left = float(answer.get("expires_in", 0))
        self._forget_at = time.monotonic() + min(self._memory.total_seconds(), left / 2)
        self._remembered = token
        return token

    def _acquire(self, *, anew: bool) -> dict[str, Any]:
        if self._app is None:
            self._app = self._build()
        if anew:
            self._app.remove_tokens_for_client()
        answer = self._app.acquire_token_for_client(scopes=[self._scope])
        return answer if isinstance(answer, dict) else {}

    def _build(self) -> msal.ConfidentialClientApplication:
        credential: Any = self._credential
        if isinstance(credential, Certificate):
            credential = {
                "private_key": credential.private_key,
                "public_certificate": credential.public_certificate,
            }
        try:
            return msal.ConfidentialClientApplication(
                self._client_id,
                client_credential=credential,
                authority=self._authority,
                # True would make msal ask login.microsoftonline.com even about Microsoft's hosts.
                instance_discovery=None if self._instance_discovery else False,
                http_client=self._session,
            )
        except requests.RequestException:
            raise
        except Exception:  # noqa: BLE001 - msal and cryptography raise many kinds for a bad PEM
            raise SignInFailed(
                "The app can't sign in: the authority is not an https address, or the certificate "
                f"and its private key can't be read. Check AUTHORITY_HOST, TENANT_ID and "
                f"CLIENT_CERTIFICATE_FILE: see {ADMIN_GUIDE}."
            ) from None


def _unreachable(error: requests.RequestException) -> RolloutError:
    match error:
        case TenantRefused(status=status):
            return SignInFailed(f"The app can't sign in. {aadsts.remedy({90002})}", status=status)
        case EntraBusy(status=status):
            kind = Throttled if status == requests.codes.too_many_requests else ServiceUnavailable
            return kind(
                f"Entra ID gives no token at the moment ({status}).",
                status=status,
                retry_after=retry_after(error.retry_after, now=datetime.now(UTC)),
            )
        case requests.exceptions.SSLError():
            return ServiceUnavailable(
                "Entra ID's TLS certificate is not trusted. Check CA_BUNDLE and the proxies."
            )
        case _:
            return ServiceUnavailable(
                f"Entra ID can't be reached ({type(error).__name__}). Check the network."
            )


def _refusal(answer: dict[str, Any]) -> RolloutError:
    numbers = [number for number in answer.get("error_codes") or () if isinstance(number, int)]
    code = f"AADSTS{numbers[0]}" if numbers else str(answer.get("error", ""))[:80]
    if aadsts.PASSING.intersection(numbers) or code == "temporarily_unavailable":
        return ServiceUnavailable(f"Entra ID gives no token at the moment ({code}).", code=code)
    return SignInFailed(
        f"The app can't sign in ({code}). {aadsts.remedy(numbers)} See {ADMIN_GUIDE}.", code=code
    )

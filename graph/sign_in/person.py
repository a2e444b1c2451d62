"""A person's own sign-in, for what only an admin may do once: what all ways have in common."""

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import msal
import requests

from domain.failures import RolloutError, ServiceUnavailable, SignInFailed
from domain.microsoft.connection import HttpOptions
from graph.http.errors import ADMIN_GUIDE
from graph.http.transport import EntraSession
from graph.sign_in.failures import unreachable

# Microsoft's own app for Graph PowerShell, known in every tenant; a person consents to permissions.
GRAPH_COMMAND_LINE_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e"

_OTHER_WAYS = (
    "Other ways: a browser on this machine (no option), {device_code}an access token "
    "(--token-stdin), an app's secret (PROVISION_CLIENT_SECRET), or no sign-in at all "
    f"(--print): see {ADMIN_GUIDE}."
)
OTHER_WAYS = _OTHER_WAYS.format(device_code="a browser elsewhere (--device-code), ")
OTHER_THAN_CODES = _OTHER_WAYS.format(device_code="")

_BLOCKED = (
    "Your organisation does not allow this way of signing in (Conditional Access or security "
    f"defaults). {OTHER_WAYS}"
)
_OR_LEAVE_OUT = ", or leave PROVISION_CLIENT_ID out"
_REMEDIES = {
    **dict.fromkeys((53000, 53001, 53002, 53003, 53004, 530032, 530035, 50199), _BLOCKED),
    7000218: "The app does not allow public client flows. Allow them under Authentication in its "
    f"registration{_OR_LEAVE_OUT}.",
    700016: "The tenant doesn't know the app. Check PROVISION_CLIENT_ID and TENANT_ID.",
    50011: "The app does not know the address http://localhost. Add it under Authentication in its "
    "registration, as one of mobile and desktop applications.",
    500011: "The tenant doesn't know the API. Check API_AUDIENCE and API_CLIENT_ID.",
    650053: "The API's registration does not expose the scope access_as_user. Add it under Expose "
    "an API.",
    65001: "The app lacks consent to its permissions. Consent when you are asked, or let an admin "
    "grant it.",
    90094: "An admin has to consent to the app's permissions first.",
    90002: "The tenant doesn't exist. Check TENANT_ID.",
}
_NUMBER = re.compile(r"\bAADSTS([0-9]+)")


class PersonTokens(ABC):
    """Access tokens of a person who signs in when the first is needed."""

    def __init__(
        self,
        *,
        authority: str,
        client_id: str,
        scopes: tuple[str, ...],
        is_simulated: bool = False,
        http: HttpOptions = HttpOptions(),  # noqa: B008 - frozen
        cache: msal.TokenCache | None = None,
        app_setting: str = "PROVISION_CLIENT_ID",
    ) -> None:
        """Remember how to ask; nothing is asked before the first token.

        Args:
            authority: ``https://login.microsoftonline.com/{tenant id}``.
            client_id: an app registration that allows public client flows.
            scopes: delegated permissions to ask for, with the Graph that they are for.
            is_simulated: True where the authority is a simulated tenant's.
            http: how Entra ID is reached.
            cache: where the sign-in is kept; it is for one run without one.
            app_setting: the setting that names the app registration.
        """
        self._cache = cache
        self._app_setting = app_setting
        self._authority = authority
        self._client_id = client_id
        self._scopes = list(scopes)
        self._is_simulated = is_simulated
        self._session = EntraSession(http)
        self._token: str | None = None

    async def token(self) -> str:
        """Return the person's token, after they have signed in.

        Raises:
            SignInFailed: refused, or nobody signed in in time.
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

    async def newer(self, denied: str) -> str | None:  # noqa: ARG002 - what clients call
        """Return None: what somebody may do is asked of them once."""
        return None

    def close(self) -> None:
        """Close the connections to Entra ID."""
        self._session.close()

    async def kept_token(self) -> str | None:
        """Return the token of the sign-in that is kept, renewed where it has to be, if any.

        Raises:
            ServiceUnavailable: Entra ID can't answer.
        """

        def acquire() -> Any:
            app = self._build()
            for account in app.get_accounts():
                answer = app.acquire_token_silent(self._scopes, account)
                if isinstance(answer, dict) and isinstance(answer.get("access_token"), str):
                    return answer["access_token"]
            return None

        try:
            token: str | None = await asyncio.to_thread(acquire)
        except requests.RequestException as error:
            raise unreachable(error, "") from None
        except ValueError:
            # What msal raises where the authority's own description isn't one.
            raise ServiceUnavailable("Entra ID's answer can't be read.") from None
        return token

    @abstractmethod
    async def ask(self, app: msal.PublicClientApplication) -> dict[str, Any]:
        """Let the person sign in, and return Entra ID's answer."""

    async def _sign_in(self) -> str:
        try:
            app = await asyncio.to_thread(self._build)
            answer = await self.ask(app)
        except ValueError:
            # What msal raises where the authority's own description names no endpoint for it.
            raise self._refusal({"error": "not offered here"}) from None
        except requests.RequestException as error:
            # Not chained: requests quotes addresses in its messages.
            raise unreachable(error, "") from None
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise self._refusal(answer)
        return token

    def _refusal(self, answer: Any) -> RolloutError:
        return refusal_of(answer, app_setting=self._app_setting)

    def _build(self) -> msal.PublicClientApplication:
        return msal.PublicClientApplication(
            self._client_id,
            authority=self._authority,
            instance_discovery=False if self._is_simulated else None,
            http_client=self._session,
            token_cache=self._cache,
        )


def refusal_of(answer: Any, *, app_setting: str = "PROVISION_CLIENT_ID") -> RolloutError:
    """Return the failure that stands for Entra ID's no to a person, with what else they can do.

    ``app_setting`` names the app registration; only ``provision`` has other ways to sign in.
    """
    answer = answer if isinstance(answer, dict) else {}
    numbers = _numbers(answer)
    code = code_of(answer)
    known = (text for number, text in _REMEDIES.items() if number in numbers)
    text = next(known, "Check TENANT_ID and PROVISION_CLIENT_ID. " + OTHER_WAYS)
    if app_setting != "PROVISION_CLIENT_ID":
        text = text.replace(f" {OTHER_WAYS}", "").replace(_OR_LEAVE_OUT, "")
        text = text.replace("PROVISION_CLIENT_ID", app_setting)
    return SignInFailed(f"The sign-in failed ({code}). {text}", code=code)


def code_of(answer: Mapping[str, Any]) -> str:
    """Return the code of Entra ID's no: ``AADSTS`` and a number where it has one."""
    numbers = _numbers(answer)
    return f"AADSTS{numbers[0]}" if numbers else str(answer.get("error", "no reason given"))[:80]


def _numbers(answer: Mapping[str, Any]) -> list[int]:
    # Where the answer came by way of the browser, only its description has the numbers.
    numbers = [int(number) for number in _NUMBER.findall(str(answer.get("error_description", "")))]
    codes = answer.get("error_codes") or ()
    return numbers + [number for number in codes if isinstance(number, int)]

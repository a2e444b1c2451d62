"""Finds out who acts: a kept sign-in that the API confirms, else the login of this machine."""

import getpass
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import typer

from cli.sign_in.sign_in_file import KeptSignIn
from cli.terminal import err
from domain.failures import RolloutError, ServiceUnavailable, SignInFailed
from domain.plain_text import bounded_line, one_line
from domain.portal.roles import API_SCOPE
from domain.tables.audit import Actor
from graph.sign_in.browser import BrowserTokens
from graph.sign_in.device_code import DeviceCodeTokens
from graph.sign_in.person import PersonTokens
from settings import SettingsError, SignInSettings, load_settings

FILE_NAME = "sign-in.json"
_ANSWER_WITHIN = 5.0
_IF_BLOCKED = (
    "If the page refuses it (53003), your organisation blocks codes: press Ctrl-C here, and leave "
    "--device-code out."
)
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who has signed in, by the word of the API."""

    name: str
    object_id: str
    app: str
    roles: tuple[str, ...]


def kept_sign_in() -> KeptSignIn:
    """Return the sign-in that is kept for the user of this machine."""
    return KeptSignIn(Path(typer.get_app_dir("mfa-rollout")) / FILE_NAME)


def tokens_of(
    settings: SignInSettings, kept: KeptSignIn, *, device_code: bool = False
) -> PersonTokens:
    """Return what asks for tokens as the person."""
    how: dict[str, Any] = {
        "authority": f"{settings.authority_host}/{settings.tenant_id}",
        "client_id": settings.command_line_client_id,
        "scopes": (f"{settings.api_id_uri}/{API_SCOPE}",),
        "show": lambda message: err.print(message, markup=False, soft_wrap=True),
        "is_simulated": settings.simulated_tenant,
        "http": settings.http_options,
        "cache": kept.cache,
        "app_setting": "COMMAND_LINE_CLIENT_ID",
    }
    if device_code:
        return DeviceCodeTokens(if_blocked=_IF_BLOCKED, **how)
    return BrowserTokens(**how)


async def confirmed_by_api(settings: SignInSettings, token: str) -> Me:
    """Return who a token speaks for, as the API says.

    Raises:
        SignInFailed: the API refuses it.
        ServiceUnavailable: the API can't be reached, or doesn't answer as one.
    """
    parts = urlsplit(settings.api_address)
    if parts.scheme != "https" and parts.hostname not in _THIS_MACHINE:
        raise SignInFailed(f"{settings.api_address} is not https: no token is sent there.")
    try:
        async with httpx.AsyncClient(timeout=_ANSWER_WITHIN, follow_redirects=False) as http:
            response = await http.get(
                f"{settings.api_address}/api/me", headers={"Authorization": f"Bearer {token}"}
            )
        told: dict[str, Any] = response.json()
        if response.status_code in {401, 403}:
            raise SignInFailed(f"The API refuses the sign-in: {one_line(str(told['detail']))}")
        return Me(
            name=bounded_line(str(told["name"] or told["objectId"])),
            object_id=str(told["objectId"]),
            app=str(told["app"]),
            roles=tuple(map(str, told["roles"])),
        )
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise ServiceUnavailable(
            f"The API at {settings.api_address} doesn't say who you are "
            f"({type(error).__name__}): look at PORTAL_BASE_URL."
        ) from None


async def read_me(settings: SignInSettings, kept: KeptSignIn) -> Me | None:
    """Return who has signed in, None where nobody has.

    Raises:
        RolloutError: the sign-in can't be renewed, or not be confirmed.
    """
    tokens = tokens_of(settings, kept)
    try:
        token = await tokens.kept_token()
    finally:
        tokens.close()
    if token is None:
        return None
    kept.save()
    return await confirmed_by_api(settings, token)


async def acting() -> Actor:
    """Return who acts; a login of this machine is nobody whom anybody has verified."""
    login = this_login()
    kept = kept_sign_in()
    if not kept.path.exists():
        return login
    try:
        me = await read_me(load_settings(SignInSettings), kept)
    except (RolloutError, SettingsError, OSError) as failure:
        reason = str(failure)
    else:
        if me is not None:
            return Actor(name=me.name, object_id=me.object_id, app=me.app)
        reason = "The sign-in is no longer good: run `mfa-rollout sign-in`."
    err.print(
        f"warning: {one_line(reason)} The audit log names {login.name}, unverified.",
        markup=False,
        soft_wrap=True,
    )
    return login


def this_login() -> Actor:
    """Return whoever calls this program: a login of this machine, which nobody has verified."""
    return Actor(name=f"command line: {getpass.getuser()}@{socket.gethostname()}")

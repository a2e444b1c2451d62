"""The authorization code flow with PKCE: a person signs in, the app redeems the code once."""

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from simulated_tenant.clock import Clock
from simulated_tenant.directory.users import User, Users
from simulated_tenant.entra import oauth_errors
from simulated_tenant.entra.apps import App, Apps
from simulated_tenant.entra.tokens import GRAPH_RESOURCE, Tokens

_CODE_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    client_id: str
    user_id: str
    redirect_uri: str
    nonce: str | None
    challenge: str | None
    scope: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grant:
    """What a refresh token stands for."""

    client_id: str
    user_id: str
    scope: str


class SignIns:
    """Issues authorization codes to people who picked themselves, and redeems them."""

    def __init__(self, *, apps: Apps, users: Users, tokens: Tokens, clock: Clock) -> None:
        """Codes and refresh tokens live in memory only."""
        self._apps = apps
        self._users = users
        self._tokens = tokens
        self._clock = clock
        self._codes: dict[str, _Code] = {}
        self._grants: dict[str, _Grant] = {}

    def check(self, query: Mapping[str, str]) -> App:
        """Return the app that asks for a sign-in, or raise `OAuthError`.

        A redirect URI that isn't registered is refused before anybody is sent there.
        """
        app = self._apps.get(query.get("client_id", ""))
        if app is None:
            raise oauth_errors.unknown_app()
        if not _is_registered(query.get("redirect_uri", ""), app.redirect_uris):
            raise oauth_errors.invalid_grant(
                50011, "The redirect URI does not match the redirect URIs of the application."
            )
        if query.get("response_type") != "code":
            raise oauth_errors.invalid_grant(700054, "Only response_type 'code' is enabled.")
        return app

    def accept(self, query: Mapping[str, str], user: User) -> dict[str, str]:
        """Sign a person in and return what the browser brings to the redirect URI."""
        app = self.check(query)
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Code(
            client_id=app.client_id,
            user_id=user.id,
            redirect_uri=query["redirect_uri"],
            nonce=query.get("nonce"),
            challenge=query.get("code_challenge"),
            scope=query.get("scope", ""),
            expires_at=self._clock() + _CODE_LIFETIME,
        )
        return {"code": code, "state": query.get("state", "")}

    def redeem(self, app: App, form: Mapping[str, str], issuer: str) -> dict[str, Any]:
        """Exchange a code for tokens; a second time, or without the verifier, is refused."""
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.client_id != app.client_id or code.expires_at < self._clock():
            raise oauth_errors.invalid_grant(
                70008, "The provided authorization code has expired or was already redeemed."
            )
        if code.redirect_uri != form.get("redirect_uri"):
            raise oauth_errors.invalid_grant(500112, "The reply address does not match.")
        if app.public and not code.challenge:
            raise oauth_errors.invalid_grant(9002325, "Proof Key for Code Exchange is required.")
        if code.challenge and not _proves(form.get("code_verifier", ""), code.challenge):
            raise oauth_errors.invalid_grant(
                501481, "The code_verifier does not match the code_challenge."
            )
        return self.tokens_of(app, code.user_id, code.scope, issuer, nonce=code.nonce)

    def tokens_of(
        self, app: App, user_id: str, scope: str, issuer: str, *, nonce: str | None = None
    ) -> dict[str, Any]:
        """Return what somebody's sign-in gives an app, or raise `OAuthError`."""
        user = self._users.find(user_id)
        if user is None or not user.account_enabled:
            raise oauth_errors.invalid_grant(50057, "The user account is disabled.")
        claims: dict[str, Any] = {
            "aud": app.client_id,
            "iss": issuer,
            "ver": "2.0",
            "sub": str(uuid.uuid5(uuid.UUID(user.id), app.client_id)),
            "oid": user.id,
            "name": user.display_name,
            "preferred_username": user.user_principal_name,
            "roles": app.user_roles.get(user.id, []),
        }
        tenant_id = urlsplit(issuer).path.split("/")[1]
        info = json.dumps({"uid": user.id, "utid": tenant_id}).encode()
        seconds = max(1, int(self._tokens.lifetime.total_seconds()))
        return {
            "token_type": "Bearer",
            "scope": scope,
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": self._access_token(app, user, scope, claims),
            "id_token": self._tokens.issue(claims if nonce is None else claims | {"nonce": nonce}),
            "client_info": base64.urlsafe_b64encode(info).decode().rstrip("="),
            **self._refresh_token(app, user, scope),
        }

    def refresh(self, app: App, form: Mapping[str, str], issuer: str) -> dict[str, Any]:
        """Exchange a refresh token for new tokens; the old one stays good, as Entra ID has it."""
        grant = self._grants.get(form.get("refresh_token", ""))
        if grant is None or grant.client_id != app.client_id:
            raise oauth_errors.invalid_grant(9002313, "The refresh token is malformed or invalid.")
        return self.tokens_of(app, grant.user_id, form.get("scope") or grant.scope, issuer)

    def _refresh_token(self, app: App, user: User, scope: str) -> dict[str, str]:
        if "offline_access" not in scope.split():
            return {}
        token = secrets.token_urlsafe(48)
        self._grants[token] = _Grant(client_id=app.client_id, user_id=user.id, scope=scope)
        return {"refresh_token": token}

    def _access_token(self, app: App, user: User, scope: str, claims: dict[str, Any]) -> str:
        """Return a token for the one API whose permissions are asked for, which may be Graph."""
        asked = [one.removeprefix(f"{GRAPH_RESOURCE}/") for one in scope.split()]
        of_an_api = [one for one in asked if "/" in one]
        if not of_an_api:
            permissions = [one for one in asked if "." in one]
            return self._tokens.issue_for_person(app.client_id, user.id, permissions or asked)
        api_ids = {one.rpartition("/")[0].removeprefix("api://") for one in of_an_api}
        if len(api_ids) > 1:
            raise oauth_errors.invalid_grant(28000, "A token is for one resource only.")
        api = self._apps.get(api_ids.pop())
        if api is None:
            raise oauth_errors.unknown_resource()
        names = [one.rpartition("/")[2] for one in of_an_api]
        if not set(names) <= set(api.exposed_scopes):
            raise oauth_errors.invalid_grant(
                650053, "The application asked for a scope that doesn't exist on the resource."
            )
        if not set(names) <= set(app.delegated_scopes.get(api.client_id, ())):
            raise oauth_errors.invalid_grant(
                65001, "The user or administrator has not consented to use the application."
            )
        about_the_api = {
            "aud": api.client_id,
            "azp": app.client_id,
            "scp": " ".join(names),
            "roles": api.user_roles.get(user.id, []),
        }
        return self._tokens.issue(claims | about_the_api)


def _is_registered(redirect_uri: str, registered: Iterable[str]) -> bool:
    """Say whether a sign-in may end there: the port of a loopback address may be any."""
    parts = urlsplit(redirect_uri)
    if parts.scheme == "http" and parts.hostname == "localhost":
        without_port = urlunsplit(parts._replace(netloc="localhost"))
        if without_port in registered:
            return True
    return redirect_uri in registered


def _proves(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(made, challenge)

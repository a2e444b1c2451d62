"""The token endpoint: prove the client, then grant."""

import hmac
import uuid
from collections.abc import Mapping
from typing import Any

from simulated_tenant.entra import oauth_errors
from simulated_tenant.entra.apps import App, Apps
from simulated_tenant.entra.assertions import ASSERTION_TYPE, Assertions
from simulated_tenant.entra.device_codes import DeviceCodes
from simulated_tenant.entra.sign_in import SignIns
from simulated_tenant.entra.tokens import GRAPH_APP_ID, GRAPH_RESOURCE, Tokens

_DEFAULT = "/.default"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
_OF_PEOPLE = frozenset({"authorization_code", "refresh_token", DEVICE_CODE})


class TokenEndpoint:
    """Answers ``POST /{tenant}/oauth2/v2.0/token``."""

    def __init__(
        self,
        *,
        apps: Apps,
        tokens: Tokens,
        assertions: Assertions,
        sign_ins: SignIns,
        device_codes: DeviceCodes,
    ) -> None:
        """Take what the grants need."""
        self._apps = apps
        self._tokens = tokens
        self._assertions = assertions
        self._sign_ins = sign_ins
        self._device_codes = device_codes

    def grant(self, form: Mapping[str, str], base_url: str, tenant_id: str) -> dict[str, Any]:
        """Answer one token request, or raise `OAuthError`."""
        app = self._apps.get(form.get("client_id", ""))
        if app is None:
            raise oauth_errors.unknown_app()
        audience = f"{base_url}/{tenant_id}"
        grant_type = form.get("grant_type")
        if not (app.public and grant_type in _OF_PEOPLE and not form.get("client_secret")):
            audiences = [audience + "/oauth2/v2.0/token", audience + "/v2.0", audience]
            self._prove(app, form, audiences)
        if grant_type == "client_credentials":
            return self._client_credentials(app, form.get("scope", ""), audience + "/v2.0")
        if grant_type == "authorization_code":
            return self._sign_ins.redeem(app, form, issuer=audience + "/v2.0")
        if grant_type == "refresh_token":
            return self._sign_ins.refresh(app, form, issuer=audience + "/v2.0")
        if grant_type == DEVICE_CODE:
            found = self._device_codes.redeem(app, form.get("device_code", ""))
            user_id = found.user_id or ""
            return self._sign_ins.tokens_of(app, user_id, found.scope, audience + "/v2.0")
        raise oauth_errors.unsupported_grant()

    def _prove(self, app: App, form: Mapping[str, str], audiences: list[str]) -> None:
        if form.get("client_assertion"):
            if form.get("client_assertion_type") != ASSERTION_TYPE:
                raise oauth_errors.no_credential()
            self._assertions.verify(app, form["client_assertion"], audiences)
            return
        secret = form.get("client_secret")
        if not secret:
            raise oauth_errors.no_credential()
        if _is_among(secret, app.expired_secrets):
            raise oauth_errors.expired_secret()
        if not _is_among(secret, app.secrets):
            raise oauth_errors.wrong_secret()

    def _client_credentials(self, app: App, scope: str, issuer: str) -> dict[str, Any]:
        if not scope.endswith(_DEFAULT) or " " in scope:
            raise oauth_errors.invalid_scope()
        resource = scope.removesuffix(_DEFAULT).rstrip("/")
        if resource in {GRAPH_RESOURCE, GRAPH_APP_ID}:
            return self._answer(self._tokens.issue_for_graph(app.client_id, app.roles))
        target = self._apps.get(resource.removeprefix("api://"))
        if target is None:
            raise oauth_errors.unknown_resource()
        claims = {
            "aud": target.client_id,
            "iss": issuer,
            "ver": "2.0",
            "azp": app.client_id,
            "idtyp": "app",
            "sub": str(uuid.uuid5(uuid.NAMESPACE_URL, app.client_id)),
            "oid": str(uuid.uuid5(uuid.NAMESPACE_URL, app.client_id)),
            "roles": app.assigned_roles.get(target.client_id, []),
        }
        return self._answer(self._tokens.issue(claims))

    def _answer(self, access_token: str) -> dict[str, Any]:
        seconds = max(1, int(self._tokens.lifetime.total_seconds()))
        return {
            "token_type": "Bearer",
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": access_token,
        }


def _is_among(secret: str, known: list[str]) -> bool:
    matched = [hmac.compare_digest(secret.encode(), one.encode()) for one in known]
    return any(matched)

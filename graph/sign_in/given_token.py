"""An access token that somebody else got: what it says about itself is looked at before its use.

The signature is not verified, that is Graph's part; a token that can't do what we need is refused
with what to do instead of with Graph's 401 or 403.
"""

import json
from datetime import UTC, datetime
from typing import Any

import jwt

from domain.failures import SignInFailed
from graph.http.errors import ADMIN_GUIDE

# Microsoft Graph's application id, which is the same in all clouds.
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
MAY_MAKE_LISTS = frozenset({"Sites.Manage.All", "Sites.FullControl.All", "Sites.Selected"})


class GivenToken:
    """One access token, as long as it lasts."""

    def __init__(self, token: str) -> None:
        """Use this token."""
        self._token = token

    async def token(self) -> str:
        """Return the token."""
        return self._token

    async def refresh(self, rejected: str) -> str:  # noqa: ARG002 - what clients call
        """Say that there is no other than the one that was rejected.

        Raises:
            SignInFailed: always.
        """
        raise SignInFailed(
            "Microsoft Graph no longer takes the access token from standard input. Get a new one, "
            "and run this again."
        )

    async def newer(self, denied: str) -> str | None:  # noqa: ARG002 - what clients call
        """Return None: there is no other than the one that was given."""
        return None


def read_given_token(text: str, *, resource: str, tenant_id: str) -> GivenToken:
    """Read what ``az account get-access-token`` prints, with or without ``-o tsv``.

    Raises:
        SignInFailed: it is no token, or one that can't do what we need; the message says why.
    """
    token = _token_in(text.strip())
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        raise SignInFailed(
            "What came on standard input is no access token. For example: az account "
            f"get-access-token --resource {resource} --query accessToken -o tsv | mfa-rollout "
            "provision --token-stdin"
        ) from None
    if problem := _problem(claims, resource, tenant_id):
        raise SignInFailed(f"The access token from standard input {problem}")
    return GivenToken(token)


def _token_in(text: str) -> str:
    try:
        document = json.loads(text)
    except ValueError:
        return text
    found = document.get("accessToken") if isinstance(document, dict) else document
    return str(found)


def _problem(claims: dict[str, Any], resource: str, tenant_id: str) -> str | None:
    """Say what is wrong with a token, None where nothing is to be seen."""
    if str(claims.get("aud", "")).rstrip("/") not in {resource, GRAPH_APP_ID}:
        return f"is not for Microsoft Graph. Ask for one with --resource {resource}."
    if str(claims.get("tid", "")).casefold() != tenant_id.casefold():
        return "is another tenant's. Check TENANT_ID, or sign in to that tenant: az login --tenant."
    expires = claims.get("exp")
    if isinstance(expires, int | float) and expires <= datetime.now(UTC).timestamp():
        return "has expired. Get a new one."
    roles = claims.get("roles")
    permissions = {*str(claims.get("scp", "")).split(), *(roles if isinstance(roles, list) else ())}
    if not permissions & MAY_MAKE_LISTS:
        return (
            f"may not make lists: it has none of {', '.join(sorted(MAY_MAKE_LISTS))}. A person's "
            "token of the Azure CLI never has: sign in there as an app that has one of them, or "
            f"use another way: see {ADMIN_GUIDE}."
        )
    return None

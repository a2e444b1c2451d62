"""Verifies bearer tokens of the tenant: who calls, and which app roles they hold."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import jwt

from api.admin.signing_keys import SigningKeys
from api.config import SignIn

CLOCK_SKEW = timedelta(minutes=1)
"""How far our clock and Entra ID's may be apart."""

LONGEST_TOKEN = 16_384
"""Characters. Real ones have about two thousand; nobody makes us look at more."""

_REQUIRED = ["aud", "azp", "exp", "iss", "nbf", "oid", "tid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, by the word of the tenant: an ObjectId of a user or of an app."""

    object_id: str
    roles: frozenset[str]


class TokenRefused(Exception):
    """The token proves nothing; the reason is for the log, never for the caller."""


class Bearers:
    """Verifies access tokens of one tenant for one API.

    RS256 with a key that the tenant publishes; audience, v2 issuer, tenant, times. An ID token,
    which has the same audience and roles, is none of the API's: it has no ``azp``.
    https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
    """

    def __init__(self, sign_in: SignIn, http: httpx.AsyncClient) -> None:
        """Expect tokens as ``sign_in`` says; ``http`` reads the tenant's keys."""
        tenant = f"{sign_in.authority_host}/{sign_in.tenant_id}"
        self._sign_in = sign_in
        self._issuer = f"{tenant}/v2.0"
        self._keys = SigningKeys(http, f"{tenant}/discovery/v2.0/keys")

    async def caller(self, token: str) -> Caller:
        """Return who the token speaks for.

        Raises:
            TokenRefused: it is forged, expired, not yet valid, or meant for somebody else.
            KeysUnavailable: the tenant's keys can't be read just now.
        """
        if len(token) > LONGEST_TOKEN:
            raise TokenRefused("too long")
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != "RS256":
                raise TokenRefused("algorithm")
            key = await self._keys.key(str(header.get("kid")))
            if key is None:
                raise TokenRefused("key")
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._sign_in.audiences,
                issuer=self._issuer,
                leeway=CLOCK_SKEW,
                options={"require": _REQUIRED},
            )
        except (jwt.PyJWTError, ValueError) as error:
            # Not chained: its message may quote the token's claims.
            raise TokenRefused(type(error).__name__) from None
        if claims["tid"] != self._sign_in.tenant_id:
            raise TokenRefused("tenant")
        roles = claims.get("roles")
        return Caller(
            object_id=str(claims["oid"]),
            roles=frozenset(map(str, roles)) if isinstance(roles, list) else frozenset(),
        )

"""Verifies bearer tokens of the tenant: who calls, by which program, and with which app roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import jwt

from api.admin.signing_keys import SigningKeys
from api.config import SignIn
from domain.plain_text import bounded_line
from domain.portal.roles import API_SCOPE, Permission, Role, may
from domain.tables.audit import Actor

CLOCK_SKEW = timedelta(minutes=1)
"""How far our clock and Entra ID's may be apart."""

LONGEST_TOKEN = 16_384
"""Characters. Real ones have about two thousand; nobody makes us look at more."""

_REQUIRED = ["aud", "azp", "exp", "iss", "nbf", "oid", "tid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, by the word of the tenant.

    ``object_id`` is a user's, or an app's own where no person is behind the call. ``app`` is the
    client id of the program. ``name`` is None where the token has none.
    """

    object_id: str
    app: str
    is_person: bool
    roles: frozenset[Role]
    name: str | None = None

    def may(self, permission: Permission) -> bool:
        """Say whether their roles include it."""
        return may(self.roles, permission)

    def actor(self, address: str | None) -> Actor:
        """Return them as the audit log names them."""
        name = self.name or (self.object_id if self.is_person else f"app {self.app}")
        return Actor(name=name, object_id=self.object_id, app=self.app, address=address)


class TokenRefused(Exception):
    """The token proves nothing; the reason is for the log, never for the caller."""


class ProgramNotAllowed(Exception):
    """The token is good, but this program may not act for people; the message says what to do."""


class Bearers:
    """Verifies access tokens of one tenant for one API.

    RS256 with a key that the tenant publishes; audience, v2 issuer, tenant, times. An ID token,
    which has the same audience and roles, is none of the API's: it has no ``azp``. A token that a
    program got for a person has ``scp``; then the program must be one that is allowed.
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
            ProgramNotAllowed: it speaks for a person, by a program that may not.
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
        is_person = "scp" in claims or claims.get("idtyp") == "user"
        if is_person:
            self._check_program(claims)
        held = claims.get("roles")
        return Caller(
            object_id=str(claims["oid"]),
            app=str(claims["azp"]).casefold(),
            is_person=is_person,
            roles=frozenset(role for role in Role if isinstance(held, list) and role.value in held),
            name=_name_in(claims) if is_person else None,
        )

    def _check_program(self, claims: Mapping[str, Any]) -> None:
        if API_SCOPE not in str(claims.get("scp", "")).split():
            raise ProgramNotAllowed(f"This needs the delegated permission {API_SCOPE} of this API.")
        if str(claims["azp"]).casefold() not in self._sign_in.allowed_clients:
            raise ProgramNotAllowed(
                "This program may not act for people here: an admin allows it by putting its "
                "application ID into API_ALLOWED_CLIENTS."
            )


def _name_in(claims: Mapping[str, Any]) -> str | None:
    """Return the display name, else the name that they sign in with."""
    for claim in ("name", "preferred_username"):
        name = claims.get(claim)
        if isinstance(name, str) and name.strip():
            return bounded_line(name)
    return None

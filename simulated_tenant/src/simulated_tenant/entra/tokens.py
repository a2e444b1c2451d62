"""Access tokens: issuing them, and Graph's refusal of all but good ones."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from simulated_tenant.clock import Clock
from simulated_tenant.entra.keys import SigningKey
from simulated_tenant.errors import invalid_token

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
GRAPH_RESOURCE = "https://graph.microsoft.com"
_CACHE_LIMIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who made a Graph request, by the word of its access token."""

    client_id: str = ""
    roles: frozenset[str] = frozenset()
    # Of a person: who they are, and the delegated permissions of the app that acts for them.
    user_id: str | None = None
    scopes: frozenset[str] = frozenset()


class Tokens:
    """Issues and verifies tokens under the tenant's signing key."""

    def __init__(
        self, *, tenant_id: str, key: SigningKey, clock: Clock, lifetime: timedelta
    ) -> None:
        """Tokens live for ``lifetime``; nobody keeps track of those in flight."""
        self._tenant_id = tenant_id
        self._key = key
        self._clock = clock
        self.lifetime = lifetime
        self._generation = 0
        self._verified: dict[str, tuple[Caller, float, int]] = {}

    def now(self) -> datetime:
        """Return the tenant's time."""
        return self._clock()

    def issue(self, claims: dict[str, Any], lifetime: timedelta | None = None) -> str:
        """Sign claims into a token that is valid from now on."""
        now = self._clock().timestamp()
        standard = {
            "iat": int(now),
            "nbf": int(now),
            "exp": now + (lifetime or self.lifetime).total_seconds(),
            "tid": self._tenant_id,
            "uti": uuid.uuid4().hex,
            "ver": "1.0",
        }
        return jwt.encode(
            standard | claims,
            self._key.private_key,
            algorithm="RS256",
            headers={"kid": self._key.key_id, "x5t": self._key.key_id},
        )

    def issue_for_graph(self, client_id: str, roles: list[str]) -> str:
        """Issue an app-only token for Microsoft Graph."""
        claims = {
            "aud": GRAPH_RESOURCE,
            "iss": f"https://sts.windows.net/{self._tenant_id}/",
            "appid": client_id,
            "azp": client_id,
            "idtyp": "app",
            "oid": str(uuid.uuid5(uuid.NAMESPACE_URL, client_id)),
            "roles": roles,
            "xms_generation": self._generation,
        }
        return self.issue(claims)

    def issue_for_person(self, client_id: str, user_id: str, scopes: Iterable[str]) -> str:
        """Issue a token with which an app acts for a person at Microsoft Graph."""
        claims = {
            "aud": GRAPH_RESOURCE,
            "iss": f"https://sts.windows.net/{self._tenant_id}/",
            "appid": client_id,
            "idtyp": "user",
            "oid": user_id,
            "scp": " ".join(scopes),
            "xms_generation": self._generation,
        }
        return self.issue(claims)

    def expire_all(self) -> None:
        """Make Graph take every token issued so far for an expired one."""
        self._generation += 1

    def verify(self, authorization: str | None) -> Caller:
        """Return who calls, or raise 401 ``InvalidAuthenticationToken``."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise invalid_token("Access token is empty.")
        token = token.strip()
        caller, expires, generation = self._verified.get(token) or self._decode(token)
        if expires <= self._clock().timestamp() or generation < self._generation:
            raise invalid_token("Lifetime validation failed, the token is expired.")
        return caller

    def _decode(self, token: str) -> tuple[Caller, float, int]:
        try:
            claims = jwt.decode(
                token,
                self._key.public_key,
                algorithms=["RS256"],
                audience=[GRAPH_RESOURCE, GRAPH_RESOURCE + "/", GRAPH_APP_ID],
                # The instants are compared with the tenant's clock, not with the machine's.
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.InvalidAudienceError:
            raise invalid_token("Access token validation failure. Invalid audience.") from None
        except jwt.InvalidTokenError:
            raise invalid_token("IDX14100: the token can't be read or verified.") from None
        if claims.get("tid") != self._tenant_id:
            raise invalid_token("Access token validation failure. Invalid tenant.")
        caller = Caller(
            client_id=claims["appid"],
            roles=frozenset(claims.get("roles", ())),
            user_id=claims["oid"] if claims.get("idtyp") == "user" else None,
            scopes=frozenset(str(claims.get("scp", "")).split()),
        )
        known = (caller, float(claims["exp"]), int(claims.get("xms_generation", 0)))
        if len(self._verified) >= _CACHE_LIMIT:
            self._verified.clear()
        self._verified[token] = known
        return known

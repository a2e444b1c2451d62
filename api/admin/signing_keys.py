"""The public keys with which the tenant signs its tokens, fetched when needed and remembered."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import httpx
import jwt
import structlog

from graph.http import proxy

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(hours=24)
"""After this the keys are read again, so that a withdrawn one is forgotten."""

ASKED_AGAIN_AFTER = timedelta(minutes=1)
"""How often, at most, a token with an unknown key makes us ask: anybody can make one up."""


class KeysUnavailable(Exception):
    """The tenant's keys can't be read just now, so nobody's token can be verified."""


class SigningKeys:
    """The keys that the tenant publishes at ``discovery/v2.0/keys``.

    Microsoft rolls them without notice, so an unknown key id is looked up, once a minute at most;
    callers that come meanwhile wait for the same answer. PyJWT's ``PyJWKClient`` won't do: it
    blocks its thread, asks at every unknown key id while the tenant gives no answer, and refuses
    keys that it knows when an outage outlasts its cache.
    https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        *,
        asked_again_after: timedelta = ASKED_AGAIN_AFTER,
        kept_for: timedelta = KEPT_FOR,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read by an open client, which stays the caller's to close; ``clock`` counts seconds."""
        self._http = http
        self._url = url
        self._asked_again_after = asked_again_after.total_seconds()
        self._kept_for = kept_for.total_seconds()
        self._clock = clock
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._read_at = -self._kept_for
        self._asked_at: float | None = None
        self._failed = False
        self._turn = asyncio.Lock()

    async def key(self, key_id: str) -> jwt.PyJWK | None:
        """Return the key with this id, or None where the tenant has none.

        Raises:
            KeysUnavailable: the key isn't known, and the tenant can't be asked.
        """
        if not self._knows(key_id):
            async with self._turn:
                if not self._knows(key_id) and self._may_ask():
                    await self._ask()
        found = self._keys.get(key_id)
        if found is None and self._failed:
            raise KeysUnavailable
        return found

    def _knows(self, key_id: str) -> bool:
        return key_id in self._keys and self._clock() - self._read_at < self._kept_for

    def _may_ask(self) -> bool:
        return self._asked_at is None or self._clock() - self._asked_at >= self._asked_again_after

    async def _ask(self) -> None:
        self._asked_at = self._clock()
        try:
            response = await self._http.get(self._url, headers={"Accept": "application/json"})
            response.raise_for_status()
            keys = _usable(response.json())
        except (httpx.HTTPError, ValueError, AttributeError, TypeError) as error:
            # Keys that were good a day ago are better than nobody getting in.
            self._failed = True
            reason = proxy.explain(error) or type(error).__name__
            log.warning("signing keys not read", error=reason)
            return
        self._keys, self._read_at, self._failed = keys, self._asked_at, False


def _usable(document: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    """Return the RSA signing keys of a key set by their ids; others are of no use to us."""
    keys = {}
    for entry in document.get("keys", ()):
        if entry.get("kty") == "RSA" and entry.get("use", "sig") == "sig" and "kid" in entry:
            try:
                keys[str(entry["kid"])] = jwt.PyJWK.from_dict(entry, algorithm="RS256")
            except jwt.PyJWTError:
                continue
    return keys

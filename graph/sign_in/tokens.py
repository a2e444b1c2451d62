"""Where the app's access tokens come from: one sign-in for all calls, and a short memory."""

import asyncio
import time
from datetime import timedelta

import jwt
from prometheus_client import Counter

from domain.failures import RolloutError, SignInFailed, UnexpectedAnswer
from domain.microsoft.connection import Connection
from graph.sign_in.apps import app_of

MEMORY = timedelta(minutes=1)
"""How long a token is used without asking msal, which renews aging tokens only when asked."""

YOUNG = timedelta(minutes=5)
"""How long nothing that was granted since is looked for in a newer token.

Until then everybody who is denied something would ask for one. A managed identity may get the old
token for a day, as Azure keeps it: MicrosoftDocs/azure-docs#101801.
"""

RENEWED_FOR = timedelta(seconds=10)
"""How long a token that replaced a rejected one isn't replaced itself, or each call would ask."""

_SIGN_INS = Counter(
    "mfa_rollout_sign_ins",
    "Access tokens that the process has asked for, by whether it got one.",
    ["outcome"],
)
_SUCCESS, _REFUSED, _UNAVAILABLE = (
    _SIGN_INS.labels(outcome) for outcome in ("success", "refused", "unavailable")
)


class TokenSource:
    """Access tokens of one app registration.

    May be shared by any number of tasks of one event loop. msal blocks, so it runs in a thread;
    one task at a time asks it, the others share the answer.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        memory: timedelta = MEMORY,
        young: timedelta = YOUNG,
    ) -> None:
        """Remember who the app is; nothing is asked before the first token.

        Args:
            connection: who signs in, and where.
            memory: how long a token is used, at most, before msal is asked again.
            young: how old a token is before a newer one is looked for when it lacks a right.
        """
        self._app = app_of(connection)
        self._memory = memory
        self._turn = asyncio.Lock()
        self._remembered: str | None = None
        self._forget_at = 0.0
        self._good_until = 0.0
        self._young = young
        self._latest: str | None = None
        self._renewed: str | None = None
        self._renew_from = 0.0
        self._young_until = 0.0

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

        Many calls may be rejected at once; the first of them fetches a token for all. One that was
        renewed just now is returned again: Graph refuses the app, or all tokens for a moment.

        Raises:
            SignInFailed, Throttled, ServiceUnavailable: as for ``token``.
        """
        async with self._turn:
            if self._remembered is not None and self._remembered != rejected:
                return self._remembered
            if rejected == self._renewed and time.monotonic() < self._renew_from:
                return rejected
            self._remembered = None
            self._renewed = await self._ask(anew=True)
            self._renew_from = time.monotonic() + RENEWED_FOR.total_seconds()
            return self._renewed

    async def newer(self, denied: str) -> str | None:
        """Return a token that may hold rights which were granted since one was made.

        None where that one is young or is all that Entra ID gives. It stays good in any case.
        """
        async with self._turn:
            if self._latest not in {None, denied}:
                return self._latest
            if time.monotonic() < self._young_until:
                return None
            good_until = self._good_until
            try:
                token = await self._ask(anew=True)
            except RolloutError:
                # msal has forgotten it for that.
                self._remembered, self._forget_at = denied, good_until
                token = denied
            self._young_until = time.monotonic() + self._young.total_seconds()
            return token if token != denied else None

    def close(self) -> None:
        """Close the connections to Entra ID."""
        self._app.close()

    async def _ask(self, *, anew: bool = False) -> str:
        try:
            answer = await asyncio.to_thread(self._app.acquire, anew=anew)
        except RolloutError as failure:
            (_REFUSED if isinstance(failure, SignInFailed) else _UNAVAILABLE).inc()
            raise
        _SUCCESS.inc()
        token = str(answer["access_token"])
        # Half of a short life, since msal keeps no token in its last five minutes.
        left = float(answer.get("expires_in", 0))
        now = time.monotonic()
        self._forget_at = now + min(self._memory.total_seconds(), left / 2)
        self._good_until = now + left / 2
        self._remembered = token
        if token != self._latest:
            self._latest, self._young_until = token, now + self._young.total_seconds()
        return token


def roles_in(token: str) -> frozenset[str]:
    """Return the application permissions that stand in an access token.

    Nothing is decided by them but what an admin is told, so the signature isn't checked: Graph
    checks it at every call.

    Raises:
        UnexpectedAnswer: it isn't the kind of token that Entra ID gives for Graph.
    """
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        # Not chained: the message may quote the token.
        raise UnexpectedAnswer("The access token has a form that can't be read.") from None
    return frozenset(str(role) for role in claims.get("roles") or ())

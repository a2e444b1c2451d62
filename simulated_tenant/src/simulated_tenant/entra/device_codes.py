"""The device authorization grant: a code is typed into a browser, and the app asks until it was.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from simulated_tenant.clock import Clock
from simulated_tenant.entra import oauth_errors
from simulated_tenant.entra.apps import App, Apps

_LIFETIME = timedelta(minutes=15)
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
_LENGTH = 9
# Entra ID asks for five seconds.
INTERVAL_SECONDS = 1


@dataclass(kw_only=True, slots=True)
class DeviceCode:
    """One code; ``user_id`` is there once somebody has signed in with it."""

    client_id: str
    user_code: str
    scope: str
    expires_at: datetime
    user_id: str | None = None


class DeviceCodes:
    """Gives out codes, and remembers who typed them."""

    def __init__(self, apps: Apps, clock: Clock) -> None:
        """Codes live in memory only."""
        self._apps = apps
        self._clock = clock
        self._codes: dict[str, DeviceCode] = {}

    def begin(self, client_id: str, scope: str, page: str) -> dict[str, Any]:
        """Give out a code, or raise `OAuthError`."""
        app = self._apps.get(client_id)
        if app is None:
            raise oauth_errors.unknown_app()
        code = secrets.token_urlsafe(32)
        user_code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        self._codes[code] = DeviceCode(
            client_id=app.client_id,
            user_code=user_code,
            scope=scope,
            expires_at=self._clock() + _LIFETIME,
        )
        return {
            "user_code": user_code,
            "device_code": code,
            "verification_uri": page,
            "expires_in": int(_LIFETIME.total_seconds()),
            "interval": INTERVAL_SECONDS,
            "message": f"To sign in, use a web browser to open the page {page} and enter the code"
            f" {user_code} to authenticate.",
        }

    def find(self, user_code: str) -> DeviceCode | None:
        """Return the code that somebody typed, or None."""
        wanted = user_code.strip().upper()
        return next((one for one in self._codes.values() if one.user_code == wanted), None)

    def redeem(self, app: App, code: str) -> DeviceCode:
        """Return the code once it was typed, or raise `OAuthError`: not yet, or never."""
        found = self._codes.get(code)
        if found is None or found.client_id != app.client_id:
            raise oauth_errors.invalid_grant(70000, "The device code is not known.")
        if found.expires_at < self._clock():
            raise oauth_errors.not_yet("expired_token", 70020, "The device code has expired.")
        if found.user_id is None:
            raise oauth_errors.not_yet(
                "authorization_pending", 70016, "The user has not signed in yet."
            )
        return self._codes.pop(code)

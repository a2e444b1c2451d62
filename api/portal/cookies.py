"""The portal's cookies: the session's id, and a sign-in that is under way, sealed."""

import base64
import hashlib
import json
import secrets
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from starlette.requests import HTTPConnection
from starlette.responses import Response

from domain.portal.session import SESSION_LASTS

SIGN_IN_LASTS = timedelta(minutes=10)

_SESSION = "mfa-rollout-session"
_FLOW = "mfa-rollout-sign-in"
_ID_BYTES = 32
_PURPOSE = b"mfa-rollout portal sign-in"


class Cookies:
    """Sets and reads them: only over https where the portal has it, never readable by scripts.

    ``__Host-`` (RFC 6265bis, 4.1.3.2) keeps other hosts of the domain from setting ours.
    """

    def __init__(self, *, keys: tuple[bytes, ...], over_tls: bool) -> None:
        """Seal with a key that is derived from the newest of ``keys``; open with any."""
        self._seal = MultiFernet([Fernet(_derived(key)) for key in keys])
        self._over_tls = over_tls

    def new_id(self) -> str:
        """Return an id for a new session."""
        return secrets.token_urlsafe(_ID_BYTES)

    def session_of(self, connection: HTTPConnection) -> str | None:
        """Return the hash of the session's id that a request brings."""
        value = connection.cookies.get(self._name(_SESSION))
        return hash_of(value) if value else None

    def set_session(self, response: Response, session_id: str) -> None:
        """Give the browser the id of its session."""
        self._set(response, _SESSION, session_id, SESSION_LASTS)

    def drop_session(self, response: Response) -> None:
        """Take the id away."""
        self._set(response, _SESSION, "", timedelta())

    def set_flow(self, response: Response, flow: dict[str, Any]) -> None:
        """Let the browser keep what its sign-in needs when it comes back; it can't read it."""
        sealed = self._seal.encrypt(json.dumps(flow).encode()).decode()
        self._set(response, _FLOW, sealed, SIGN_IN_LASTS)

    def drop_flow(self, response: Response) -> None:
        """Take it away again: a sign-in is finished once."""
        self._set(response, _FLOW, "", timedelta())

    def flow_of(self, connection: HTTPConnection) -> dict[str, Any] | None:
        """Return what a sign-in that is under way needs; None where it is too old, or not ours."""
        sealed = connection.cookies.get(self._name(_FLOW), "")
        try:
            opened = self._seal.decrypt(sealed.encode(), ttl=int(SIGN_IN_LASTS.total_seconds()))
        except (InvalidToken, UnicodeEncodeError):
            return None
        flow: dict[str, Any] = json.loads(opened)
        return flow

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self._over_tls else name

    def _set(self, response: Response, name: str, value: str, lasts: timedelta) -> None:
        response.set_cookie(
            self._name(name),
            value,
            max_age=int(lasts.total_seconds()),
            path="/",
            secure=self._over_tls,
            httponly=True,
            samesite="lax",
        )


def hash_of(session_id: str) -> str:
    """Return what is stored of a session's id."""
    return hashlib.sha256(session_id.encode("utf-8", "replace")).hexdigest()


def _derived(key: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key)
    return base64.urlsafe_b64encode(derived)

"""How an app registration proves who it is: client secret, certificate, or federated token."""

from typing import Any, Protocol

import msal
import requests
import structlog

from domain.failures import SignInFailed
from domain.microsoft.connection import (
    AppIdentity,
    CertificateFile,
    ClientSecret,
    Connection,
    FederatedToken,
    ManagedIdentity,
)
from graph.http.errors import ADMIN_GUIDE
from graph.http.transport import EntraSession
from graph.sign_in.certificate import read_certificate
from graph.sign_in.failures import refusal, unreachable
from graph.sign_in.managed_identity import ManagedIdentityApp

log = structlog.get_logger(__name__)


class App(Protocol):
    """Asks for tokens; it blocks."""

    def acquire(self, *, anew: bool) -> dict[str, Any]:
        """Return an answer with ``access_token``, from msal's cache unless it is wanted anew.

        Raises:
            SignInFailed: Entra ID refuses, or what the app signs in with can't be used.
            Throttled, ServiceUnavailable: Entra ID can't answer now.
        """

    def close(self) -> None:
        """Close the connections."""


def app_of(connection: Connection) -> App:
    """Return what asks for tokens as this app. Nothing is asked yet."""
    if isinstance(connection.identity, ManagedIdentity):
        return ManagedIdentityApp(connection, connection.identity)
    return RegisteredApp(connection)


class RegisteredApp:
    """An app registration with a credential of its own."""

    def __init__(self, connection: Connection) -> None:
        """Remember who the app is."""
        self._connection = connection
        self._session = EntraSession(connection.http)
        # Outlives the certificate: a token that is still good is used after a renewal, too.
        self._cache = msal.TokenCache()
        self._app: msal.ConfidentialClientApplication | None = None
        self._built_from: object = None

    def acquire(self, *, anew: bool) -> dict[str, Any]:
        """Return Entra ID's answer to a request for a token."""
        if anew and isinstance(self._connection.identity, CertificateFile):
            # A new application makes a new assertion; each is meant to be used once.
            self._built_from = None
        try:
            app = self.application()
            if anew:
                app.remove_tokens_for_client()
            answer = app.acquire_token_for_client(scopes=[f"{self._connection.resource}/.default"])
        except requests.RequestException as error:
            # Not chained: requests quotes addresses in its messages.
            raise unreachable(error, self._connection.prefix) from None
        if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
            raise refusal(answer or {}, self._connection.prefix)
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def application(self) -> msal.ConfidentialClientApplication:
        """Return msal's application, made anew when its certificate's file has changed; it blocks.

        Raises:
            SignInFailed: what the app signs in with can't be used.
        """
        version = _version_of(self._connection.identity)
        if self._app is None or version != self._built_from:
            try:
                self._app = self._build()
            except SignInFailed as failure:
                if self._app is None:
                    raise
                # Half written, perhaps: what was read before is used until this can be read.
                log.warning("certificate not read again", reason=str(failure))
                return self._app
            self._built_from = version
        return self._app

    def _build(self) -> msal.ConfidentialClientApplication:
        connection = self._connection
        credential = _credential(connection.identity, connection.prefix)
        try:
            return msal.ConfidentialClientApplication(
                connection.client_id,
                client_credential=credential,
                authority=connection.authority,
                # True would make msal ask login.microsoftonline.com even about Microsoft's hosts.
                instance_discovery=False if connection.is_simulated else None,
                http_client=self._session,
                token_cache=self._cache,
            )
        except requests.RequestException:
            raise
        except ValueError:
            raise SignInFailed(
                "The app can't sign in: the authority is not an https address. Check "
                f"AUTHORITY_HOST and TENANT_ID: see {ADMIN_GUIDE}."
            ) from None


def _version_of(identity: AppIdentity) -> object:
    """Return what changes with the certificate's file, None where it can't be looked at."""
    if not isinstance(identity, CertificateFile):
        return identity
    try:
        status = identity.path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _credential(identity: AppIdentity, prefix: str) -> Any:
    """Return the credential in the form that msal takes."""
    match identity:
        case ClientSecret(value=secret):
            return secret
        case CertificateFile():
            certificate = read_certificate(identity, prefix)
            return {
                "private_key": certificate.private_key,
                "public_certificate": certificate.public_certificate,
            }
        case FederatedToken():
            # Asked for each request: whoever issues the token renews the file.
            return {"client_assertion": lambda: _read_token(identity, prefix)}
    raise TypeError(identity)


def _read_token(identity: FederatedToken, prefix: str) -> str:
    try:
        token = identity.path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    if token:
        return token
    raise SignInFailed(f"{prefix}FEDERATED_TOKEN_FILE can't be read, or is empty.")

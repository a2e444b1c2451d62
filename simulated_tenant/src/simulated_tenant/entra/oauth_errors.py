"""Errors of the token service: an OAuth code and an AADSTS number."""

import uuid
from http import HTTPStatus
from typing import Any

from simulated_tenant.clock import Clock


class OAuthError(Exception):
    """A refusal of the token service."""

    def __init__(self, status: int, error: str, code: int, description: str) -> None:
        """Keep the OAuth code, the AADSTS number and the sentence for people."""
        super().__init__(f"{error} AADSTS{code}")
        self.status = int(status)
        self.error = error
        self.code = code
        self.description = description

    def body(self, clock: Clock) -> dict[str, Any]:
        """Build the answer as Entra writes it."""
        trace_id, correlation_id = str(uuid.uuid4()), str(uuid.uuid4())
        timestamp = clock().strftime("%Y-%m-%d %H:%M:%SZ")
        return {
            "error": self.error,
            "error_description": f"AADSTS{self.code}: {self.description} Trace ID: {trace_id}"
            f" Correlation ID: {correlation_id} Timestamp: {timestamp}",
            "error_codes": [self.code],
            "timestamp": timestamp,
            "trace_id": trace_id,
            "correlation_id": correlation_id,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.code}",
        }


def unknown_tenant(tenant_id: str) -> OAuthError:
    """Refuse a tenant that isn't ours."""
    return OAuthError(
        HTTPStatus.BAD_REQUEST,
        "invalid_tenant",
        90002,
        f"Tenant '{tenant_id[:64]}' not found. Check that you have the correct tenant ID.",
    )


def unknown_app() -> OAuthError:
    """Refuse a client id that isn't registered."""
    return OAuthError(
        HTTPStatus.BAD_REQUEST,
        "unauthorized_client",
        700016,
        "The application was not found in the directory.",
    )


def wrong_secret() -> OAuthError:
    """Refuse a client secret."""
    return OAuthError(
        HTTPStatus.UNAUTHORIZED,
        "invalid_client",
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the"
        " client secret value, not the client secret ID.",
    )


def expired_secret() -> OAuthError:
    """Refuse a client secret whose time is over."""
    return OAuthError(
        HTTPStatus.UNAUTHORIZED,
        "invalid_client",
        7000222,
        "The provided client secret keys for app are expired. Visit the Azure portal to create new"
        " keys for your app.",
    )


def no_credential() -> OAuthError:
    """Refuse a request that proves nothing."""
    return OAuthError(
        HTTPStatus.UNAUTHORIZED,
        "invalid_client",
        7000218,
        "The request body must contain the following parameter: 'client_assertion' or"
        " 'client_secret'.",
    )


def refused_assertion(code: int, description: str) -> OAuthError:
    """Refuse a client assertion."""
    return OAuthError(HTTPStatus.UNAUTHORIZED, "invalid_client", code, description)


def invalid_scope() -> OAuthError:
    """Refuse scopes other than one resource's ``.default``."""
    return OAuthError(
        HTTPStatus.BAD_REQUEST,
        "invalid_scope",
        1002012,
        "The provided value for scope is not valid. Client credential flows must have a scope"
        " value with /.default suffixed to the resource identifier.",
    )


def unknown_resource() -> OAuthError:
    """Refuse a resource that nobody registered."""
    return OAuthError(
        HTTPStatus.BAD_REQUEST,
        "invalid_resource",
        500011,
        "The resource principal was not found in the tenant.",
    )


def unsupported_grant() -> OAuthError:
    """Refuse grants that aren't simulated."""
    return OAuthError(
        HTTPStatus.BAD_REQUEST,
        "unsupported_grant_type",
        70003,
        "The app requested an unsupported grant type.",
    )


def not_yet(error: str, code: int, description: str) -> OAuthError:
    """Answer a poll for the token of a device code."""
    return OAuthError(HTTPStatus.BAD_REQUEST, error, code, description)


def invalid_grant(code: int, description: str) -> OAuthError:
    """Refuse an authorization code."""
    return OAuthError(HTTPStatus.BAD_REQUEST, "invalid_grant", code, description)

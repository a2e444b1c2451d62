"""Verify the signed assertions with which apps prove who they are.

One is signed with the key of the app's certificate; another comes from an issuer that the app
trusts (workload identity federation).
"""

import base64
import hashlib
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from simulated_tenant.clock import Clock
from simulated_tenant.entra import federation
from simulated_tenant.entra.apps import App
from simulated_tenant.entra.oauth_errors import refused_assertion

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_CLOCK_SKEW_SECONDS = 300


class Assertions:
    """Checks assertions and remembers their ``jti``, so that none is used twice."""

    def __init__(self, clock: Clock) -> None:
        """Start without memories: a restart forgets which assertions were used."""
        self._clock = clock
        self._used: dict[str, float] = {}

    def verify(self, app: App, assertion: str, audiences: list[str]) -> None:
        """Accept the assertion, or raise `OAuthError` (``invalid_client``)."""
        try:
            header = jwt.get_unverified_header(assertion)
            issuer = jwt.decode(assertion, options={"verify_signature": False}).get("iss")
        except jwt.InvalidTokenError:
            raise refused_assertion(50027, "JWT token is invalid or malformed.") from None
        if app.federated_credentials and str(issuer).lower() != app.client_id.lower():
            federation.verify(app, assertion, now=self._clock())
            return
        key = self._key(app, header)
        try:
            claims = jwt.decode(
                assertion,
                key,
                algorithms=["RS256", "PS256"],
                audience=audiences,
                options={
                    "require": ["exp", "iss", "sub", "aud", "jti"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidAudienceError:
            raise refused_assertion(700023, "The assertion audience doesn't match.") from None
        except jwt.InvalidSignatureError:
            raise refused_assertion(
                700027, "The certificate's signature validation failed."
            ) from None
        except jwt.InvalidTokenError:
            raise refused_assertion(50027, "JWT token is invalid or malformed.") from None
        self._check_claims(app, claims)

    def _key(self, app: App, header: dict[str, Any]) -> rsa.RSAPublicKey:
        for pem in app.certificates:
            certificate = x509.load_pem_x509_certificate(pem.encode())
            der = certificate.public_bytes(serialization.Encoding.DER)
            # SHA-1 is what the older ``x5t`` header is made of; nothing is trusted because of it.
            thumbprints = {
                "x5t": _base64url(hashlib.sha1(der, usedforsecurity=False).digest()),
                "x5t#S256": _base64url(hashlib.sha256(der).digest()),
            }
            key = certificate.public_key()
            if isinstance(key, rsa.RSAPublicKey) and any(
                # msal leaves the padding on.
                str(header.get(name, "")).rstrip("=") == value
                for name, value in thumbprints.items()
            ):
                return key
        raise refused_assertion(
            700027, "The key was not found by the thumbprint in the assertion's header."
        )

    def _check_claims(self, app: App, claims: dict[str, Any]) -> None:
        now = self._clock().timestamp()
        if {claims["iss"].lower(), claims["sub"].lower()} != {app.client_id.lower()}:
            raise refused_assertion(700021, "The assertion's issuer isn't the client.")
        expires = float(claims["exp"])
        not_before = float(claims.get("nbf", now))
        if expires + _CLOCK_SKEW_SECONDS < now or not_before - _CLOCK_SKEW_SECONDS > now:
            raise refused_assertion(
                700024, "The client assertion is not within its valid time range."
            )
        self._used = {jti: until for jti, until in self._used.items() if until > now}
        if claims["jti"] in self._used:
            raise refused_assertion(50027, "The assertion's jti was used before.")
        self._used[claims["jti"]] = expires + _CLOCK_SKEW_SECONDS


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")

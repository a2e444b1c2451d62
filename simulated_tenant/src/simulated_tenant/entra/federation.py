"""Verify tokens of other issuers: an app trusts one by its issuer, subject and audience.

https://learn.microsoft.com/entra/workload-id/workload-identity-federation
"""

from datetime import datetime
from typing import Any

import jwt

from simulated_tenant.entra.apps import App, FederatedCredential
from simulated_tenant.entra.oauth_errors import refused_assertion

_CLOCK_SKEW_SECONDS = 300


def verify(app: App, assertion: str, *, now: datetime) -> None:
    """Accept the token, or raise `OAuthError` (``invalid_client``). It may be used again."""
    claims: dict[str, Any] = jwt.decode(assertion, options={"verify_signature": False})
    credential = _credential(app, claims)
    try:
        jwt.decode(
            assertion,
            credential.public_key,
            algorithms=["RS256"],
            audience=credential.audience,
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError:
        raise refused_assertion(7000272, "The assertion's signature is not valid.") from None
    expires = float(claims.get("exp", 0))
    if expires + _CLOCK_SKEW_SECONDS < now.timestamp():
        raise refused_assertion(700024, "The assertion is not within its valid time range.")


def _credential(app: App, claims: dict[str, Any]) -> FederatedCredential:
    """Return the credential that the claims fit, or say which of them fits none."""
    found = app.federated_credentials
    audiences = claims.get("aud", ())
    named = {audiences} if isinstance(audiences, str) else set(audiences)
    for number, what, fits in (
        (700211, "issuer", lambda one: one.issuer == claims.get("iss")),
        (700213, "subject", lambda one: one.subject == claims.get("sub")),
        (700212, "audience", lambda one: one.audience in named),
    ):
        found = [one for one in found if fits(one)]
        if not found:
            raise refused_assertion(
                number,
                f"No matching federated identity record found for presented assertion {what}.",
            )
    return found[0]

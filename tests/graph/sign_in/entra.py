"""A scripted Entra ID: what it answers, and a source of tokens that asks it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from domain.microsoft.connection import AppIdentity, ClientSecret, Connection, HttpOptions
from graph.sign_in.tokens import MEMORY, YOUNG, TokenSource
from tests.graph.http.peer import Answer, Peer

TENANT = "5f0c7b36-7b8e-4c39-9d0c-6f2c5a6d1b10"
CLIENT = "0d9f3a52-1a8e-4f5e-8b54-0f8a7c9e2d33"
SECRET = "not-a-real-secret"


@contextmanager
def signing_in(
    entra: Peer,
    bundle: Path | None,
    identity: AppIdentity = ClientSecret(value=SECRET),  # noqa: B008 - frozen
    memory: timedelta = MEMORY,
    young: timedelta = YOUNG,
) -> Iterator[TokenSource]:
    """Yield a source of tokens from the scripted Entra ID, and close it."""
    source = TokenSource(
        Connection(
            authority=f"{entra.origin}/{TENANT}",
            base_url="https://localhost/v1.0",
            client_id=CLIENT,
            identity=identity,
            http=HttpOptions(ca_bundle=bundle),
            is_simulated=True,
        ),
        memory=memory,
        young=young,
    )
    try:
        yield source
    finally:
        source.close()


def discovery(entra: Peer) -> Answer:
    """Return what Entra ID says about a tenant that exists."""
    base = f"{entra.origin}/{TENANT}"
    return Answer(
        body={
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
        }
    )


def granted(token: str, seconds: int = 3600) -> Answer:
    """Return the grant of a token."""
    return Answer(body={"token_type": "Bearer", "access_token": token, "expires_in": seconds})


def refused(number: int, status: int = 401, error: str = "invalid_client") -> Answer:
    """Return a refusal as Entra ID words it."""
    description = f"AADSTS{number}: No. Trace ID: 1 for app '{CLIENT}' ada@contoso.com"
    body = {"error": error, "error_description": description, "error_codes": [number]}
    return Answer(status=status, body=body)

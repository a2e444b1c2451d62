"""A scene in a real tenant, if one is configured: ``docs/contract-tests.md`` says how."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from domain.microsoft.connection import (
    AppIdentity,
    CertificateFile,
    ClientSecret,
    Connection,
    HttpOptions,
)
from graph.http.client import GraphClient
from graph.http.transport import open_exchange, open_http
from graph.sign_in.tokens import TokenSource
from settings.microsoft import MICROSOFT_AUTHORITIES
from tests.contract.scene import Scene

PREFIX = "CONTRACT_TENANT_"
REQUIRED = (
    "ID",
    "CLIENT_ID",
    "USER",
    "GROUP_ID",
    "SITE_ID",
    "LIST_ID",
    "SENDER",
)
PATIENCE = timedelta(minutes=2)


def is_configured(environment: Mapping[str, str]) -> bool:
    """Say whether somebody wants the agreements to be checked in a real tenant."""
    return any(environment.get(name) for name in environment if name.startswith(PREFIX))


@asynccontextmanager
async def real_scene(
    environment: Mapping[str, str], *, patience: timedelta = PATIENCE
) -> AsyncIterator[Scene]:
    """Yield a scene in the tenant that the environment names.

    Raises:
        ValueError: a variable is missing; the message names it.
    """
    missing = [PREFIX + name for name in REQUIRED if not environment.get(PREFIX + name)]
    if missing:
        raise ValueError(f"Set {', '.join(missing)}: see docs/contract-tests.md.")
    given = {name: environment[PREFIX + name] for name in REQUIRED}
    authority = environment.get(PREFIX + "AUTHORITY_HOST") or "https://login.microsoftonline.com"
    graph_url = environment.get(PREFIX + "GRAPH_BASE_URL") or "https://graph.microsoft.com/v1.0"
    bundle = environment.get(PREFIX + "CA_BUNDLE")
    connection = Connection(
        authority=f"{authority.rstrip('/')}/{given['ID']}",
        base_url=graph_url,
        client_id=given["CLIENT_ID"],
        identity=_identity(environment),
        http=HttpOptions(ca_bundle=Path(bundle) if bundle else None),
        is_simulated=urlsplit(authority).hostname not in MICROSOFT_AUTHORITIES,
    )
    tokens = TokenSource(connection)
    try:
        async with open_http(connection.http) as http, open_exchange(connection.http) as way:
            yield Scene(
                http=http,
                graph=GraphClient(way, graph_url, tokens),
                tokens=tokens,
                user=given["USER"],
                group_id=given["GROUP_ID"],
                site_id=given["SITE_ID"],
                list_id=given["LIST_ID"],
                sender=given["SENDER"],
                patience=patience,
            )
    finally:
        tokens.close()


def _identity(environment: Mapping[str, str]) -> AppIdentity:
    if secret := environment.get(PREFIX + "CLIENT_SECRET"):
        return ClientSecret(value=secret)
    if file := environment.get(PREFIX + "CLIENT_CERTIFICATE_FILE"):
        return CertificateFile(path=Path(file))
    raise ValueError(
        f"Set {PREFIX}CLIENT_SECRET or {PREFIX}CLIENT_CERTIFICATE_FILE: see docs/contract-tests.md."
    )

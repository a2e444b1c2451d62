"""The worker's sign-in at Microsoft Graph."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from graph.http import connection
from graph.http.client import GraphClient
from graph.http.connection import Connection, certificate
from graph.sign_in.tokens import Certificate
from settings import WorkerSettings


def open_graph(settings: WorkerSettings) -> AbstractAsyncContextManager[GraphClient]:
    """Open the worker's client of Microsoft Graph."""
    return connection.open_graph(
        Connection(
            authority=f"{settings.authority_host}/{settings.tenant_id}",
            client_id=settings.client_id,
            credential=_credential(settings),
            base_url=settings.graph_base_url,
            ca_bundle=settings.ca_bundle,
            instance_discovery=not settings.simulated_tenant,
        )
    )


def _credential(settings: WorkerSettings) -> str | Certificate:
    if settings.client_secret is not None:
        return settings.client_secret.get_secret_value()
    return certificate(settings.client_certificate_file or Path())

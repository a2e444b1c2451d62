"""Microsoft Graph with an admin's own sign-in, for what the worker may not do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cli.terminal import err
from graph.http.client import GraphClient
from graph.http.connection import Connection, open_graph
from graph.http.transport import open_http
from graph.sign_in.device_code import DeviceCodeTokens
from settings import ProvisionSettings


@asynccontextmanager
async def open_graph_of_admin(settings: ProvisionSettings) -> AsyncIterator[GraphClient]:
    """Open a client with an admin's own sign-in: an app's secret, or a code for the browser."""
    authority = f"{settings.authority_host}/{settings.tenant_id}"
    if settings.provision_client_secret is not None:
        connection = Connection(
            authority=authority,
            client_id=settings.provision_client_id,
            credential=settings.provision_client_secret.get_secret_value(),
            base_url=settings.graph_base_url,
            ca_bundle=settings.ca_bundle,
            instance_discovery=not settings.simulated_tenant,
        )
        async with open_graph(connection) as graph:
            yield graph
        return
    tokens = DeviceCodeTokens(
        authority=authority,
        client_id=settings.provision_client_id,
        show=lambda message: err.print(message, markup=False, soft_wrap=True),
        instance_discovery=not settings.simulated_tenant,
        ca_bundle=settings.ca_bundle,
    )
    try:
        async with open_http(settings.ca_bundle) as http:
            yield GraphClient(http, settings.graph_base_url, tokens)
    finally:
        tokens.close()

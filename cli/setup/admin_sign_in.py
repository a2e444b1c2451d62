"""Microsoft Graph with an admin's own sign-in, for what the worker may not do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cli.terminal import err
from graph.http.client import GraphClient
from graph.http.connection import open_graph
from graph.http.transport import open_http
from graph.sign_in.device_code import DeviceCodeTokens
from settings import ProvisionSettings


@asynccontextmanager
async def open_graph_of_admin(settings: ProvisionSettings) -> AsyncIterator[GraphClient]:
    """Open a client with an admin's own sign-in: an app's secret, or a code for the browser."""
    if settings.provision_client_secret is not None:
        async with open_graph(settings.connection) as graph:
            yield graph
        return
    tokens = DeviceCodeTokens(
        authority=f"{settings.authority_host}/{settings.tenant_id}",
        client_id=settings.provision_client_id,
        show=lambda message: err.print(message, markup=False, soft_wrap=True),
        is_simulated=settings.simulated_tenant,
        http=settings.http_options,
    )
    try:
        async with open_http(settings.http_options) as http:
            yield GraphClient(http, settings.graph_base_url, tokens)
    finally:
        tokens.close()

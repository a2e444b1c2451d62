"""From settings to connections to Microsoft Graph, for the processes that aren't workers."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from cli.verbs import err
from graph.client import GraphClient
from graph.connection import Connection, certificate, open_graph
from graph.device_code import DeviceCodeTokens
from graph.transport import open_http
from settings import ApiSettings, ProvisionSettings


def open_graph_of_api(settings: ApiSettings) -> AbstractAsyncContextManager[GraphClient] | None:
    """Return the API's client, which may only read the list; None where it has no sign-in."""
    if settings.api_client_id is None:
        return None
    secret, file = settings.api_client_secret, settings.api_client_certificate_file
    return open_graph(
        Connection(
            authority=f"{settings.authority_host}/{settings.tenant_id}",
            client_id=settings.api_client_id,
            credential=certificate(file) if file else secret.get_secret_value() if secret else "",
            base_url=settings.graph_base_url,
            ca_bundle=settings.ca_bundle,
            instance_discovery=not settings.simulated_tenant,
        )
    )


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

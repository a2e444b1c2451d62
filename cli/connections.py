"""From settings to connections to Microsoft Graph, for the processes that aren't workers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client

from cli.verbs import err
from graph.http.client import GraphClient
from graph.http.connection import Connection, certificate, open_graph
from graph.http.transport import open_http
from graph.sign_in.device_code import DeviceCodeTokens
from graph.tracking_list import TrackingList
from settings import ApiSettings, ProvisionSettings, SettingsError, temporal_environment
from temporal.connect import UnreadableProfileError, connect_as_configured


async def connect_to_temporal(*, lazy: bool = False) -> Client:
    """Return a client for the Temporal server that environment and ``.env`` name.

    Raises:
        SettingsError: a setting is wrong, or a file that it names can't be used.
        RuntimeError: the server can't be reached, unless ``lazy``.
    """
    try:
        return await connect_as_configured(temporal_environment(), lazy=lazy)
    except UnreadableProfileError:
        raise SettingsError(
            "Temporal's configuration file cannot be used: look at TEMPORAL_CONFIG_FILE, at the "
            "profile that TEMPORAL_PROFILE names, and at the files that it names."
        ) from None


@asynccontextmanager
async def open_list_of_api(settings: ApiSettings) -> AsyncIterator[TrackingList | None]:
    """Open the tracking list with the API's own sign-in, which may only read it.

    None where the API has no sign-in.
    """
    if settings.api_client_id is None:
        yield None
        return
    secret, file = settings.api_client_secret, settings.api_client_certificate_file
    connection = Connection(
        authority=f"{settings.authority_host}/{settings.tenant_id}",
        client_id=settings.api_client_id,
        credential=certificate(file) if file else secret.get_secret_value() if secret else "",
        base_url=settings.graph_base_url,
        ca_bundle=settings.ca_bundle,
        instance_discovery=not settings.simulated_tenant,
    )
    async with open_graph(connection) as graph:
        yield TrackingList(graph, settings.site_id or "", settings.list_id or "")


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

"""Microsoft Graph with an admin's own sign-in, for what the worker may not do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cli.provision.options import ProvisionOptions
from cli.terminal import err
from graph.http.client import GraphClient
from graph.http.transport import open_exchange
from graph.sign_in.browser import BrowserTokens
from graph.sign_in.device_code import DeviceCodeTokens
from graph.sign_in.given_token import read_given_token
from graph.sign_in.open_graph import open_graph
from graph.sign_in.person import GRAPH_COMMAND_LINE_TOOLS, PersonTokens
from settings import ProvisionSettings


@asynccontextmanager
async def open_graph_of_admin(
    settings: ProvisionSettings, options: ProvisionOptions
) -> AsyncIterator[GraphClient]:
    """Open a client with an admin's own sign-in: a given token, an app's secret, or a person."""
    if options.token is not None:
        given = read_given_token(
            options.token, resource=settings.graph_resource, tenant_id=settings.tenant_id
        )
        async with open_exchange(settings.http_options) as http:
            yield GraphClient(http, settings.graph_base_url, given)
        return
    if settings.provision_client_secret is not None and not options.device_code:
        async with open_graph(settings.connection) as graph:
            yield graph
        return
    tokens = _of_person(settings, options)
    try:
        async with open_exchange(settings.http_options) as http:
            yield GraphClient(http, settings.graph_base_url, tokens)
    finally:
        tokens.close()


def _of_person(settings: ProvisionSettings, options: ProvisionOptions) -> PersonTokens:
    permissions = ["Sites.Manage.All", *(["GroupMember.Read.All"] if options.group else [])]
    way = DeviceCodeTokens if options.device_code else BrowserTokens
    return way(
        authority=f"{settings.authority_host}/{settings.tenant_id}",
        client_id=settings.provision_client_id or GRAPH_COMMAND_LINE_TOOLS,
        scopes=tuple(f"{settings.graph_resource}/{name}" for name in permissions),
        show=lambda message: err.print(message, markup=False, soft_wrap=True),
        is_simulated=settings.simulated_tenant,
        http=settings.http_options,
    )

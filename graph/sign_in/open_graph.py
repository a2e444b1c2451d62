"""Opening a client of Microsoft Graph for one app."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from domain.microsoft.connection import Connection
from graph.http.client import GraphClient
from graph.http.retries import Patience
from graph.http.transport import open_exchange
from graph.sign_in.tokens import TokenSource


@asynccontextmanager
async def open_graph(
    connection: Connection, *, patience: Patience | None = None
) -> AsyncIterator[GraphClient]:
    """Open a client; everything is closed with it. Nothing is asked before the first call.

    ``patience`` bounds the waits inside one call.
    """
    async with AsyncExitStack() as stack:
        tokens = TokenSource(connection)
        stack.callback(tokens.close)
        http = await stack.enter_async_context(open_exchange(connection.http))
        yield GraphClient(http, connection.base_url, tokens, patience=patience)

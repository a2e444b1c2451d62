"""The worker's sign-in at Microsoft Graph."""

from contextlib import AbstractAsyncContextManager

from graph.http.client import GraphClient
from graph.sign_in import open_graph as connection
from settings import WorkerSettings


def open_graph(settings: WorkerSettings) -> AbstractAsyncContextManager[GraphClient]:
    """Open the worker's client of Microsoft Graph."""
    return connection.open_graph(settings.connection)

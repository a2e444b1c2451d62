"""Opening a client of Microsoft Graph for one app: who it is, and where Microsoft is."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from graph.http.client import GraphClient
from graph.http.retries import Patience
from graph.http.transport import open_http
from graph.sign_in.tokens import GRAPH_SCOPE, Certificate, TokenSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What is needed to reach Graph as one app.

    ``authority`` is ``https://login.microsoftonline.com/{tenant id}``, ``base_url`` ends with the
    version. ``instance_discovery`` is False where the authority isn't one of Microsoft's.
    """

    authority: str
    client_id: str
    credential: str | Certificate = field(repr=False)
    base_url: str
    ca_bundle: Path | None = None
    instance_discovery: bool = True

    @property
    def scope(self) -> str:
        """What tokens are asked for: each of Microsoft's clouds has a Graph of its own.

        A simulated tenant stands for the public cloud, wherever it listens.
        """
        host = urlsplit(self.base_url).hostname
        return f"https://{host}/.default" if self.instance_discovery else GRAPH_SCOPE


@asynccontextmanager
async def open_graph(
    connection: Connection, *, patience: Patience | None = None
) -> AsyncIterator[GraphClient]:
    """Open a client; everything is closed with it. Nothing is asked before the first call.

    ``patience`` bounds the waits inside one call.
    """
    async with AsyncExitStack() as stack:
        tokens = TokenSource(
            authority=connection.authority,
            client_id=connection.client_id,
            credential=connection.credential,
            instance_discovery=connection.instance_discovery,
            ca_bundle=connection.ca_bundle,
            scope=connection.scope,
        )
        stack.callback(tokens.close)
        http = await stack.enter_async_context(open_http(connection.ca_bundle))
        yield GraphClient(http, connection.base_url, tokens, patience=patience)


def certificate(path: Path) -> Certificate:
    """Read a PEM file that holds a private key and its certificate.

    Raises:
        OSError: the file can't be read.
    """
    pem = path.read_text()
    return Certificate(private_key=pem, public_certificate=pem)

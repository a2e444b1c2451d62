"""A simulated tenant for tests, as a real https server in the test's own event loop."""

import contextlib
import ssl
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from simulated_tenant import SimulatedTenant, create_app
from simulated_tenant.certificates import CA_FILE, certificate_authority, server_context
from simulated_tenant.exchange.message import Message, Recipient
from simulated_tenant.listener import listening_socket, running
from simulated_tenant.personas.actor import KIND_HEADER

TENANT_ID = "11111111-2222-4333-8444-555555555555"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTenant:
    """A tenant that listens, and where it does.

    ``authority`` and ``graph_url`` are what the product is configured with; ``ca_path`` is the
    PEM file that it has to trust.
    """

    tenant: SimulatedTenant
    origin: str
    ca_path: Path

    @property
    def authority(self) -> str:
        """What msal takes as authority."""
        return f"{self.origin}/{self.tenant.tenant_id}"

    @property
    def graph_url(self) -> str:
        """Microsoft Graph's base URL, ``/v1.0`` included."""
        return f"{self.origin}/v1.0"

    def tls(self) -> ssl.SSLContext:
        """A client's TLS context that trusts the tenant."""
        return ssl.create_default_context(cafile=str(self.ca_path))

    def client(self, client_id: str | None = None) -> httpx.AsyncClient:
        """A client of this tenant's Graph, with the token of an app if one is named."""
        headers = {}
        if client_id is not None:
            headers["Authorization"] = f"Bearer {self.tenant.access_token(client_id)}"
        return httpx.AsyncClient(
            base_url=self.graph_url, verify=self.tls(), headers=headers, trust_env=False
        )


@contextlib.asynccontextmanager
async def running_tenant(
    tenant: SimulatedTenant | None = None, *, name: str = "localhost"
) -> AsyncIterator[RunningTenant]:
    """Serve a tenant on a free port until the block ends.

    Under another name than ``localhost`` only a proxy finds it.

    The tenant lives in the caller's event loop: its methods may be called directly, and blocking
    clients (msal) belong into a thread (``asyncio.to_thread``).
    """
    served = tenant or SimulatedTenant(tenant_id=TENANT_ID)
    with tempfile.TemporaryDirectory(prefix="tenant-") as folder:
        directory = Path(folder)
        tls = server_context(certificate_authority(directory), name)
        listener = listening_socket("127.0.0.1", 0)
        origin = f"https://{name}:{listener.getsockname()[1]}"
        async with running(create_app(served), listener, tls):
            yield RunningTenant(tenant=served, origin=origin, ca_path=directory / CA_FILE)


def graph_client(tenant: SimulatedTenant, client_id: str) -> httpx.AsyncClient:
    """A client that reaches the tenant's Graph without a socket, under Microsoft's own name."""
    transport = httpx.ASGITransport(app=create_app(tenant))
    headers = {"Authorization": f"Bearer {tenant.access_token(client_id)}"}
    return httpx.AsyncClient(
        transport=transport, base_url="https://graph.microsoft.com/v1.0", headers=headers
    )


def deliver(tenant: SimulatedTenant, to: str, subject: str, kind: str = "invitation") -> None:
    """Put a mail of the rollout into somebody's inbox."""
    now, sequence = tenant.clock(), tenant.mailboxes.next_sequence()
    message = Message(
        id=f"m{sequence}",
        folder_bound_id=f"f{sequence}",
        mailbox_id=tenant.user(to).id,
        folder="inbox",
        sequence=sequence,
        created_at=now,
        modified_at=now,
        visible_at=now,
        sent_at=now,
        received_at=now,
        subject=subject,
        to=[Recipient(address=to)],
        headers=[(KIND_HEADER, kind)],
        internet_message_id=f"<{sequence}@contoso.example>",
        is_draft=False,
        is_read=False,
    )
    tenant.mailboxes.put(message)

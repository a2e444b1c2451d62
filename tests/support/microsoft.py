"""The way to a simulated tenant, as the product's settings describe it."""

from domain.microsoft.connection import AppIdentity, ClientSecret, Connection, HttpOptions
from simulated_tenant.testing import RunningTenant


def way_to(running: RunningTenant) -> HttpOptions:
    """Return the options of HTTP clients that trust the tenant."""
    return HttpOptions(ca_bundle=running.ca_path)


def connection_to(
    running: RunningTenant,
    client_id: str,
    identity: AppIdentity | str,
    *,
    tenant_id: str | None = None,
) -> Connection:
    """Return what leads to the tenant as one of its apps; a text is a client secret."""
    return Connection(
        authority=f"{running.origin}/{tenant_id or running.tenant.tenant_id}",
        base_url=running.graph_url,
        client_id=client_id,
        identity=ClientSecret(value=identity) if isinstance(identity, str) else identity,
        http=way_to(running),
        is_simulated=True,
    )

"""The simulated tenant as the product's tests reach it."""

from simulated_tenant.testing import TENANT_ID, RunningTenant, graph_client, running_tenant

__all__ = ["TENANT_ID", "RunningTenant", "graph_client", "running_tenant"]

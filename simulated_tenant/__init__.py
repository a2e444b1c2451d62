"""A simulated tenant: Entra ID, Microsoft Graph, mailboxes and one SharePoint site."""

from simulated_tenant.app import create_app
from simulated_tenant.tenant import SimulatedTenant

__all__ = ["SimulatedTenant", "create_app"]

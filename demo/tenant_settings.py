"""The settings with which the product uses a simulated tenant."""

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTenant:
    """What has to be known of the simulated tenant."""

    tenant_id: str
    client_id: str
    client_secret: str
    api_client_id: str
    api_client_secret: str
    command_line_client_id: str
    provision_client_id: str
    provision_client_secret: str
    group_id: str
    excluded_group_id: str
    site_id: str
    list_id: str
    sender: str
    sample_csv: str


def settings_of_tenant(
    tenant: DemoTenant, *, microsoft: str, pages: str, ca_bundle: Path
) -> dict[str, str]:
    """Return what is the tenant's: where it is, and who signs in there.

    Args:
        tenant: its ids and secrets.
        microsoft: the address of its Entra ID and Graph.
        pages: the address of its pages for people.
        ca_bundle: the file with its certificate authority.
    """
    return {
        "SIMULATED_TENANT": "on",
        "AUTHORITY_HOST": microsoft,
        "GRAPH_BASE_URL": f"{microsoft}/v1.0",
        "CA_BUNDLE": str(ca_bundle),
        "TENANT_ID": tenant.tenant_id,
        "CLIENT_ID": tenant.client_id,
        "CLIENT_SECRET": tenant.client_secret,
        "API_CLIENT_ID": tenant.api_client_id,
        "API_CLIENT_SECRET": tenant.api_client_secret,
        "API_ALLOWED_CLIENTS": tenant.command_line_client_id,
        "COMMAND_LINE_CLIENT_ID": tenant.command_line_client_id,
        "ENFORCEMENT_GROUP_ID": tenant.group_id,
        "SITE_ID": tenant.site_id,
        "LIST_ID": tenant.list_id,
        "SENDER_MAILBOXES": tenant.sender,
        "MFA_SETUP_URL": f"{pages}/security-info",
        "COMPANY_NAME": "Contoso",
        "SUPPORT_TEAM": "Contoso IT service desk",
        "SUPPORT_EMAIL": "servicedesk@contoso.example",
        "SUPPORT_PHONE": "+44 20 7946 0000",
    }


def env_file(tenant: DemoTenant, *, microsoft: str, pages: str, ca_bundle: Path) -> str:
    """Return a whole ``.env`` for a product on this machine, with a key of its own."""
    settings = {
        **settings_of_tenant(tenant, microsoft=microsoft, pages=pages, ca_bundle=ca_bundle),
        "PROVISION_CLIENT_ID": tenant.provision_client_id,
        "PROVISION_CLIENT_SECRET": tenant.provision_client_secret,
        "EXCLUDED_GROUP_ID": tenant.excluded_group_id,
        "PUBLIC_BASE_URL": "http://localhost:8080",
        "TRACKING_TOKEN_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())

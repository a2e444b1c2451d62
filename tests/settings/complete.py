"""Complete settings of worker and API, and what is said of those that are wrong."""

import base64
from collections.abc import Mapping

import pytest

from settings import (
    ApiSettings,
    PolicySettings,
    PreviewSettings,
    ProvisionSettings,
    SettingsError,
    TemporalSettings,
    WorkerSettings,
    load_settings,
    settings_from,
)
from settings.base import Settings

KEY_BYTES = bytes(range(32))
OTHER_KEY_BYTES = bytes(range(100, 132))
KEY = base64.b64encode(KEY_BYTES).decode()
OTHER_KEY = base64.b64encode(OTHER_KEY_BYTES).decode()
SECRET_VALUE = "qHx9-never-shown"
PUBLIC = {
    "TRACKING_TOKEN_KEY": KEY,
    "PUBLIC_BASE_URL": "https://mfa.contoso.com/",
    "COMPANY_NAME": "Contoso",
    "SUPPORT_EMAIL": "it@contoso.com",
}
WORKER = PUBLIC | {
    "TENANT_ID": "11111111-2222-4333-8444-555555555555",
    "CLIENT_ID": "0d9f3a52-1a8e-4f5e-8b54-0f8a7c9e2d33",
    "CLIENT_SECRET": "a-secret-of-ours-0123456789-0123456789",
    "ENFORCEMENT_GROUP_ID": "22222222-2222-4333-8444-555555555555",
    "SITE_ID": "contoso.sharepoint.com,44444444-2222-4333-8444-555555555555,"
    "55555555-2222-4333-8444-555555555555",
    "LIST_ID": "33333333-2222-4333-8444-555555555555",
    "SENDER_MAILBOXES": "MFA@Contoso.com",
}
API = PUBLIC | {
    "TENANT_ID": WORKER["TENANT_ID"],
    "API_CLIENT_ID": "1d9f3a52-1a8e-4f5e-8b54-0f8a7c9e2d33",
    "API_CLIENT_SECRET": "another-secret-of-ours-0123456789",
    "SITE_ID": WORKER["SITE_ID"],
    "LIST_ID": WORKER["LIST_ID"],
}
PROVISION = {
    "TENANT_ID": WORKER["TENANT_ID"],
    "PROVISION_CLIENT_ID": "2d9f3a52-1a8e-4f5e-8b54-0f8a7c9e2d33",
    "SITE_ID": WORKER["SITE_ID"],
}
COMPLETE: dict[type[Settings], Mapping[str, str]] = {
    WorkerSettings: WORKER,
    ApiSettings: API,
    PolicySettings: {},
    PreviewSettings: PUBLIC,
    ProvisionSettings: PROVISION,
    TemporalSettings: {},
}
SIMULATED = WORKER | {
    "SIMULATED_TENANT": "on",
    "AUTHORITY_HOST": "https://localhost:8443",
    "GRAPH_BASE_URL": "https://localhost:8443/v1.0",
}


def put(env: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    """Set these variables."""
    for name, value in variables.items():
        env.setenv(name, value)


def faults(kind: type[Settings]) -> list[str]:
    """Return the lines of what is wrong with what is set."""
    with pytest.raises(SettingsError) as raised:
        load_settings(kind)
    return str(raised.value).splitlines()


def complaints(kind: type[Settings], values: Mapping[str, str]) -> list[str]:
    """Return the lines of what is wrong with these values, none where nothing is."""
    try:
        settings_from(kind, values)
    except SettingsError as error:
        return str(error).splitlines()
    return []


def faults_of(kind: type[Settings], values: Mapping[str, str]) -> list[str]:
    """Return the lines of what is wrong with these values."""
    with pytest.raises(SettingsError) as raised:
        settings_from(kind, values)
    return str(raised.value).splitlines()

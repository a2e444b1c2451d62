"""The set-up as a PowerShell script: values on top, and the same steps for everybody below."""

import json
from collections.abc import Iterable
from pathlib import Path

from cli.provision.as_code.values import (
    APP_NAME,
    LIST_NAME,
    MAIL_PERMISSIONS,
    PERMISSIONS,
    SCOPE_NAME,
    VIEW_NAME,
    Values,
    columns_to_create,
    title_changes,
    view_columns,
)

_BODY = Path(__file__).with_name("worker.ps1")
_ABOUT = """\
# What mfa-rollout needs in a tenant, to be run by an admin with their own rights. Read it first; it
# may be run again. Modules: Microsoft.Graph.Applications, ExchangeOnlineManagement, PnP.PowerShell.
"""


def powershell(values: Values) -> str:
    """Return the script."""
    made = {
        "displayName": LIST_NAME,
        "list": {"template": "genericList"},
        "columns": columns_to_create(),
    }
    lines = [
        _assigned("tenantId", _quoted(values.tenant_id)),
        _assigned("siteUrl", _quoted(values.site_url)),
        _assigned("senders", _array(values.senders)),
        "# The worker's app registration or managed identity; empty makes an app registration.",
        _assigned("clientId", _quoted(values.client_id)),
        "# The worker's certificate (.cer); empty for a secret or a federated credential.",
        _assigned("certificateFile", _quoted("")),
        "# The app with which PnP.PowerShell signs you in: https://pnp.github.io/powershell",
        _assigned("pnpClientId", _quoted("<CLIENT_ID>")),
        "",
        _assigned("appName", _quoted(APP_NAME)),
        _assigned("permissions", _array(PERMISSIONS)),
        _assigned("mailPermissions", _array(MAIL_PERMISSIONS)),
        _assigned("scopeName", _quoted(SCOPE_NAME)),
        _assigned("listName", _quoted(LIST_NAME)),
        _assigned("viewName", _quoted(VIEW_NAME)),
        _assigned("viewColumns", _array(view_columns())),
        _assigned("graphEnvironment", _quoted(values.cloud.graph_powershell)),
        _assigned("exchangeEnvironment", _quoted(values.cloud.exchange_powershell)),
        _assigned("graphUrl", _quoted(values.cloud.graph_base_url)),
        _assigned("titleJson", _quoted(json.dumps(title_changes()))),
        _assigned("listJson", f"@'\n{json.dumps(made, indent=2)}\n'@"),
    ]
    return "\n".join([_ABOUT, *lines, "", _BODY.read_text(encoding="utf-8")])


def _assigned(name: str, value: str) -> str:
    return f"${name} = {value}"


def _array(values: Iterable[str]) -> str:
    return f"@({', '.join(_quoted(value) for value in values)})"


def _quoted(text: str) -> str:
    """Write a text so that PowerShell takes it as it is: typographic quotes end a text, too."""
    doubled = "".join(each * 2 if each in "'\u2018\u2019\u201a\u201b" else each for each in text)
    return f"'{doubled}'"

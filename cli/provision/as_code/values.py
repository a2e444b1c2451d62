"""What the printed code is made of: settings where there are some, and names to fill in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.doctor.permissions import APP_ROLE_IDS
from domain.microsoft.clouds import Cloud
from domain.tracking_list.columns import COLUMNS
from graph.list_columns import definition
from graph.provisioning import TITLE

APP_NAME = "mfa-rollout worker"
LIST_NAME = "MFA rollout"
VIEW_NAME = "Enrolments"
SCOPE_NAME = "mfa-rollout sender"
# In the order of the admin guide's table; the ids are the same in every tenant.
PERMISSIONS = APP_ROLE_IDS
# Granted by Exchange for the senders alone, and never consented to in Entra ID.
MAIL_PERMISSIONS = ("Mail.ReadWrite", "Mail.Send")


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What differs from tenant to tenant; a name in angle brackets is to be filled in."""

    cloud: Cloud
    tenant_id: str = "<TENANT_ID>"
    # Of an app registration or managed identity that is there already.
    client_id: str = ""
    site_url: str = "https://<TENANT>.sharepoint.com/sites/<SITE>"
    senders: Sequence[str] = ("<SENDER>",)


def columns_to_create() -> list[dict[str, Any]]:
    """Return the definitions of the list's columns, without the one that every list has."""
    return [definition(column) for column in COLUMNS if column.name != TITLE]


def title_changes() -> dict[str, Any]:
    """Return what the one column that every list has lacks."""
    return {"indexed": True, "enforceUniqueValues": True}


def view_columns() -> list[str]:
    """Return the columns of the view: SharePoint shows new ones in none."""
    return [column.name for column in COLUMNS]

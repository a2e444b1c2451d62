"""Microsoft's identifiers: GUIDs, and the id of a SharePoint site."""

import re
from typing import Annotated

from domain.plain_text import list_of
from settings.values.validators import written

_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
EXAMPLE_OF_SITE_ID = (
    "contoso.sharepoint.com,44444444-2222-4333-8444-555555555555,"
    "55555555-2222-4333-8444-555555555555"
)
_SITE = re.compile(rf"[a-z0-9.-]+,{_GUID},{_GUID}")


def is_guid(text: str) -> bool:
    """Say whether this is a GUID as Microsoft writes it, in upper or lower case."""
    return bool(re.fullmatch(_GUID, text.casefold()))


def read_guid(text: str) -> str:
    """Read a GUID, in upper or lower case."""
    if not is_guid(text):
        raise ValueError("is not a GUID")
    return text.casefold()


def read_site_id(text: str) -> str:
    """Read the id that Graph gives a site: its host and two GUIDs."""
    if not _SITE.fullmatch(text.casefold()):
        raise ValueError("is not a site id of Microsoft Graph, which is a host name and two GUIDs")
    return text


Guid = Annotated[str, written(read_guid)]
Guids = Annotated[tuple[str, ...], written(list_of(read_guid, unique=True))]
SiteId = Annotated[str, written(read_site_id)]

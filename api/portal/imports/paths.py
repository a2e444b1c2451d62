"""Where the pages about imports and batches are."""

from urllib.parse import quote

from api.portal.paths import PORTAL

IMPORT = f"{PORTAL}/import"
IMPORTS = f"{PORTAL}/imports"
BATCHES = f"{PORTAL}/batches"


def upload_path(upload_id: str) -> str:
    """Return where an upload's preview is."""
    return f"{IMPORT}/{upload_id}"


def import_path(import_id: str) -> str:
    """Return where an import's progress and report are."""
    return f"{IMPORTS}/{quote(import_id, safe='')}"


def batch_path(batch_id: str) -> str:
    """Return where a batch is."""
    return f"{BATCHES}/{quote(batch_id, safe='')}"

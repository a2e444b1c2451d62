"""What an admin has uploaded in the portal, and has not said to start yet."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.imports.columns import FoundColumns
from domain.imports.options.options import ImportOptions
from domain.status import Source

KEPT_FOR = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadOptions:
    """What is chosen for an import: its batch, whom to start again, its own options, and why."""

    batch_id: str
    include_cancelled: bool = False
    restart_active: bool = False
    own: ImportOptions = field(default_factory=ImportOptions)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUpload:
    """An upload that is kept between its preview and its start.

    Attributes:
        upload_id: a random GUID.
        owner_id: the ObjectId of the admin who uploaded it; nobody else sees it.
        created_at: when it came.
        source: how the people are added.
        content_hash: of what the rows say.
        people: rows that name somebody.
        options: what is chosen for the import.
        file_name: what the file is called, if it is one.
        columns: those of the file; None for people who were entered by hand.
        dry_run_id: the id of the dry run that shows what the import would do.
        import_id: the id of the import that was started; no rows are kept from then on.
    """

    upload_id: str
    owner_id: str
    created_at: datetime
    source: Source
    content_hash: str
    people: int
    options: UploadOptions
    file_name: str | None = None
    columns: FoundColumns | None = None
    dry_run_id: str | None = None
    import_id: str | None = None

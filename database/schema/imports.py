"""Imports, the rows that need somebody's eye, and uploads that wait for their admin's word."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table

from database.schema.metadata import METADATA
from database.types import Choice, Document, Guid, Instant, Words
from domain.status import Source
from domain.tables.imports import ImportState, RowOutcome

import_ = Table(
    "import",
    METADATA,
    Column("import_id", Words, primary_key=True),
    Column("batch_id", Words, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("requested_by", Words, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("file_name", Words),
    Column("file_hash", Words, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("options", Document, nullable=False),
    Column("counts", Document, nullable=False),
    Column("state", Choice(ImportState), nullable=False),
    Column("trouble", Words),
    Column("last_invitation_at", Instant),
    Column("finished_at", Instant),
)

Index("ix_import_batch", import_.c.batch_id)
Index("ix_import_requested", import_.c.requested_at)

import_row = Table(
    "import_row",
    METADATA,
    Column(
        "import_id",
        Words,
        ForeignKey("import.import_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("value", Words, nullable=False),
    Column("outcome", Choice(RowOutcome), nullable=False),
    Column("reason", Words),
    Column("detail", Words),
    Column("candidates", Document, nullable=False),
    Column("object_id", Guid),
)

Index("ix_import_row_person", import_row.c.object_id)
Index("ix_import_row_outcome", import_row.c.outcome, import_row.c.import_id)

# What an admin has uploaded in the portal, until they start the import, for two hours at most.
upload = Table(
    "upload",
    METADATA,
    Column("upload_id", Guid, primary_key=True),
    Column("owner_id", Guid, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("source", Choice(Source), nullable=False),
    Column("file_name", Words),
    Column("content_hash", Words, nullable=False),
    Column("people", Integer, nullable=False),
    Column("columns", Document),
    # The batch, and whom to start again.
    Column("options", Document, nullable=False),
    Column("dry_run_id", Words),
    # Of the import that was started from it; then there are no parts any more.
    Column("import_id", Words),
)

Index("ix_upload_created", upload.c.created_at)

upload_part = Table(
    "upload_part",
    METADATA,
    Column("upload_id", Guid, ForeignKey("upload.upload_id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # As text: a large file isn't decoded at once, while pixels wait.
    Column("rows", Words, nullable=False),
)

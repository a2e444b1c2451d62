"""Imports, and the rows that need somebody's eye."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table

from database.schema.metadata import METADATA
from database.types import Choice, Document, Guid, Instant, Words
from domain.records.imports import ImportState, RowOutcome

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

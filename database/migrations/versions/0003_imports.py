"""Creates the tables of imports."""

import sqlalchemy as sa
from alembic import op

from database.types import Document, Guid, Instant, Words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables of imports."""
    op.create_table(
        "import",
        sa.Column("import_id", Words(), nullable=False),
        sa.Column("batch_id", Words(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("requested_by", Words(), nullable=False),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("file_name", Words(), nullable=True),
        sa.Column("file_hash", Words(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("options", Document(), nullable=False),
        sa.Column("counts", Document(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("trouble", Words(), nullable=True),
        sa.Column("last_invitation_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import")),
    )
    op.create_index("ix_import_batch", "import", ["batch_id"], unique=False)
    op.create_index("ix_import_requested", "import", ["requested_at"], unique=False)
    op.create_table(
        "import_row",
        sa.Column("import_id", Words(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", Words(), nullable=False),
        sa.Column("outcome", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=True),
        sa.Column("detail", Words(), nullable=True),
        sa.Column("candidates", Document(), nullable=False),
        sa.Column("object_id", Guid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["import.import_id"],
            name=op.f("fk_import_row_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_outcome", "import_row", ["outcome", "import_id"], unique=False)
    op.create_index("ix_import_row_person", "import_row", ["object_id"], unique=False)
    op.create_table(
        "upload",
        sa.Column("upload_id", Guid(), nullable=False),
        sa.Column("owner_id", Guid(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("source", Words(), nullable=False),
        sa.Column("file_name", Words(), nullable=True),
        sa.Column("content_hash", Words(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("columns", Document(), nullable=True),
        sa.Column("options", Document(), nullable=False),
        sa.Column("dry_run_id", Words(), nullable=True),
        sa.Column("import_id", Words(), nullable=True),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_upload")),
    )
    op.create_index("ix_upload_created", "upload", ["created_at"], unique=False)
    op.create_table(
        "upload_part",
        sa.Column("upload_id", Guid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rows", Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["upload.upload_id"],
            name=op.f("fk_upload_part_upload_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("upload_id", "number", name=op.f("pk_upload_part")),
    )

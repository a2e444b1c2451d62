"""Creates the audit log."""

import sqlalchemy as sa
from alembic import op

from database.types import Guid, Instant, Words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the audit log."""
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", Words(), nullable=True),
        sa.Column("actor_name", Words(), nullable=False),
        sa.Column("actor_app", Words(), nullable=True),
        sa.Column("actor_address", Words(), nullable=True),
        sa.Column("action", Words(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("reason", Words(), nullable=True),
        sa.Column("request_id", Guid(), nullable=True),
        sa.Column("answers", sa.BigInteger(), nullable=True),
        sa.Column("outcome", Words(), nullable=True),
        sa.Column("hash", Words(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_answers", "audit", ["answers"], unique=False)
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    op.create_index("ix_audit_request", "audit", ["request_id"], unique=False)
    op.create_index("ix_audit_subject", "audit", ["subject"], unique=False)
    op.create_table(
        "audit_subject",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("object_id", Guid(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_subject")),
    )
    op.create_index("ix_audit_subject_person", "audit_subject", ["object_id"], unique=True)

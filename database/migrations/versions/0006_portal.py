"""Creates the tables of the portal."""

import sqlalchemy as sa
from alembic import op

from database.types import Document, Guid, Instant, Words

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables of the portal."""
    op.create_table(
        "saved_view",
        sa.Column("view_id", Guid(), nullable=False),
        sa.Column("owner_id", Guid(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("filters", Document(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_saved_view")),
    )
    op.create_index("ix_saved_view_owner", "saved_view", ["owner_id"], unique=False)
    op.create_table(
        "report_schedule",
        sa.Column("schedule_id", Guid(), nullable=False),
        sa.Column("interval", Words(), nullable=True),
        sa.Column("recipients", Document(), nullable=False),
        sa.Column("language", Words(), nullable=True),
        sa.Column("created_by", Words(), nullable=False),
        sa.Column("created_by_id", Guid(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_sent_at", Instant(), nullable=True),
        sa.Column("last_figures", Document(), nullable=False),
        sa.PrimaryKeyConstraint("schedule_id", name=op.f("pk_report_schedule")),
    )
    op.create_table(
        "webhook",
        sa.Column("webhook_id", Guid(), nullable=False),
        sa.Column("url", Words(), nullable=False),
        sa.Column("secret", Words(), nullable=False),
        sa.Column("statuses", Document(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_by", Words(), nullable=False),
        sa.Column("created_by_id", Guid(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("delivered_at", Instant(), nullable=True),
        sa.Column("trouble", Words(), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("webhook_id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("webhook_id", Guid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("object_id", Guid(), nullable=False),
        sa.Column("status", Words(), nullable=False),
        sa.Column("previous_status", Words(), nullable=True),
        sa.Column("ended", Words(), nullable=True),
        sa.Column("batch_id", Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.webhook_id"],
            name=op.f("fk_webhook_delivery_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "webhook_id", "revision", "object_id", name=op.f("pk_webhook_delivery")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_webhook_delivery_person", "webhook_delivery", ["object_id"], unique=False)
    op.create_table(
        "webhook_attempt",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("webhook_id", Guid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("status", Words(), nullable=True),
        sa.Column("trouble", Words(), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.webhook_id"],
            name=op.f("fk_webhook_attempt_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_webhook_attempt")),
    )
    op.create_index(
        "ix_webhook_attempt_webhook", "webhook_attempt", ["webhook_id", "number"], unique=False
    )
    op.create_table(
        "session",
        sa.Column("id_hash", Words(), nullable=False),
        sa.Column("actor_id", Guid(), nullable=False),
        sa.Column("actor_name", Words(), nullable=False),
        sa.Column("login", Words(), nullable=False),
        sa.Column("roles", Document(), nullable=False),
        sa.Column("csrf_token", Words(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=False),
        sa.Column("notices", Document(), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_session")),
    )
    op.create_index("ix_session_actor", "session", ["actor_id"], unique=False)
    op.create_index("ix_session_expires", "session", ["expires_at"], unique=False)

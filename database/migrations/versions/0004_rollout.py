"""Creates the tables of the rollout as a whole."""

import sqlalchemy as sa
from alembic import op

from database.types import Document, Guid, Instant, Words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables of the rollout as a whole."""
    op.create_table(
        "control",
        sa.Column("name", Words(), nullable=False),
        sa.Column("mail_stopped", sa.Boolean(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("actor", Words(), nullable=True),
        sa.Column("reason", Words(), nullable=True),
        sa.Column("request_id", Words(), nullable=True),
        sa.Column("untold", Words(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_control")),
    )
    op.create_table(
        "policy",
        sa.Column("name", Words(), nullable=False),
        sa.Column("values", Document(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_policy")),
    )
    op.create_table(
        "process",
        sa.Column("process_id", Guid(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("version", Words(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.Column("findings", Document(), nullable=False),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_process")),
    )
    op.create_index("ix_process_seen", "process", ["kind", "last_seen_at"], unique=False)
    op.create_table(
        "request",
        sa.Column("request_id", Words(), nullable=False),
        sa.Column("action", Words(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=True),
        sa.Column("object_id", Guid(), nullable=True),
        sa.Column("selection", Document(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("report", Document(), nullable=False),
        sa.Column("audit_number", sa.Integer(), nullable=True),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_request")),
    )
    op.create_index("ix_request_person", "request", ["object_id"], unique=False)
    op.create_index("ix_request_state", "request", ["state", "requested_at"], unique=False)
    op.create_table(
        "request_person",
        sa.Column("request_id", Words(), nullable=False),
        sa.Column("object_id", Guid(), nullable=False),
        sa.Column("outcome", Words(), nullable=True),
        sa.Column("reason", Words(), nullable=True),
        sa.Column("at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request.request_id"],
            name=op.f("fk_request_person_request_id_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "object_id", name=op.f("pk_request_person")),
    )
    op.create_index(
        "ix_request_person_outcome",
        "request_person",
        ["request_id", "outcome", "object_id"],
        unique=False,
    )
    op.create_index("ix_request_person_person", "request_person", ["object_id"], unique=False)
    op.create_table(
        "older_token",
        sa.Column("token", Guid(), nullable=False),
        sa.Column("object_id", Guid(), nullable=True),
        sa.Column("item_id", Words(), nullable=False),
        sa.Column("pass_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_older_token")),
    )
    op.create_index("ix_older_token_pass", "older_token", ["pass_number"], unique=False)
    op.create_index("ix_older_token_person", "older_token", ["object_id"], unique=False)
    op.create_table(
        "held_click",
        sa.Column("object_id", Guid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("object_id", name=op.f("pk_held_click")),
    )
    op.create_table(
        "state",
        sa.Column("name", Words(), nullable=False),
        sa.Column("value", Document(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_state")),
    )

"""Creates the tables of mails and mailboxes."""

import sqlalchemy as sa
from alembic import op

from database.types import Document, Guid, Instant, Words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables of mails and mailboxes."""
    op.create_table(
        "sent_mail",
        sa.Column("key", Words(), nullable=False),
        sa.Column("sender", Words(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("object_id", Guid(), nullable=False),
        sa.Column("origin", Words(), nullable=False),
        sa.Column("network", Words(), nullable=True),
        sa.Column("from_form_share", sa.Boolean(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("attempt", Words(), nullable=False),
        sa.Column("reserved_at", Instant(), nullable=False),
        sa.Column("draft_id", Words(), nullable=True),
        sa.Column("sending_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("template_hash", Words(), nullable=True),
        sa.Column("values", Document(), nullable=False),
        sa.Column("outcome", Words(), nullable=True),
        sa.Column("link_key", Words(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sent_mail")),
    )
    op.create_index(
        "ix_sent_mail_budget",
        "sent_mail",
        ["sender", "sending_at", "from_form_share", "network", "kind"],
        unique=False,
    )
    op.create_index("ix_sent_mail_open", "sent_mail", ["state", "reserved_at"], unique=False)
    op.create_index("ix_sent_mail_person", "sent_mail", ["object_id", "reserved_at"], unique=False)
    op.create_table(
        "sender",
        sa.Column("address", Words(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("reason", Words(), nullable=True),
        sa.Column("probed_at", Instant(), nullable=True),
        sa.Column("probe_outcome", Words(), nullable=True),
        sa.Column("next_slot_at", Instant(), nullable=True),
        sa.Column("throttled_until", Instant(), nullable=True),
        sa.Column("others_sent", sa.Integer(), nullable=False),
        sa.Column("others_counted_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_sender")),
    )
    op.create_table(
        "template",
        sa.Column("hash", Words(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("source", Words(), nullable=False),
        sa.Column("first_used_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_template")),
    )

"""Creates the tables of people and their stories."""

import sqlalchemy as sa
from alembic import op

from database.types import Document, Guid, Instant, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables of people and their stories."""
    op.create_table(
        "enrolment",
        sa.Column("object_id", Guid(), nullable=False),
        sa.Column("run_id", Guid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("search", Words(), nullable=False),
        sa.Column("upn", Words(), nullable=True),
        sa.Column("display_name", Words(), nullable=True),
        sa.Column("mail", Words(), nullable=True),
        sa.Column("department", Words(), nullable=True),
        sa.Column("language", Words(), nullable=True),
        sa.Column("status", Words(), nullable=False),
        sa.Column("registration", Words(), nullable=False),
        sa.Column("in_group", sa.Boolean(), nullable=False),
        sa.Column("invite_sent_at", Instant(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=True),
        sa.Column("clicked_at", Instant(), nullable=True),
        sa.Column("added_to_group_at", Instant(), nullable=True),
        sa.Column("added_by_us", sa.Boolean(), nullable=False),
        sa.Column("last_reminder_at", Instant(), nullable=True),
        sa.Column("reminder_count", sa.Integer(), nullable=False),
        sa.Column("reminders_sent", sa.Integer(), nullable=False),
        sa.Column("follow_ups_sent", sa.Integer(), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("escalated_at", Instant(), nullable=True),
        sa.Column("manager_upn", Words(), nullable=True),
        sa.Column("last_checked_at", Instant(), nullable=True),
        sa.Column("registered_at", Instant(), nullable=True),
        sa.Column("registered_after", Words(), nullable=True),
        sa.Column("problem_concern", Words(), nullable=True),
        sa.Column("problem", Words(), nullable=True),
        sa.Column("problem_since", Instant(), nullable=True),
        sa.Column("attention", Words(), nullable=True),
        sa.Column("attention_since", Instant(), nullable=True),
        sa.Column("paused_by", Words(), nullable=True),
        sa.Column("paused_reason", Words(), nullable=True),
        sa.Column("disabled_since", Instant(), nullable=True),
        sa.Column("excluded", sa.Boolean(), nullable=False),
        sa.Column("returned_since", Instant(), nullable=True),
        sa.Column("slot_at", Instant(), nullable=True),
        sa.Column("mail_not_before", Instant(), nullable=True),
        sa.Column("next_step", Words(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("batch_id", Words(), nullable=False),
        sa.Column("source", Words(), nullable=False),
        sa.Column("sender", Words(), nullable=True),
        sa.Column("send_hours", Words(), nullable=True),
        sa.Column("correlation_id", Words(), nullable=True),
        sa.Column("item_id", Words(), nullable=True),
        sa.Column("written", Document(), nullable=False),
        sa.Column("refused", Document(), nullable=False),
        sa.Column("ended", Words(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("replaced_by", Guid(), nullable=True),
        sa.Column("own_token", sa.Boolean(), nullable=False),
        sa.Column("stripped_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("object_id", name=op.f("pk_enrolment")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_enrolment_attention",
        "enrolment",
        [
            "attention",
            "attention_since",
            "object_id",
            "search",
            "stripped_at",
            "status",
            "batch_id",
            "department",
            "manager_upn",
            "language",
            "ended",
            "escalated",
        ],
        sqlite_where=sa.text("attention IS NOT NULL"),
        postgresql_where=sa.text("attention IS NOT NULL"),
    )
    op.create_index(
        "ix_enrolment_batch",
        "enrolment",
        ["batch_id", "status", "ended", "department", "stripped_at"],
    )
    op.create_index(
        "ix_enrolment_changed",
        "enrolment",
        [
            "revision",
            "object_id",
            "stripped_at",
            "status",
            "batch_id",
            "department",
            "attention",
            "manager_upn",
            "language",
            "ended",
            "escalated",
        ],
    )
    op.create_index(
        "ix_enrolment_clicked",
        "enrolment",
        ["clicked_at", "status", "ended"],
        sqlite_where=sa.text("ended IS NULL AND clicked_at IS NOT NULL"),
        postgresql_where=sa.text("ended IS NULL AND clicked_at IS NOT NULL"),
    )
    op.create_index(
        "ix_enrolment_department",
        "enrolment",
        ["department", "status", "ended", "stripped_at"],
    )
    op.create_index(
        "ix_enrolment_due",
        "enrolment",
        [
            "due_at",
            "object_id",
            "stripped_at",
            "status",
            "batch_id",
            "department",
            "attention",
            "manager_upn",
            "language",
            "ended",
            "escalated",
            "next_step",
            "paused_by",
            "disabled_since",
            "excluded",
            "returned_since",
        ],
    )
    op.create_index("ix_enrolment_ended", "enrolment", ["ended_at"], unique=False)
    op.create_index(
        "ix_enrolment_name",
        "enrolment",
        [
            "search",
            "object_id",
            "stripped_at",
            "status",
            "batch_id",
            "department",
            "attention",
            "manager_upn",
            "language",
            "ended",
            "escalated",
        ],
    )
    op.create_index(
        "ix_enrolment_not_in_group",
        "enrolment",
        ["registered_at", "in_group", "registration", "excluded", "ended", "stripped_at"],
        sqlite_where=sa.text("registered_at IS NOT NULL AND in_group = 0"),
        postgresql_where=sa.text("registered_at IS NOT NULL AND NOT in_group"),
    )
    op.create_index(
        "ix_enrolment_registered_after",
        "enrolment",
        ["registered_after", "registered_at", "invite_sent_at"],
        sqlite_where=sa.text("registered_after IS NOT NULL"),
        postgresql_where=sa.text("registered_after IS NOT NULL"),
    )
    op.create_index(
        "ix_enrolment_sender",
        "enrolment",
        [
            "sender",
            "due_at",
            "next_step",
            "batch_id",
            "ended",
            "paused_by",
            "disabled_since",
        ],
        sqlite_where=sa.text("next_step IS NOT NULL"),
        postgresql_where=sa.text("next_step IS NOT NULL"),
    )
    op.create_index(
        "ix_enrolment_status", "enrolment", ["status", "ended", "stripped_at"], unique=False
    )
    op.create_index("ix_enrolment_upn", "enrolment", ["upn"], unique=False)
    op.create_table(
        "story",
        sa.Column("object_id", Guid(), nullable=False),
        sa.Column("run_id", Guid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("data", Document(), nullable=False),
        sa.Column("actor", Words(), nullable=True),
        sa.PrimaryKeyConstraint("object_id", "run_id", "number", name=op.f("pk_story")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_day",
        sa.Column("kind", Words(), nullable=False),
        sa.Column("quarter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch_id", Words(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "quarter", "batch_id", name=op.f("pk_story_day")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_story_day_batch", "story_day", ["batch_id", "kind", "quarter"], unique=False
    )
    op.create_table(
        "contact",
        sa.Column("object_id", Guid(), nullable=False),
        sa.Column("phone", Words(), nullable=True),
        sa.Column("manager_name", Words(), nullable=True),
        sa.Column("manager_phone", Words(), nullable=True),
        sa.Column("read_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["object_id"],
            ["enrolment.object_id"],
            name=op.f("fk_contact_object_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("object_id", name=op.f("pk_contact")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        # Counts are read from indexes alone, which is quick for pages that were vacuumed since they
        # changed last. By default that is done once a fifth of the table has changed.
        for table in ("enrolment", "story_day"):
            op.execute(
                f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.02,"
                " autovacuum_vacuum_insert_scale_factor = 0.02)"
            )
        # Nearly all who registered are in the group, which the planner doesn't expect: without this
        # it believes that those who aren't are many, and looks up everybody to find them.
        op.execute(
            "CREATE STATISTICS enrolment_group (mcv)"
            " ON registration, in_group, excluded, ended FROM enrolment"
        )
    else:
        _count_people()


def _count_people() -> None:
    """Let SQLite count people as they are written: it has one writer, so none waits for another.

    Counting 100,000 rows takes it 10 ms. PostgreSQL counts as quickly as that from an index, and
    writers would wait for each other at rows of counts.
    """
    op.execute(
        "CREATE TABLE people_count (batch_id TEXT NOT NULL, department TEXT, status TEXT NOT NULL,"
        " ended TEXT, people INTEGER NOT NULL)"
    )
    op.execute("CREATE INDEX ix_people_count ON people_count (batch_id, department, status, ended)")
    columns = ("batch_id", "department", "status", "ended")
    new, old = (
        " AND ".join(f"{name} IS {row}.{name}" for name in columns) for row in ("NEW", "OLD")
    )
    values = ", ".join(f"NEW.{name}" for name in columns)
    more = (
        f"INSERT INTO people_count SELECT {values}, 0"  # noqa: S608 - our own names
        f" WHERE NOT EXISTS (SELECT 1 FROM people_count WHERE {new});"
        f" UPDATE people_count SET people = people + 1 WHERE {new};"
    )
    fewer = (
        f"UPDATE people_count SET people = people - 1 WHERE {old};"  # noqa: S608 - our own names
        f" DELETE FROM people_count WHERE people = 0 AND {old};"
    )
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in columns)
    for event, when, then in (
        ("INSERT", "", more),
        ("DELETE", "", fewer),
        (f"UPDATE OF {', '.join(columns)}", f"WHEN {changed} ", fewer + more),
    ):
        name = f"people_count_{event.partition(' ')[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON enrolment {when}BEGIN {then} END")

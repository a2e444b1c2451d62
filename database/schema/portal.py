"""What the portal keeps: views, reports by mail, webhooks and sessions."""

from sqlalchemy import Boolean, Column, Index, Table

from database.schema.metadata import METADATA
from database.types import Document, Guid, Instant, Words

saved_view = Table(
    "saved_view",
    METADATA,
    Column("view_id", Guid, primary_key=True),
    Column("owner_id", Guid, nullable=False),
    Column("name", Words, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("filters", Document, nullable=False),
    Column("created_at", Instant, nullable=False),
)

Index("ix_saved_view_owner", saved_view.c.owner_id)

report_schedule = Table(
    "report_schedule",
    METADATA,
    Column("schedule_id", Guid, primary_key=True),
    Column("interval", Words, nullable=False),
    Column("recipients", Document, nullable=False),
    Column("language", Words),
    Column("created_by", Words, nullable=False),
    Column("last_sent_at", Instant),
    Column("last_figures", Document, nullable=False),
)

webhook = Table(
    "webhook",
    METADATA,
    Column("webhook_id", Guid, primary_key=True),
    Column("url", Words, nullable=False),
    Column("secret", Words, nullable=False),
    Column("events", Document, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_by", Words, nullable=False),
    Column("delivered_at", Instant),
    Column("trouble", Words),
)

# The id in the cookie is stored as its hash: a copy of the table opens no session.
session = Table(
    "session",
    METADATA,
    Column("id_hash", Words, primary_key=True),
    Column("actor_id", Guid, nullable=False),
    Column("actor_name", Words, nullable=False),
    Column("login", Words, nullable=False),
    Column("roles", Document, nullable=False),
    Column("csrf_token", Words, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("confirmed_at", Instant, nullable=False),
    Column("notices", Document, nullable=False),
)

Index("ix_session_actor", session.c.actor_id)
Index("ix_session_expires", session.c.expires_at)

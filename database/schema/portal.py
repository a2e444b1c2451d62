"""What the portal keeps: views, reports by mail, webhooks and sessions."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table

from database.schema.metadata import METADATA
from database.types import Choice, Document, Guid, Instant, Words
from domain.status import EnrolmentEnd, InviteStatus
from domain.webhooks.records import WebhookTrouble

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
    # None for a report that comes once: its row goes when it was sent.
    Column("interval", Words),
    Column("recipients", Document, nullable=False),
    Column("language", Words),
    Column("created_by", Words, nullable=False),
    Column("created_by_id", Guid),
    Column("created_at", Instant, nullable=False),
    Column("last_sent_at", Instant),
    Column("last_figures", Document, nullable=False),
)

webhook = Table(
    "webhook",
    METADATA,
    Column("webhook_id", Guid, primary_key=True),
    Column("url", Words, nullable=False),
    # Messages are signed with it, so it can't be stored as a hash.
    Column("secret", Words, nullable=False),
    # Statuses of which it is told; empty for all.
    Column("statuses", Document, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_by", Words, nullable=False),
    Column("created_by_id", Guid),
    Column("created_at", Instant, nullable=False),
    Column("delivered_at", Instant),
    Column("trouble", Choice(WebhookTrouble)),
    # The HTTP status that it answered, if that is the trouble.
    Column("answered", Integer),
    Column("failing_since", Instant),
)

# What a webhook is still to be told. Written in the transaction that writes the person's row, and
# deleted when the receiver has taken it.
webhook_delivery = Table(
    "webhook_delivery",
    METADATA,
    Column(
        "webhook_id", Guid, ForeignKey("webhook.webhook_id", ondelete="CASCADE"), primary_key=True
    ),
    # The person's row: microseconds since 1970, so this is also the order of the messages.
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("object_id", Guid, primary_key=True),
    Column("status", Choice(InviteStatus), nullable=False),
    Column("previous_status", Choice(InviteStatus)),
    Column("ended", Choice(EnrolmentEnd)),
    Column("batch_id", Words, nullable=False),
    sqlite_with_rowid=False,
)

Index("ix_webhook_delivery_person", webhook_delivery.c.object_id)

# The latest messages that were posted to each webhook; they name nobody.
webhook_attempt = Table(
    "webhook_attempt",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column(
        "webhook_id", Guid, ForeignKey("webhook.webhook_id", ondelete="CASCADE"), nullable=False
    ),
    Column("at", Instant, nullable=False),
    # None for a test.
    Column("status", Choice(InviteStatus)),
    Column("trouble", Choice(WebhookTrouble)),
    Column("answered", Integer),
)

Index("ix_webhook_attempt_webhook", webhook_attempt.c.webhook_id, webhook_attempt.c.number)

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

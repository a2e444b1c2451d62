"""Who did what, when and why: a chain of rows, each with a hash over the one before."""

from sqlalchemy import BigInteger, Column, Index, Table

from database.schema.metadata import METADATA
from database.types import Guid, Instant, Words

# Append-only. The outcome of an action is a second row that answers the first.
audit = Table(
    "audit",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", Words),
    Column("actor_name", Words, nullable=False),
    Column("actor_app", Words),
    Column("actor_address", Words),
    Column("action", Words, nullable=False),
    Column("subject", BigInteger),
    Column("reason", Words),
    Column("request_id", Guid),
    Column("answers", BigInteger),
    Column("outcome", Words),
    Column("hash", Words, nullable=False),
)

Index("ix_audit_at", audit.c.at)
Index("ix_audit_subject", audit.c.subject)
Index("ix_audit_answers", audit.c.answers)
Index("ix_audit_request", audit.c.request_id)

# Who a subject is. Erasure deletes the row, and the chain stays whole.
audit_subject = Table(
    "audit_subject",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("object_id", Guid, nullable=False),
)

Index("ix_audit_subject_person", audit_subject.c.object_id, unique=True)

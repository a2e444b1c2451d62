"""What belongs to no enrolment: switches, settings in force, processes, requests, marks."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table

from database.schema.metadata import METADATA
from database.types import Choice, Document, Guid, Instant, Words
from domain.bulk.records import PersonOutcome
from domain.tables.rollout import ProcessKind, RequestState

# One row: whether mail is stopped, by whom and why; ``request_id`` is the stop, ``untold`` the
# request to stop it, as long as Temporal hasn't confirmed that.
control = Table(
    "control",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("mail_stopped", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
    Column("actor", Words),
    Column("reason", Words),
    Column("request_id", Words),
    Column("untold", Words),
)

# One row: the settings in force, as the worker has them.
policy = Table(
    "policy",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("values", Document, nullable=False),
    Column("since", Instant, nullable=False),
)

process = Table(
    "process",
    METADATA,
    Column("process_id", Guid, primary_key=True),
    Column("kind", Choice(ProcessKind), nullable=False),
    Column("version", Words, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("findings", Document, nullable=False),
)

Index("ix_process_seen", process.c.kind, process.c.last_seen_at)

# A command that was recorded: a single update by its id, or a run over many people. Its entry in
# the audit log has the number ``audit_number``.
request = Table(
    "request",
    METADATA,
    Column("request_id", Words, primary_key=True),
    Column("action", Words, nullable=False),
    Column("actor", Words, nullable=False),
    Column("reason", Words),
    Column("object_id", Guid),
    Column("selection", Document, nullable=False),
    Column("state", Choice(RequestState), nullable=False),
    Column("report", Document, nullable=False),
    Column("audit_number", Integer),
    Column("requested_at", Instant, nullable=False),
    Column("finished_at", Instant),
)

# Whom a run over many people is about, fixed when it starts; without an outcome they are waiting.
request_person = Table(
    "request_person",
    METADATA,
    Column(
        "request_id",
        Words,
        ForeignKey("request.request_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("object_id", Guid, primary_key=True),
    Column("outcome", Choice(PersonOutcome)),
    Column("reason", Words),
    Column("at", Instant),
)

Index(
    "ix_request_person_outcome",
    request_person.c.request_id,
    request_person.c.outcome,
    request_person.c.object_id,
)
Index("ix_request_person_person", request_person.c.object_id)

Index("ix_request_state", request.c.state, request.c.requested_at)
Index("ix_request_person", request.c.object_id)

# Tokens on the list that aren't ours; ``pass_number`` is the reading of the list that saw them.
older_token = Table(
    "older_token",
    METADATA,
    Column("token", Guid, primary_key=True),
    Column("object_id", Guid),
    Column("item_id", Words, nullable=False),
    Column("pass_number", Integer, nullable=False),
)

Index("ix_older_token_pass", older_token.c.pass_number)
Index("ix_older_token_person", older_token.c.object_id)

# Whose click waits in the outbox of an API, since when.
held_click = Table(
    "held_click",
    METADATA,
    Column("object_id", Guid, primary_key=True),
    Column("at", Instant, nullable=False),
)

# The mark that the tables are complete, the high-water mark, last passes, tombstones of erasure.
state = Table(
    "state",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("value", Document, nullable=False),
    Column("at", Instant, nullable=False),
)

"""One row a person: where they stand, and what happens to them next."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table

from database.schema.metadata import METADATA
from database.types import Choice, Document, Guid, Instant, Words
from domain.status import Concern, EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import NextStep

# Neither UPN nor item id is unique: people are re-created under the same name.
# A row that retention has stripped has no UPN; it still answers a link and is still counted.
enrolment = Table(
    "enrolment",
    METADATA,
    Column("object_id", Guid, primary_key=True),
    Column("run_id", Guid, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("search", Words, nullable=False),
    Column("upn", Words),
    Column("display_name", Words),
    Column("mail", Words),
    Column("department", Words),
    Column("language", Words),
    Column("status", Choice(InviteStatus), nullable=False),
    Column("registration", Choice(RegistrationState), nullable=False),
    Column("in_group", Boolean, nullable=False),
    Column("invite_sent_at", Instant),
    Column("opened_at", Instant),
    Column("clicked_at", Instant),
    Column("added_to_group_at", Instant),
    Column("added_by_us", Boolean, nullable=False),
    Column("last_reminder_at", Instant),
    Column("reminder_count", Integer, nullable=False),
    Column("reminders_sent", Integer, nullable=False),
    Column("follow_ups_sent", Integer, nullable=False),
    Column("escalated", Boolean, nullable=False),
    Column("escalated_at", Instant),
    Column("manager_upn", Words),
    Column("last_checked_at", Instant),
    Column("registered_at", Instant),
    Column("registered_after", Words),
    Column("problem_concern", Choice(Concern)),
    Column("problem", Words),
    Column("problem_since", Instant),
    Column("attention", Choice(AttentionKind)),
    Column("attention_since", Instant),
    Column("paused_by", Words),
    Column("paused_reason", Words),
    Column("disabled_since", Instant),
    Column("excluded", Boolean, nullable=False),
    Column("returned_since", Instant),
    Column("slot_at", Instant),
    Column("mail_not_before", Instant),
    Column("next_step", Choice(NextStep)),
    Column("due_at", Instant),
    Column("batch_id", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("sender", Words),
    Column("send_hours", Words),
    Column("correlation_id", Words),
    Column("item_id", Words),
    Column("written", Document, nullable=False),
    Column("refused", Document, nullable=False),
    Column("ended", Choice(EnrolmentEnd)),
    Column("ended_at", Instant),
    Column("replaced_by", Guid),
    # Whether their links are of our own making, and not of an older system's.
    Column("own_token", Boolean, nullable=False),
    Column("stripped_at", Instant),
    sqlite_with_rowid=False,
)

_e = enrolment.c
# What lists are filtered by. With these beside the sort key a list never leaves its index. The
# first is asked of everybody, and SQLite takes an entry apart up to the column that it asks for.
_FILTERS = (
    _e.stripped_at,
    _e.status,
    _e.batch_id,
    _e.department,
    _e.attention,
    _e.manager_upn,
    _e.language,
    _e.ended,
    _e.escalated,
)

Index("ix_enrolment_name", _e.search, _e.object_id, *_FILTERS)
Index("ix_enrolment_changed", _e.revision, _e.object_id, *_FILTERS)
# Whose step is overdue, and held by nothing, is read from this one, too.
_HOLDS = (_e.next_step, _e.paused_by, _e.disabled_since, _e.excluded, _e.returned_since)
Index("ix_enrolment_due", _e.due_at, _e.object_id, *_FILTERS, *_HOLDS)
# Counts are made in the order of an index: without it each of them sorts all people. How many
# people a list has is counted there, too, so they also say whose row was stripped.
Index("ix_enrolment_status", _e.status, _e.ended, _e.stripped_at)
Index("ix_enrolment_batch", _e.batch_id, _e.status, _e.ended, _e.department, _e.stripped_at)
Index("ix_enrolment_department", _e.department, _e.status, _e.ended, _e.stripped_at)
Index(
    "ix_enrolment_registered_after",
    _e.registered_after,
    _e.registered_at,
    _e.invite_sent_at,
    sqlite_where=_e.registered_after.is_not(None),
    postgresql_where=_e.registered_after.is_not(None),
)
Index("ix_enrolment_upn", _e.upn)
# Which mails are planned is read from this alone; people who wait for nothing aren't in it.
Index(
    "ix_enrolment_sender",
    _e.sender,
    _e.due_at,
    _e.next_step,
    _e.batch_id,
    _e.ended,
    _e.paused_by,
    _e.disabled_since,
    sqlite_where=_e.next_step.is_not(None),
    postgresql_where=_e.next_step.is_not(None),
)
Index("ix_enrolment_ended", _e.ended_at)
Index(
    "ix_enrolment_attention",
    _e.attention,
    _e.attention_since,
    _e.object_id,
    _e.search,
    *(column for column in _FILTERS if column is not _e.attention),
    sqlite_where=_e.attention.is_not(None),
    postgresql_where=_e.attention.is_not(None),
)
_waiting_after_click = _e.ended.is_(None) & _e.clicked_at.is_not(None)
Index(
    "ix_enrolment_clicked",
    _e.clicked_at,
    _e.status,
    _e.ended,
    sqlite_where=_waiting_after_click,
    postgresql_where=_waiting_after_click,
)
_not_in_group = (_e.registered_at.is_not(None)) & ~_e.in_group
Index(
    "ix_enrolment_not_in_group",
    _e.registered_at,
    _e.in_group,
    _e.registration,
    _e.excluded,
    _e.ended,
    _e.stripped_at,
    sqlite_where=_not_in_group,
    postgresql_where=_not_in_group,
)

# For whoever calls people: read from the directory when a mail leaves, and written nowhere else.
contact = Table(
    "contact",
    METADATA,
    Column(
        "object_id",
        Guid,
        ForeignKey("enrolment.object_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("phone", Words),
    Column("manager_name", Words),
    Column("manager_phone", Words),
    Column("read_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

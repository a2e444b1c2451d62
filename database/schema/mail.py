"""The log that is written before each step of a mail, and the mailboxes that send."""

from sqlalchemy import Boolean, Column, Index, Integer, Table

from database.schema.metadata import METADATA
from database.types import Choice, Document, Guid, Instant, Words
from domain.status import MailKind
from domain.tables.mail import AdminMailKind, MailOrigin, MailState, ProbeOutcome, SenderState

sent_mail = Table(
    "sent_mail",
    METADATA,
    Column("key", Words, primary_key=True),
    Column("sender", Words, nullable=False),
    Column("kind", Choice((MailKind, AdminMailKind)), nullable=False),
    Column("object_id", Guid, nullable=False),
    Column("origin", Choice(MailOrigin), nullable=False),
    Column("network", Words),
    # Whether it used the part of the day that is kept for new links that people ask for.
    Column("from_form_share", Boolean, nullable=False),
    Column("state", Choice(MailState), nullable=False),
    Column("attempt", Words, nullable=False),
    Column("reserved_at", Instant, nullable=False),
    Column("draft_id", Words),
    # Counted by the budgets: set just before the request that sends.
    Column("sending_at", Instant),
    Column("finished_at", Instant),
    Column("template_hash", Words),
    Column("values", Document, nullable=False),
    Column("outcome", Words),
    # The name of the key that made the token in its link; none where an older system did.
    Column("link_key", Words),
)

_m = sent_mail.c
Index("ix_sent_mail_budget", _m.sender, _m.sending_at, _m.from_form_share, _m.network, _m.kind)
Index("ix_sent_mail_person", _m.object_id, _m.reserved_at)
Index("ix_sent_mail_open", _m.state, _m.reserved_at)

sender = Table(
    "sender",
    METADATA,
    Column("address", Words, primary_key=True),
    Column("state", Choice(SenderState), nullable=False),
    Column("since", Instant, nullable=False),
    Column("reason", Words),
    Column("probed_at", Instant),
    Column("probe_outcome", Choice(ProbeOutcome)),
    # When the next mail may leave by the rate of a minute: a slot that was used late moves none.
    Column("next_slot_at", Instant),
    # Microsoft has asked to leave the mailbox alone until then.
    Column("throttled_until", Instant),
    # What others sent from the mailbox today, as its Sent Items showed when last looked at.
    Column("others_sent", Integer, nullable=False),
    Column("others_counted_at", Instant),
)

# The source of each mail under its hash: a mail opens as it looked after a release, too.
template = Table(
    "template",
    METADATA,
    Column("hash", Words, primary_key=True),
    Column("kind", Choice((MailKind, AdminMailKind)), nullable=False),
    Column("source", Words, nullable=False),
    Column("first_used_at", Instant, nullable=False),
)

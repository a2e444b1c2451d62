"""The tables, a file an area."""

from database.schema.audit import audit, audit_subject
from database.schema.enrolment import contact, enrolment
from database.schema.imports import import_, import_row, upload, upload_part
from database.schema.mail import sender, sent_mail, template
from database.schema.metadata import METADATA
from database.schema.portal import (
    report_schedule,
    saved_view,
    session,
    webhook,
    webhook_attempt,
    webhook_delivery,
)
from database.schema.rollout import (
    control,
    held_click,
    older_token,
    policy,
    process,
    request,
    request_person,
    state,
)
from database.schema.story import story, story_day

__all__ = [
    "METADATA",
    "audit",
    "audit_subject",
    "contact",
    "control",
    "enrolment",
    "held_click",
    "import_",
    "import_row",
    "older_token",
    "policy",
    "process",
    "report_schedule",
    "request",
    "request_person",
    "saved_view",
    "sender",
    "sent_mail",
    "session",
    "state",
    "story",
    "story_day",
    "template",
    "upload",
    "upload_part",
    "webhook",
    "webhook_attempt",
    "webhook_delivery",
]

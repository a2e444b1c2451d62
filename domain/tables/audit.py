"""What the audit log says of an action."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

LARGEST_NUMBER = 2**63 - 1
"""Of an entry: what its column holds."""

_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


class AuditAction(StrEnum):
    """What an admin does."""

    ADD_TO_GROUP = "add-to-group"
    ADD_WEBHOOK = "add-webhook"
    AFTER_RESTORE = "after-restore"
    BULK_CANCEL = "bulk-cancel"
    BULK_PAUSE = "bulk-pause"
    BULK_RESEND = "bulk-resend"
    BULK_RESUME = "bulk-resume"
    BULK_RETRY = "bulk-retry"
    CANCEL = "cancel"
    CHANGE_REPORT = "change-report"
    ERASE = "erase"
    EXPORT = "export"
    IMPORT = "import"
    PAUSE = "pause"
    PROBE_MAILBOX = "probe-mailbox"
    PROVISION = "provision"
    REBUILD = "rebuild"
    REMOVE_REPORT = "remove-report"
    REMOVE_WEBHOOK = "remove-webhook"
    RESEND = "resend"
    RESUME = "resume"
    RESUME_WEBHOOK = "resume-webhook"
    RETRY = "retry"
    SCHEDULE_REPORT = "schedule-report"
    SEND_REPORT = "send-report"
    SEND_TEST_MAIL = "send-test-mail"
    START_MAIL = "start-mail"
    STOP_MAIL = "stop-mail"
    STOP_REQUEST = "stop-request"
    TEST_WEBHOOK = "test-webhook"
    UNDO_IMPORT = "undo-import"


class AuditOutcome(StrEnum):
    """How an action ended."""

    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acted: ``object_id`` and ``app`` where they signed in, ``address`` where they came from.

    Without an ``object_id`` nobody has verified the name.
    """

    name: str
    object_id: str | None = None
    app: str | None = None
    address: str | None = None

    @property
    def shown_name(self) -> str:
        """The name as it is shown everywhere: marked where nobody has verified it."""
        return self.name if self.object_id else f"{self.name} (unverified)"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """An action, or its outcome: that is an entry which ``answers`` the number of the first.

    ``person`` is the ObjectId of the person whom the action is about. The log itself holds a number
    in its place. An outcome's ``reason`` tells what else came of the action. ``request_id`` is the
    id under which the action is done once, however often it is asked for.
    """

    at: datetime
    actor: Actor
    action: str
    person: str | None = None
    reason: str | None = None
    request_id: str | None = None
    answers: int | None = None
    outcome: str | None = None


def with_outcome(entry: AuditEntry, outcome: AuditEntry | None) -> AuditEntry:
    """Return an action for people to read: why, and what came of it where that was told."""
    told = [one.reason for one in (entry, outcome) if one is not None and one.reason]
    return replace(entry, reason=". ".join(told) or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    """The log's last row. A tail that was cut off shows in no chain: compare with an older head."""

    number: int
    hash: str


def parse_head(text: str) -> AuditHead | None:
    """Return a head as it was noted, ``number:hash``; None for anything else."""
    found = _HEAD.fullmatch(text.strip())
    return AuditHead(number=int(found[1]), hash=found[2]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCheck:
    """What a check of the log found: its head, and the first number that is wrong, if any."""

    head: AuditHead
    broken_at: int | None = None

    @property
    def is_whole(self) -> bool:
        """Return True when no row was changed, removed or put between others."""
        return self.broken_at is None

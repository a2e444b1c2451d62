"""Ids and names that several processes must agree on, each with its inverse. The only place."""

import re
from dataclasses import dataclass
from uuid import UUID

from domain.status import MailKind

# What comes round by itself.
SWEEP_SCHEDULE_ID = "mfa-registration-sweep"
BOUNCE_SCHEDULE_ID = "mfa-bounce-watch"
DRAFT_SWEEP_SCHEDULE_ID = "mfa-draft-sweep"
ENROLMENT_PREFIX = "mfa-enrolment-"
BATCH_PREFIX = "mfa-batch-"
DRY_RUN_PREFIX = "mfa-dry-run-"
RESEND_REQUEST_PREFIX = "mfa-resend-request-"
LEGACY_LINK_PREFIX = "mfa-old-link-"
RECONCILE_SCHEDULE_ID = "mfa-reconcile"
STUCK_SCHEDULE_ID = "mfa-stuck-enrolments"
RECHECK_SCHEDULE_ID = "mfa-recheck-active"
RETENTION_SCHEDULE_ID = "mfa-retention"
ERASURE_PREFIX = "mfa-erasure-"
BULK_PREFIX = "mfa-request-"
# Each report that comes again and again, and each webhook, has a schedule of its own.
REPORT_PREFIX = "mfa-report-"
REPORT_NOW_PREFIX = "mfa-send-report-"
WEBHOOK_PREFIX = "mfa-webhook-"
WEBHOOK_TEST_PREFIX = "mfa-test-of-webhook-"
SAMPLE_MAIL_PREFIX = "mfa-sample-mail-"
# All our workflows' ids begin so; a namespace may hold other people's.
OUR_PREFIX = "mfa-"
# The one switch of a rollout: its workflow, and the memo in which it tells that mail is stopped.
CONTROL_WORKFLOW_ID = "mfa-rollout-control"
MAIL_STOPPED = "MailStopped"
# The ids of the last stops that were lifted, the latest last: a restored Temporal lacks the newer.
LIFTED_MAIL_STOPS = "LiftedMailStops"
# The same workflow keeps how far our tables had come, so that older ones can be told: memo, signal.
CONTROL_WORKFLOW = "RolloutControlWorkflow"
HIGH_WATER_MARK = "HighWaterMark"
RAISE_HIGH_WATER = "raise_high_water"
HIGH_WATER_SCHEDULE_ID = "mfa-high-water"
# What the parts of an import tell in their memo, so that it can be followed by its name alone.
BATCH_PARTS = "Parts"
BATCH_ROWS = "Rows"
BATCH_LAST_INVITATION_AT = "LastInvitationAt"
BATCH_REQUESTED_BY = "RequestedBy"
BATCH_PACE = "Pace"
BATCH_OPTIONS = "Options"
BATCH_ID_PATTERN = re.compile(r"[A-Za-z0-9._-]{1,64}")

TASK_QUEUE = "mfa-rollout"

# The type name of the one workflow that an activity starts: activities can't import workflows. The
# names of its messages are in ``domain.enrolment.messages``.
ENROLMENT_WORKFLOW = "EnrolmentWorkflow"

# Search attributes. SQL visibility allows 10 of type Keyword and 3 of each other type.
USER_PRINCIPAL_NAME = "UserPrincipalName"
INVITE_STATUS = "InviteStatus"
MFA_REGISTRATION_STATE = "MFARegistrationState"
SOURCE_BATCH_ID = "SourceBatchId"
DEPARTMENT = "Department"


def enrolment_workflow_id(object_id: str) -> str:
    """Return the workflow id of one user's enrolment; the same at every import."""
    return ENROLMENT_PREFIX + str(UUID(object_id))


def object_id_of(workflow_id: str) -> str:
    """Return the ObjectId that an enrolment's workflow id was made from.

    Raises:
        ValueError: the id is not one of an enrolment.
    """
    if not workflow_id.startswith(ENROLMENT_PREFIX):
        raise ValueError("not the workflow id of an enrolment")
    return str(UUID(workflow_id.removeprefix(ENROLMENT_PREFIX)))


def batch_workflow_id(batch_id: str, content_hash: str, part: int, *, dry_run: bool = False) -> str:
    """Return the workflow id of one part of an import, or of its dry run.

    It holds a hash of the content: the same file is the same import, and another file under the
    same batch id adds parts.
    """
    prefix = DRY_RUN_PREFIX if dry_run else BATCH_PREFIX
    return f"{prefix}{batch_id}-{content_hash[:12]}-{part}"


def is_dry_run(workflow_id: str) -> bool:
    """Say whether this is the workflow id of a part of a dry run."""
    return workflow_id.startswith(DRY_RUN_PREFIX)


def import_of(workflow_id: str) -> str:
    """Return what all parts of one import have in common: a part's workflow id but its number."""
    return workflow_id.rpartition("-")[0]


def registration_task_queue(task_queue: str) -> str:
    """Return the queue on which registrations are polled; its rate is limited."""
    return f"{task_queue}-registration"


def sender_probe_workflow_id(task_queue: str, sender: int) -> str:
    """Return the id of the workflow that tries a sender mailbox; one runs at a time."""
    return f"{task_queue}-sender-probe-{sender}"


def mail_task_queue(task_queue: str, sender: int) -> str:
    """Return the queue on which mails of one sender mailbox wait for their turn.

    Args:
        task_queue: the common queue.
        sender: the mailbox's place in ``SENDER_MAILBOXES``, so that no address is in the name.
    """
    return f"{task_queue}-mail-{sender}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailKey:
    """Which mail of which enrolment: what a mail carries, so that it is found again.

    ``run_id`` is the first run of the enrolment, which differs when it is started once more;
    ``number`` counts the mails that were begun. No address or name is in it.
    """

    object_id: str
    kind: MailKind
    run_id: str
    number: int

    def __str__(self) -> str:
        return f"{self.object_id}/{self.kind.value}/{self.run_id}/{self.number}"

    @classmethod
    def parse(cls, text: str) -> "MailKey":
        """Return the key that was written like this.

        Raises:
            ValueError: it is none of ours.
        """
        object_id, kind, run_id, number = text.split("/")
        return cls(
            object_id=str(UUID(object_id)),
            kind=MailKind(kind.casefold()),
            run_id=run_id,
            number=int(number),
        )


def report_key(schedule_id: str, run_id: str, recipient: int) -> str:
    """Return the key of a report to one of its recipients; it is no ``MailKey``: nobody's mail."""
    return f"{schedule_id}/report/{run_id}/{recipient}"

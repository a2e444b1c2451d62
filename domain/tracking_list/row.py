"""What a row of the list says to somebody who has no enrolment: its standing, and its beginning."""

from collections.abc import Mapping
from uuid import UUID

from domain.enrolment.policy import Policy
from domain.enrolment.send_window import share_of
from domain.enrolment.state import EnrolmentInput
from domain.enrolment.status import InviteStatus, Source

# A row of an older system that names no batch.
NO_BATCH = "older-system"


def object_id_in(fields: Mapping[str, object]) -> str | None:
    """Return the ObjectId that a row names, None where there is none or it is no GUID."""
    try:
        return str(UUID(str(fields.get("ObjectId") or "")))
    except ValueError:
        return None


def display_name_in(fields: Mapping[str, object]) -> str | None:
    """Return the name that a row shows, None where it shows none."""
    return str(fields.get("DisplayName_") or "") or None


def status_in(fields: Mapping[str, object]) -> InviteStatus:
    """Return the status that a row shows, ``Pending`` where it shows none that we know."""
    try:
        return InviteStatus(str(fields.get("InviteStatus")))
    except ValueError:
        return InviteStatus.PENDING


def enrolment_of_row(
    object_id: str, fields: Mapping[str, object], *, event_id: str, policy: Policy, senders: int
) -> EnrolmentInput:
    """Return what somebody is started with from their row; intake adopts the rest of it.

    Args:
        object_id: the person's.
        fields: the row's columns.
        event_id: of the click that starts them, a GUID: the correlation id where the row has none.
        policy: what steers the enrolment.
        senders: how many sender mailboxes there are.
    """
    try:
        source = Source(str(fields.get("Source")))
    except ValueError:
        source = Source.CSV_UPLOAD
    return EnrolmentInput(
        object_id=object_id,
        user_principal_name=str(fields.get("Title") or ""),
        source=source,
        batch_id=str(fields.get("SourceBatchId") or NO_BATCH),
        correlation_id=str(fields.get("CorrelationId") or event_id),
        policy=policy,
        sender=int(share_of(object_id) * senders),
    )

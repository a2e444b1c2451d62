"""What a row of the list says to somebody who has no enrolment: its standing, and its beginning."""

from collections.abc import Mapping
from uuid import UUID

from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentInput
from domain.mail.send_window import share_of
from domain.plain_text import bounded_line
from domain.status import InviteStatus, Source
from domain.wording.display_name import safe_display_name

# A row of an older system that names no batch.
NO_BATCH = "older-system"


def object_id_in(fields: Mapping[str, object]) -> str | None:
    """Return the ObjectId that a row names, None where there is none or it is no GUID."""
    try:
        return str(UUID(str(fields.get("ObjectId") or "")))
    except ValueError:
        return None


def names_another(fields: Mapping[str, object], object_id: str) -> bool:
    """Say whether a row names somebody by ObjectId who isn't this person."""
    return object_id_in(fields) not in {None, object_id.lower()}


def token_in(fields: Mapping[str, object]) -> str | None:
    """Return the tracking token that a row holds, None where it is no GUID as links carry it."""
    value = fields.get("TrackingToken")
    if not isinstance(value, str):
        return None
    try:
        parsed = UUID(value)
    except ValueError:
        return None
    # A row of zeros is "none yet", and it would be the same for everybody.
    return value if parsed.int and str(parsed) == value.casefold() else None


def display_name_in(fields: Mapping[str, object]) -> str | None:
    """Return the name that a row shows, None where it shows none."""
    name = _text(fields, "DisplayName_")
    return (safe_display_name(name, _text(fields, "Title")) or None) if name else None


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
        user_principal_name=_text(fields, "Title"),
        source=source,
        batch_id=_text(fields, "SourceBatchId") or NO_BATCH,
        correlation_id=_text(fields, "CorrelationId") or event_id,
        policy=policy,
        sender=int(share_of(object_id) * senders),
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    return bounded_line(str(fields.get(name) or ""))

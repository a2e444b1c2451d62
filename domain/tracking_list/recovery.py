"""What a row of the list still tells of somebody whose history is gone."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from domain.instants import believable, read_instant
from domain.plain_text import bounded_line
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.enrolment import EnrolmentRecord
from domain.tracking_list.row import NO_BATCH, display_name_in, status_in

# No run of Temporal's has it, and every write of a workflow has a higher revision.
NO_RUN = str(UUID(int=0))
LOWEST_REVISION = 1


def record_of_item(
    object_id: str, item_id: str, fields: Mapping[str, object], now: datetime
) -> EnrolmentRecord:
    """Return the person's row of the tables, as far as the list tells it.

    Only ``Active`` says how somebody ended. Anybody else may still be enrolled by their link.
    """

    def at(name: str) -> datetime | None:
        return believable(read_instant(fields.get(name)), now)

    def words(name: str) -> str | None:
        value = fields.get(name)
        return (bounded_line(value) or None) if isinstance(value, str) else None

    status = status_in(fields)
    registered_at = at("MFARegistrationDate")
    has_ended = status is InviteStatus.ACTIVE
    return EnrolmentRecord(
        object_id=object_id,
        run_id=NO_RUN,
        revision=LOWEST_REVISION,
        upn=words("Title") or "",
        status=status,
        registration=_registration(fields),
        batch_id=words("SourceBatchId") or NO_BATCH,
        source=words("Source") or "",
        display_name=display_name_in(fields),
        department=words("Department"),
        in_group=fields.get("InGroup") is True,
        invite_sent_at=at("InviteSentDate"),
        opened_at=at("EmailOpenedDate"),
        clicked_at=at("ClickedLinkDate"),
        added_to_group_at=at("AddedToGroupDate"),
        last_reminder_at=at("LastReminderDate"),
        escalated=fields.get("EscalatedToManager") is True,
        escalated_at=at("EscalationDate"),
        manager_upn=words("ManagerUPN"),
        last_checked_at=at("LastChecked"),
        registered_at=registered_at,
        correlation_id=words("CorrelationId"),
        item_id=item_id,
        ended=EnrolmentEnd.ACTIVE if has_ended else None,
        ended_at=registered_at if has_ended else None,
    )


def _registration(fields: Mapping[str, object]) -> RegistrationState:
    try:
        return RegistrationState(str(fields.get("MFARegistrationState")))
    except ValueError:
        return RegistrationState.NOT_REGISTERED

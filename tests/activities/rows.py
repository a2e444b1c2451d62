"""What the activity that writes rows is given."""

from activities.tracking_list.row_writes import WriteRowInput
from domain.status import InviteStatus, RegistrationState
from domain.tables.enrolment import EnrolmentRecord
from domain.tables.story import StoryEvent
from domain.tracking_list.columns import Fields

NOBODY = "00000000-0000-4000-8000-000000000000"
RUN = "11111111-1111-4111-8111-111111111111"


def row_input(
    *,
    item_id: str | None,
    changes: Fields,
    item: Fields,
    revision: int = 1,
    events: tuple[StoryEvent, ...] = (),
) -> WriteRowInput:
    """Return the input of one write, with the database's row of the same person."""
    record = EnrolmentRecord(
        object_id=str(item.get("ObjectId") or NOBODY),
        run_id=RUN,
        revision=revision,
        upn=str(item.get("Title") or "somebody"),
        status=InviteStatus.PENDING,
        registration=RegistrationState.NOT_REGISTERED,
        batch_id="batch",
        source="CSV Upload",
    )
    return WriteRowInput(item_id=item_id, changes=changes, item=item, record=record, events=events)

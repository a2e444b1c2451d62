"""What the list alone tells of a person whose history is gone."""

from datetime import UTC, datetime

from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tracking_list.recovery import LOWEST_REVISION, record_of_item
from tests.domain.enrolment.states import OBJECT_ID

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def test_an_active_person_has_ended() -> None:
    """Their link says *Already Registered*, and any write of a workflow replaces the row."""
    row = {
        "Title": "ada@contoso.com",
        "InviteStatus": "Active",
        "MFARegistrationState": "Registered",
        "MFARegistrationDate": "2026-01-02T03:04:05Z",
        "InGroup": True,
        "SourceBatchId": "winter",
    }
    record = record_of_item(OBJECT_ID, "7", row, NOW)
    assert (record.status, record.ended) == (InviteStatus.ACTIVE, EnrolmentEnd.ACTIVE)
    assert record.registration is RegistrationState.REGISTERED
    assert record.ended_at == record.registered_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (record.batch_id, record.item_id, record.in_group) == ("winter", "7", True)
    assert record.revision == LOWEST_REVISION


def test_others_may_be_enrolled_still() -> None:
    """Nonsense is as good as nothing, and nobody but Active people has ended."""
    row = {"InviteStatus": "Sent", "InviteSentDate": "soon", "MFARegistrationState": "perhaps"}
    record = record_of_item(OBJECT_ID, "7", row, NOW)
    assert (record.status, record.ended, record.ended_at) == (InviteStatus.SENT, None, None)
    assert record.registration is RegistrationState.NOT_REGISTERED
    assert (record.invite_sent_at, record.batch_id) == (None, "older-system")

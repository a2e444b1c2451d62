"""Every column of a row that tells something of somebody whose history is gone."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tracking_list.recovery import record_of_item
from domain.tracking_list.row import NO_BATCH

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DATES = {
    "InviteSentDate": "invite_sent_at",
    "EmailOpenedDate": "opened_at",
    "ClickedLinkDate": "clicked_at",
    "AddedToGroupDate": "added_to_group_at",
    "LastReminderDate": "last_reminder_at",
    "EscalationDate": "escalated_at",
    "LastChecked": "last_checked_at",
    "MFARegistrationDate": "registered_at",
}
WORDS = {
    "Title": "upn",
    "SourceBatchId": "batch_id",
    "Source": "source",
    "Department": "department",
    "ManagerUPN": "manager_upn",
    "CorrelationId": "correlation_id",
}


@pytest.mark.parametrize(("column", "name"), DATES.items())
def test_a_date_is_kept(column: str, name: str) -> None:
    """Each date stands in its own place, and one that can't be true nowhere."""
    row = record_of_item("o", "7", {column: "2026-11-01T08:00:00Z"}, NOW)
    assert getattr(row, name) == datetime(2026, 11, 1, 8, tzinfo=UTC)
    told = [one for one in DATES.values() if getattr(row, one) is not None]
    assert told == [name]
    never = record_of_item("o", "7", {column: "9999-12-31T00:00:00Z"}, NOW + timedelta(days=1))
    assert getattr(never, name) is None


@pytest.mark.parametrize(("column", "name"), WORDS.items())
def test_a_text_is_kept(column: str, name: str) -> None:
    """Each text stands in its own place, in one line."""
    row = record_of_item("o", "7", {column: "some\nwords"}, NOW)
    assert getattr(row, name) == "some words"


def test_an_empty_row() -> None:
    """Nothing is made up: pending, not registered, in no group, in no batch."""
    row = record_of_item("o", "7", {}, NOW)
    assert (row.object_id, row.item_id, row.upn, row.source) == ("o", "7", "", "")
    assert row.batch_id == NO_BATCH
    assert row.registration is RegistrationState.NOT_REGISTERED
    assert (row.in_group, row.escalated, row.ended, row.ended_at) == (False, False, None, None)
    assert row.revision == 1


def test_flags_and_the_end() -> None:
    """Only what is true counts as true, and only Active is an end."""
    fields: dict[str, object] = {
        "InviteStatus": "Active",
        "InGroup": True,
        "EscalatedToManager": True,
        "MFARegistrationState": "Registered",
        "MFARegistrationDate": "2026-11-02T08:00:00Z",
    }
    row = record_of_item("o", "7", fields, NOW)
    assert (row.in_group, row.escalated) == (True, True)
    assert row.status is InviteStatus.ACTIVE
    assert row.registration is RegistrationState.REGISTERED
    assert (row.ended, row.ended_at) == (EnrolmentEnd.ACTIVE, row.registered_at)
    assert record_of_item("o", "7", {"InGroup": "True"}, NOW).in_group is False
    assert record_of_item("o", "7", {"EscalatedToManager": 1}, NOW).escalated is False

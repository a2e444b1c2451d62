"""What rows say to somebody who has no enrolment, and whether they are as they were written."""

import pytest

from domain.enrolment.policy import Policy
from domain.status import InviteStatus, Source
from domain.tracking_list.columns import item_fields
from domain.tracking_list.reconciliation import are_too_many, differing
from domain.tracking_list.row import enrolment_of_row, object_id_in, status_in
from tests.domain.enrolment.states import OBJECT_ID, an_input, pending

EVENT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


@pytest.mark.parametrize(
    ("value", "read"),
    [(OBJECT_ID, OBJECT_ID), (OBJECT_ID.upper(), OBJECT_ID), ("x", None), (None, None), (7, None)],
)
def test_object_ids_are_read(value: object, read: str | None) -> None:
    """A GUID in any case, and nothing else."""
    assert object_id_in({"ObjectId": value}) == read


def test_a_status_that_nobody_knows_is_pending() -> None:
    """Whatever people have typed."""
    assert status_in({"InviteStatus": "On hold"}) is InviteStatus.PENDING
    assert status_in({"InviteStatus": "Clicked"}) is InviteStatus.CLICKED


def test_an_enrolment_begins_with_what_the_row_says() -> None:
    """Source, batch and correlation are the row's; what is missing is made up."""
    row = {"Title": "ada@contoso.example", "Source": "Manual", "SourceBatchId": "winter"}
    enrolment = enrolment_of_row(OBJECT_ID, row, event_id=EVENT, policy=Policy(), senders=3)
    assert (enrolment.source, enrolment.batch_id) == (Source.MANUAL, "winter")
    assert enrolment.correlation_id == EVENT
    assert enrolment.sender == 1
    again = enrolment_of_row(OBJECT_ID, row, event_id="another", policy=Policy(), senders=3)
    assert again.sender == enrolment.sender
    bare = enrolment_of_row(OBJECT_ID, {}, event_id=EVENT, policy=Policy(), senders=1)
    assert (bare.source, bare.batch_id) == (Source.CSV_UPLOAD, "older-system")


def test_rows_are_compared_as_sharepoint_tells_them() -> None:
    """Empty text is nothing, 0.0 is 0, and columns that the list lacks are left out."""
    fields = item_fields(an_input(), pending())
    checked = {**fields, "LastChecked": "2026-11-26T09:00:00Z"}
    assert differing(checked, fields, list(fields)) == ()
    assert differing(fields, checked, list(fields)) == ("LastChecked",)
    columns = ["ErrorDetails", "ReminderCount", "InviteStatus"]
    written = {"ErrorDetails": None, "ReminderCount": 0, "InviteStatus": "Sent", "ManagerUPN": "x"}
    row = {"ErrorDetails": "", "ReminderCount": 0.0, "InviteStatus": "Pending"}
    assert differing(row, written, columns) == ("InviteStatus",)


@pytest.mark.parametrize(
    ("different", "compared", "expected"),
    [(10, 0, False), (11, 0, True), (11, 550, False), (12, 550, True), (2000, 100_000, False)],
)
def test_people_edit_a_handful_or_two_percent(
    different: int, compared: int, expected: bool
) -> None:
    """More differences than that are no edits: something is wrong as a whole."""
    assert are_too_many(different, compared) is expected

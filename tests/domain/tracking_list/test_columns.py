"""How an enrolment reads in the 24 columns of the tracking list."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enrolment.messages import RequestRefusal
from domain.enrolment.problems import CONCERNS, problem_arose, problem_met
from domain.enrolment.state import EnrolmentState, Problem, ProblemKind
from domain.enrolment.texts import PROBLEMS, REFUSALS
from domain.enrolment.transitions import (
    activated,
    cancelled,
    disabled_too_long,
    gone,
    registration_seen,
    unknown_user,
)
from domain.status import Concern, InviteStatus, RegistrationState
from domain.tracking_list.columns import (
    COLUMNS,
    OWN_TOKEN,
    ColumnKind,
    changed,
    clipped,
    fields_before_intake,
    iso,
    item_fields,
    sentence,
)
from domain.tracking_list.problem_column import with_sentence
from tests.domain.enrolment.states import (
    ADMIN,
    HOUR,
    OBJECT_ID,
    START,
    an_input,
    clicked,
    pending,
    reminded,
    sent,
)

SEED = {
    "Title": "text",
    "DisplayName_": "text",
    "InviteStatus": "choice",
    "InGroup": "boolean",
    "MFARegistrationState": "choice",
    "MFARegistrationDate": "dateTime",
    "TrackingToken": "text",
    "ClickedLinkDate": "dateTime",
    "AddedToGroupDate": "dateTime",
    "InviteSentDate": "dateTime",
    "LastReminderDate": "dateTime",
    "ReminderCount": "number",
    "LastChecked": "dateTime",
    "EmailOpenedDate": "dateTime",
    "EscalatedToManager": "boolean",
    "EscalationDate": "dateTime",
    "ManagerUPN": "text",
    "Source": "text",
    "SourceBatchId": "text",
    "ErrorDetails": "text",
    "CorrelationId": "text",
}
OURS = {"ObjectId": "text", "Department": "text", "Notes": "note"}


def test_columns_are_the_seeds_21_and_ours() -> None:
    """Names, types and order of the 24 columns are fixed."""
    assert {column.name: column.kind.value for column in COLUMNS} == SEED | OURS
    assert [column.name for column in COLUMNS] == [*SEED, *OURS]
    assert len(COLUMNS) == 24


def test_columns_that_are_filtered_by_are_indexed() -> None:
    """The seed's three indexes, and the two by which a row is found again; Title is unique."""
    indexed = {column.name for column in COLUMNS if column.indexed}
    assert indexed == {
        "TrackingToken",
        "InviteStatus",
        "MFARegistrationState",
        "Title",
        "ObjectId",
    }
    assert [column.name for column in COLUMNS if column.unique] == ["Title"]


def test_choices_are_the_seeds_words() -> None:
    """The two choice columns take the seed's words and no others."""
    choices = {c.name: c.choices for c in COLUMNS if c.kind is ColumnKind.CHOICE}
    assert choices == {
        "InviteStatus": ("Pending", "Sent", "Clicked", "AddedToGroup", "Active"),
        "MFARegistrationState": ("Registered", "Not Registered"),
    }
    assert {*InviteStatus, *RegistrationState} == {*sum(choices.values(), ())}


def test_writes_every_column_but_notes() -> None:
    """``Notes`` is for people; all others are ours."""
    names = set(item_fields(an_input(), pending()))
    assert names == {column.name for column in COLUMNS} - {"Notes"}


def test_row_of_somebody_reminded() -> None:
    """Dates are ISO 8601 in UTC to the second, empty ones None, counts numbers."""
    fields = item_fields(an_input(), reminded(2))
    expected = {
        "Title": "ada@contoso.example",
        "DisplayName_": "Ada Lovelace",
        "InviteStatus": "Sent",
        "InGroup": False,
        "InviteSentDate": "2026-03-02T09:00:00Z",
        "LastReminderDate": "2026-03-16T09:00:00Z",
        "ReminderCount": 2,
        "ClickedLinkDate": None,
        "EscalatedToManager": False,
        "Source": "CSV Upload",
        "SourceBatchId": "spring",
        "ObjectId": OBJECT_ID,
        "Department": "Research",
        "ErrorDetails": None,
    }
    assert {name: fields[name] for name in expected} == expected


def test_row_of_somebody_registered() -> None:
    """A registration fills state, date and ``LastChecked``."""
    state = clicked()
    registration_seen(state, START + HOUR)
    fields = item_fields(an_input(), state)
    assert fields["MFARegistrationState"] == "Registered"
    assert fields["MFARegistrationDate"] == fields["LastChecked"] == "2026-03-02T10:00:00Z"


def failure(message: str) -> Problem:
    """Return the problem that an activity's failure is."""
    values = {"message": message}
    return Problem(concern=Concern.MAIL, kind=ProblemKind.FAILURE, since=START, values=values)


def test_before_intake_only_the_complaint_is_written() -> None:
    """What may have to be adopted later isn't overwritten before it could be read."""
    state = pending()
    problem_met(state, Concern.DIRECTORY, "No right.", START)
    fields = fields_before_intake(an_input(), state)
    assert set(fields) == {"Title", "ObjectId", "CorrelationId", "ErrorDetails"}
    assert str(with_sentence(fields)["ErrorDetails"]).endswith("No right.")


@pytest.mark.parametrize(
    "end",
    [
        lambda state: cancelled(state, ADMIN, START),
        lambda state: gone(state, START),
        lambda state: unknown_user(state, START),
        lambda state: disabled_too_long(state, START),
    ],
    ids=["cancelled", "gone", "unknown", "disabled"],
)
def test_an_end_without_success_voids_the_links(end: Callable[[EnrolmentState], None]) -> None:
    """The last write clears the token, also of a row that was there before intake."""
    state = sent()
    assert item_fields(an_input(), state)["TrackingToken"] == OWN_TOKEN
    end(state)
    assert item_fields(an_input(), state)["TrackingToken"] is None
    assert fields_before_intake(an_input(), state)["TrackingToken"] is None


def test_other_ends_and_problems_void_nothing() -> None:
    """The link of somebody Active, or without a mail address, still says where they stand."""
    state = sent()
    problem_arose(state, ProblemKind.NO_ADDRESS, START)
    assert item_fields(an_input(), state)["TrackingToken"] == OWN_TOKEN
    activated(state, START)
    assert item_fields(an_input(), state)["TrackingToken"] == OWN_TOKEN


def test_every_problem_has_a_sentence() -> None:
    """Each kind is said in words, and belongs to something that can end it."""
    assert set(PROBLEMS) == set(ProblemKind)
    without_concern = {ProblemKind.FAILURE, ProblemKind.COLUMNS_REFUSED, ProblemKind.SECOND_ROW}
    assert set(CONCERNS) == set(ProblemKind) - without_concern
    assert set(REFUSALS) == set(RequestRefusal)


def test_a_failures_own_words_are_not_filled_in() -> None:
    """Braces in what a service or an admin says stay as they are."""
    state = pending()
    problem_met(state, Concern.DIRECTORY, "No right to {read}.", START)
    assert str(sentence(state.problem)).endswith("No right to {read}.")


@given(st.text(max_size=600))
def test_text_fits_a_single_line_column(text: str) -> None:
    """Whatever the text, what is written is one line of at most 255 UTF-16 units."""
    found = clipped(text)
    assert isinstance(found, str)
    assert len(found.encode("utf-16-le", "surrogatepass")) // 2 <= 255
    assert len(found.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [("x" * 255, "x" * 255), ("x" * 256, "x" * 254 + "…"), ("🙂" * 128, "🙂" * 127 + "…")],
    ids=["fits", "too long", "too long in UTF-16"],
)
def test_only_longer_text_is_cut(text: str, kept: str) -> None:
    """255 units are kept as they are, longer text ends in an ellipsis."""
    assert clipped(text) == kept


def test_long_complaints_are_cut() -> None:
    """A sentence that is too long for the column is cut in the row."""
    state = pending(problem=failure("x" * 400))
    details = with_sentence(item_fields(an_input(), state))["ErrorDetails"]
    assert isinstance(details, str)
    assert len(details) == 255


@pytest.mark.wording
def test_complaint_is_one_sentence_with_its_date() -> None:
    """``ErrorDetails`` says since when and what."""
    assert sentence(failure("No mail address.")) == "Since 02 Mar 2026 09:00 UTC: No mail address."
    assert sentence(None) is None


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (None, None),
        (datetime(2026, 3, 2, 9, 0, 0, 999999, tzinfo=UTC), "2026-03-02T09:00:00Z"),
        (datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=2))), "2026-03-02T07:00:00Z"),
    ],
)
def test_dates_are_written_as_sharepoint_keeps_them(
    instant: datetime | None, text: str | None
) -> None:
    """UTC, to the second, with a Z."""
    assert iso(instant) == text


def test_only_what_changed_is_written() -> None:
    """An unchanged row is not written at all; a click is two columns."""
    before = item_fields(an_input(), reminded(0))
    assert changed(before, before) == {}
    after = item_fields(an_input(), clicked())
    assert set(changed(after, before)) == {"InviteStatus", "ClickedLinkDate"}


def test_last_checked_is_left_to_the_poll() -> None:
    """While we know of no look we don't empty the column that the polling activity writes."""
    row = {"LastChecked": "2026-03-02T09:00:00Z", "ObjectId": OBJECT_ID}
    wanted = item_fields(an_input(), pending())
    assert "LastChecked" not in changed(wanted, row)
    state = pending()
    registration_seen(state, START + HOUR)
    assert changed(item_fields(an_input(), state), row)["LastChecked"] == "2026-03-02T10:00:00Z"


def test_source_and_first_batch_are_kept() -> None:
    """A later import doesn't change how and when somebody came onto the list."""
    row = {"Source": "Manual", "SourceBatchId": "winter", "ObjectId": OBJECT_ID}
    writes = changed(item_fields(an_input(), pending()), row)
    assert writes.keys().isdisjoint({"Source", "SourceBatchId"})
    assert {"Source", "SourceBatchId"} <= changed(item_fields(an_input(), pending()), {}).keys()


def test_row_of_a_namesake_is_taken_over_whole() -> None:
    """The row of another person with the same UPN loses everything of theirs."""
    other = "00000000-0000-4000-8000-000000000000"
    row = {
        "Source": "Manual",
        "SourceBatchId": "winter",
        "LastChecked": "2026-03-02T09:00:00Z",
        "ObjectId": other,
    }
    writes = changed(item_fields(an_input(), pending()), row)
    expected = {"Source": "CSV Upload", "SourceBatchId": "spring", "LastChecked": None}
    assert {name: writes[name] for name in expected} == expected

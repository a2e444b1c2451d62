"""Taking somebody in: a new row, an adopted one, and races for the same name."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState, LookedUp
from domain.enrolment.status import InviteStatus
from domain.tracking_list.columns import OWN_TOKEN, changed, item_fields
from domain.tracking_token import tracking_token
from simulated_tenant.faults import Late
from tests.activities.attempts import Attempts, assert_passing, assert_permanent
from tests.activities.stage import TOKEN_KEY, Stage
from tests.support.world import eventually

NOBODY = "99999999-9999-4999-8999-999999999999"
OLD_TOKEN = "0f0f0f0f-1111-4222-8333-444444444444"
JOURNEY = {
    "InviteStatus": "Sent",
    "TrackingToken": OLD_TOKEN,
    "InviteSentDate": "2026-03-01T08:00:00Z",
    "LastReminderDate": "2026-03-08T08:00:00Z",
    "EmailOpenedDate": "2026-03-02T08:00:00Z",
    "ReminderCount": 2,
    "EscalatedToManager": True,
    "EscalationDate": "2026-03-09T08:00:00Z",
    "ManagerUPN": "boss@contoso.example",
    "Source": "Manual",
    "SourceBatchId": "first-batch",
}


async def test_a_new_user_gets_a_row(stage: Stage) -> None:
    """The row is there at once: Pending, Not Registered, with a token made from the ObjectId."""
    user = stage.user(display_name="Ada Lovelace", department="Research")

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    item = stage.item()
    assert item["Title"] == user.user_principal_name
    assert (item["InviteStatus"], item["MFARegistrationState"]) == ("Pending", "Not Registered")
    assert (item["ObjectId"], item["Department"]) == (user.id, "Research")
    assert item["TrackingToken"] == tracking_token(user.id, TOKEN_KEY)
    assert (item["Source"], item["SourceBatchId"]) == ("CSV Upload", "batch-1")
    assert taken.state.item_id == item["id"]
    assert taken.state.person is not None
    assert taken.state.person.display_name == "Ada Lovelace"
    assert not taken.state.registered
    assert not taken.state.excluded
    wanted = item_fields(stage.enrolment(user), taken.state)
    assert changed(wanted, taken.written) == {}


async def test_somebody_registered_already_is_seen(stage: Stage) -> None:
    """A counted method makes ``registered`` true; the row is made all the same."""
    user = stage.user(methods=["fido2"])

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert taken.state.registered
    assert stage.item()["ObjectId"] == user.id


async def test_an_excluded_user_is_seen(stage: Stage) -> None:
    """A member of the excluded group comes in marked as such."""
    user = stage.user()
    stage.tenant.add_member(stage.excluded_group.id, user.id)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert taken.state.excluded


@pytest.mark.parametrize(("seconds", "asks_again"), [(0, False), (61, True)])
async def test_what_the_import_asked_is_believed_for_a_minute(
    stage: Stage, seconds: int, *, asks_again: bool
) -> None:
    """After that, who has been excluded since, or has another name, is seen as such."""
    user = stage.user()
    found = LookedUp(
        person=await stage.directory.user(user.id),
        at=datetime.now(UTC) - timedelta(seconds=seconds),
    )
    stage.tenant.add_member(stage.excluded_group.id, user.id)
    enrolment = stage.intake(user, looked_up=found)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(enrolment)

    assert taken.state.excluded is asks_again
    assert taken.state.not_excluded_at == (None if asks_again else found.at)


async def test_a_row_that_the_last_pass_did_not_show_is_adopted(stage: Stage) -> None:
    """Nobody looks for it, but ``Title`` is unique: the refusal leads to it."""
    user = stage.user()
    stage.row(Title=user.user_principal_name, **JOURNEY)
    enrolment = stage.intake(user, has_no_row=True)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(enrolment)

    assert (taken.state.item_id, taken.state.older_token) == (stage.item()["id"], OLD_TOKEN)


async def test_a_row_of_the_same_person_is_adopted(stage: Stage) -> None:
    """Dates, counts, flags and token of a row with the ObjectId are kept, whatever its name."""
    user = stage.user()
    row = stage.row(Title="maiden-name@contoso.example", ObjectId=user.id, **JOURNEY)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    state = taken.state
    assert state.item_id == str(row.id)
    assert state.older_token == OLD_TOKEN
    assert state.status is InviteStatus.SENT
    assert state.invite_sent_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert (state.reminder_count, state.reminders_sent) == (2, 2)
    assert (state.escalated, state.manager_upn) == (True, "boss@contoso.example")
    write = changed(item_fields(stage.enrolment(user), state), taken.written)
    assert write["Title"] == user.user_principal_name
    assert not {"TrackingToken", "Source", "SourceBatchId", "ReminderCount"} & write.keys()
    assert len(stage.items()) == 1


async def test_a_row_by_name_alone_is_adopted(stage: Stage) -> None:
    """A row of an older system has no ObjectId; its Title is enough."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name.upper(), **JOURNEY)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert taken.state.item_id == str(row.id)
    assert taken.state.older_token == OLD_TOKEN
    assert len(stage.items()) == 1


async def test_a_re_created_user_starts_anew_in_the_old_row(stage: Stage) -> None:
    """Another ObjectId under the same name: nothing is adopted, the journey's columns go."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name, ObjectId=NOBODY, **JOURNEY)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert taken.state.item_id == str(row.id)
    assert taken.state.older_token is None
    assert taken.state.status is InviteStatus.PENDING
    write = changed(item_fields(stage.enrolment(user), taken.state), taken.written)
    assert write["ObjectId"] == user.id
    assert write["TrackingToken"] == OWN_TOKEN
    cleared = {"InviteSentDate", "LastReminderDate", "EmailOpenedDate", "EscalationDate"}
    assert {name: write[name] for name in cleared} == dict.fromkeys(cleared)
    assert (write["ReminderCount"], write["EscalatedToManager"]) == (0, False)
    assert (write["Source"], write["SourceBatchId"]) == ("CSV Upload", "batch-1")


async def test_of_several_rows_the_oldest_is_adopted(stage: Stage) -> None:
    """Duplicates that people made are left alone; the lowest id is the row."""
    user = stage.user()
    for number in range(8):
        stage.row(Title=f"other-{number}@contoso.example")
    # Their ids are 9 and 10, which as text stand the other way round.
    oldest = stage.row(Title="first@contoso.example", ObjectId=user.id, ReminderCount=1)
    stage.row(Title="second@contoso.example", ObjectId=user.id)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert taken.state.item_id == str(oldest.id)
    assert taken.state.reminder_count == 1


async def test_two_attempts_at_once_make_one_row(stage: Stage) -> None:
    """Who loses the race is told "duplicate", and finds the other's row."""
    stage.assume(indexlag="off")
    enrolment = stage.intake(stage.user())
    stage.fault("POST", "/items$", times=2, hold_before=timedelta(milliseconds=100))
    first = Attempts(stage.intake_activities.look_up_and_adopt)
    second = Attempts(stage.intake_activities.look_up_and_adopt)

    taken = await asyncio.gather(first.next(enrolment), second.next(enrolment))

    assert {one.state.item_id for one in taken} == {stage.item()["id"]}


async def test_a_row_that_the_filter_missed_is_adopted(stage: Stage) -> None:
    """An empty filter is no proof: the unique name says that there is a row, and it is adopted."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name, ObjectId=user.id, **JOURNEY)
    shown_at = row.visible_at
    row.visible_at = stage.tenant.clock() + timedelta(hours=1)
    post = stage.fault("POST", "/items$", hold_before=timedelta(milliseconds=200))
    taking = asyncio.create_task(
        Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))
    )
    await eventually(lambda: post.hits)
    row.visible_at = shown_at

    taken = await taking

    assert taken.state.item_id == str(row.id)
    assert taken.state.status is InviteStatus.SENT
    assert taken.state.escalated


async def test_a_lost_answer_makes_no_second_row(stage: Stage) -> None:
    """The row is made, the answer is lost, reads lag: the next attempts wait, then find it."""
    stage.assume(indexlag="off")
    enrolment = stage.intake(stage.user())
    stage.fault("POST", "/items$", status=504, after_write=True)
    stage.tenant.faults.late(Late.ITEM, timedelta(hours=1), times=1)
    attempts = Attempts(stage.intake_activities.look_up_and_adopt)

    assert_passing(await attempts.failure(enrolment), "ServiceUnavailable")
    hidden = await attempts.failure(enrolment)
    assert_passing(hidden, "ServiceUnavailable")
    assert "doesn't show it yet" in str(hidden)
    (row,) = stage.rows.items()
    row.visible_at = row.created_at
    taken = await attempts.next(enrolment)

    assert taken.state.item_id == stage.item()["id"]
    assert taken.state.status is InviteStatus.PENDING


async def test_an_answer_that_comes_too_late_makes_no_second_row(stage: Stage) -> None:
    """The row is made while nobody waits for the answer any more."""
    stage.assume(indexlag="off")
    enrolment = stage.intake(stage.user())
    stage.fault("POST", "/items$", hold_after=timedelta(seconds=1))
    hurried = Attempts(stage.impatient.intake_activities.look_up_and_adopt)

    assert_passing(await hurried.failure(enrolment), "ServiceUnavailable")
    await eventually(stage.items)
    taken = await Attempts(stage.intake_activities.look_up_and_adopt, attempt=2).next(enrolment)

    assert taken.state.item_id == stage.item()["id"]


async def test_a_missing_user_is_looked_for_three_times(stage: Stage) -> None:
    """Twice over a day it may be too new to be seen everywhere; the third time it is not there."""
    attempts = Attempts(stage.intake_activities.look_up_and_adopt)
    enrolment = stage.intake(NOBODY)

    for _ in range(2):
        error = await attempts.failure(enrolment)
        assert_passing(error, "UserMissing")
        assert error.next_retry_delay == timedelta(hours=12)

    assert_permanent(await attempts.failure(enrolment), "UserNotFound")
    assert stage.items() == []


async def test_a_new_user_may_show_late(stage: Stage) -> None:
    """A 404, then the user: the intake is done."""
    enrolment = stage.intake(stage.user())
    stage.fault("GET", "/users/", status=404)
    attempts = Attempts(stage.intake_activities.look_up_and_adopt)

    assert_passing(await attempts.failure(enrolment), "UserMissing")

    assert (await attempts.next(enrolment)).state.item_id is not None


async def test_a_missing_list_is_named(stage: Stage) -> None:
    """Without the list there is no intake, and the message says which setting to check."""
    lost = stage.but(list_id=NOBODY)

    error = await Attempts(lost.intake_activities.look_up_and_adopt).failure(
        stage.intake(stage.user())
    )

    assert_permanent(error, "NotFound")
    assert "LIST_ID" in str(error)


@pytest.mark.parametrize("value", ["not a number", 2.5, True, -3])
async def test_what_people_wrote_into_a_row_stops_nobody(stage: Stage, value: object) -> None:
    """A row whose columns hold nonsense is adopted with what can be read of it."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name, ObjectId=user.id)
    row.fields |= {
        "ReminderCount": value,
        "InviteSentDate": value,
        "InviteStatus": value,
        "TrackingToken": "",
    }

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert taken.state.status is InviteStatus.PENDING
    assert taken.state.invite_sent_at is None
    assert taken.state.older_token is None
    assert taken.state.reminder_count == (2 if value == 2.5 else 0)


async def test_policy_and_state_are_not_mixed_up(stage: Stage) -> None:
    """An adopted row that is due for escalation gets its clock from the last reminder."""
    user = stage.user()
    fields = JOURNEY | {"EscalatedToManager": False, "EscalationDate": None}
    stage.row(Title=user.user_principal_name, ObjectId=user.id, **fields)
    patient = stage.intake(user, policy=replace(Policy(), escalate_after=3))

    due = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))
    not_due = await Attempts(stage.intake_activities.look_up_and_adopt).next(patient)

    assert due.state.escalation_clock_at == datetime(2026, 3, 8, 8, tzinfo=UTC)
    assert not_due.state.escalation_clock_at is None
    assert isinstance(due.state, EnrolmentState)


@pytest.mark.parametrize("member", [True, False])
async def test_graph_and_not_the_row_says_who_is_in_the_group(stage: Stage, member: bool) -> None:
    """A row that claims the opposite is put right; nobody is asked about who claims nothing."""
    user = stage.user()
    if member:
        stage.tenant.add_member(stage.group.id, user.id)
    stage.row(
        Title=user.user_principal_name, ObjectId=user.id, InviteStatus="Clicked", InGroup=not member
    )

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert taken.state.in_group is member
    write = changed(item_fields(stage.enrolment(user), taken.state), taken.written)
    assert write["InGroup"] is member


async def test_a_group_that_cant_be_read_counts_as_not_joined(stage: Stage) -> None:
    """Without the right to read memberships somebody is added again, which changes nothing."""
    user = stage.user()
    stage.row(Title=user.user_principal_name, InviteStatus="AddedToGroup", InGroup=True)
    forbidden = stage.fault("POST", f"{user.id}/checkMemberGroups", status=403, skip=1)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert forbidden.is_used_up
    assert taken.state.status is InviteStatus.CLICKED


async def test_texts_that_are_too_long_are_not_carried_along(stage: Stage) -> None:
    """What intake hands on is small, whatever people have noted in the row."""
    user = stage.user()
    stage.row(Title=user.user_principal_name, ReminderCount=10**12, Notes="N" * 100_000)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert "Notes" not in taken.written
    write = changed(item_fields(stage.enrolment(user), taken.state), taken.written)
    assert write["ReminderCount"] == 0


async def test_somebody_new_does_not_wait_for_the_list(stage: Stage) -> None:
    """While it is away, a person whom its last pass didn't show goes on, and their row follows."""
    user = stage.user()
    for method in ("GET", "POST"):
        stage.fault(method, "/items", status=503, times=None)
    intake = stage.intake_activities.look_up_and_adopt

    assert_passing(await Attempts(intake).failure(stage.intake(user)), "ServiceUnavailable")
    taken = await Attempts(intake).next(stage.intake(user, has_no_row=True))

    assert (taken.state.item_id, taken.written) == (None, {})
    assert taken.state.older_token is None
    assert stage.items() == []

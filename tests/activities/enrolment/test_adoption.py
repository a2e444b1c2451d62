"""A row that is there already is adopted, whatever it says."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from database.enrolments.person import read_record
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.enrolment import EnrolmentRecord
from domain.tracking_list.columns import changed, item_fields
from domain.tracking_token import tracking_token
from tests.activities.attempts import Attempts, assert_passing
from tests.activities.stage import TOKEN_KEY, Stage
from tests.support.eventually import eventually

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


async def test_a_row_that_the_last_pass_did_not_show_is_adopted(stage: Stage) -> None:
    """Nobody looks for it, but ``Title`` is unique: the refusal leads to it."""
    user = stage.user()
    stage.row(Title=user.user_principal_name, **JOURNEY)
    enrolment = stage.intake(user, has_no_row=True)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(enrolment)

    assert (taken.state.item_id, taken.state.older_token) == (stage.item()["id"], OLD_TOKEN)


async def test_a_row_of_the_same_person_is_adopted(stage: Stage) -> None:
    """Dates, counts, flags and token of a row with the ObjectId are kept, whatever its name."""
    stage.assume(otherforms="off")
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
    row = stage.row(Title=user.user_principal_name, ObjectId=NOBODY, Notes="call her", **JOURNEY)
    former = EnrolmentRecord(
        object_id=NOBODY,
        run_id=NOBODY,
        revision=1,
        upn=user.user_principal_name,
        status=InviteStatus.SENT,
        registration=RegistrationState.NOT_REGISTERED,
        batch_id="batch-0",
        source="CSV Upload",
    )
    await stage.records.write(former, [])

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert taken.state.item_id == str(row.id)
    assert taken.state.older_token is None
    assert taken.state.status is InviteStatus.PENDING
    assert not changed(item_fields(stage.enrolment(user), taken.state), taken.written)
    item = stage.item()
    assert item["ObjectId"] == user.id
    assert item["TrackingToken"] == tracking_token(user.id, TOKEN_KEY)
    cleared = {"InviteSentDate", "LastReminderDate", "EmailOpenedDate", "EscalationDate"}
    assert not cleared & item.keys()
    assert (item["ReminderCount"], item["EscalatedToManager"]) == (0, False)
    assert (item["Source"], item["SourceBatchId"]) == ("CSV Upload", "batch-1")
    assert item["Notes"] == "call her"
    # What is written of the former owner later leaves it known.
    await stage.records.write(replace(former, revision=2, ended=EnrolmentEnd.GONE), [])
    known = await stage.database.read(lambda connection: read_record(connection, NOBODY))
    assert known is not None
    assert (known.ended, known.replaced_by) == (EnrolmentEnd.GONE, user.id)


async def test_a_row_that_is_taken_over_is_the_new_persons_at_once(stage: Stage) -> None:
    """The answer is lost: the next attempt takes nothing of the former owner for the person's."""
    user = stage.user()
    stage.row(Title=user.user_principal_name, ObjectId=NOBODY, **JOURNEY)
    stage.fault("PATCH", "/fields$", status=504, after_write=True)
    attempts = Attempts(stage.intake_activities.look_up_and_adopt)

    assert_passing(await attempts.failure(stage.intake(user)), "ServiceUnavailable")
    taken = await attempts.next(stage.intake(user))

    assert taken.state.status is InviteStatus.PENDING
    assert (taken.state.escalated, taken.state.reminder_count) == (False, 0)
    assert taken.state.older_token is None


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


async def test_texts_that_are_too_long_are_not_carried_along(stage: Stage) -> None:
    """What intake hands on is small, whatever people have noted in the row."""
    user = stage.user()
    stage.row(Title=user.user_principal_name, ReminderCount=10**12, Notes="N" * 100_000)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert "Notes" not in taken.written
    write = changed(item_fields(stage.enrolment(user), taken.state), taken.written)
    assert write["ReminderCount"] == 0

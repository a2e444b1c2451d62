"""Taking somebody in: a new row, an adopted one, and races for the same name."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from activities.tracking_list.persons_row import TIMES_REFUSED
from domain.enrolment.state import LookedUp
from domain.status import InviteStatus
from domain.tracking_list.columns import changed, item_fields
from domain.tracking_token import tracking_token
from simulated_tenant.faults import Late
from tests.activities.attempts import Attempts, assert_passing, assert_permanent
from tests.activities.stage import TOKEN_KEY, Stage
from tests.support.eventually import eventually

NOBODY = "99999999-9999-4999-8999-999999999999"


async def test_a_new_user_gets_a_row(stage: Stage) -> None:
    """The row is there at once: Pending, Not Registered, with a token made from the ObjectId."""
    stage.assume(nulls="off", otherforms="off")
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
    user = stage.user(methods=["fido2"])
    found = LookedUp(
        person=await stage.directory.user(user.id),
        at=datetime.now(UTC) - timedelta(seconds=seconds),
        registered=False,
    )
    stage.tenant.add_member(stage.excluded_group.id, user.id)
    enrolment = stage.intake(user, looked_up=found)
    begun = datetime.now(UTC)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(enrolment)

    assert taken.state.excluded is taken.state.registered is asks_again
    assert taken.state.not_excluded_at == (None if asks_again else found.at)
    assert taken.state.methods_read_at is not None
    assert (taken.state.methods_read_at >= begun) is asks_again
    assert asks_again or taken.state.methods_read_at == found.at


async def test_methods_that_the_import_did_not_read_are_asked(stage: Stage) -> None:
    """It reads those of new people, and goes on without them."""
    user = stage.user(methods=["fido2"])
    found = LookedUp(person=await stage.directory.user(user.id), at=datetime.now(UTC))
    enrolment = stage.intake(user, looked_up=found)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(enrolment)

    assert taken.state.registered
    assert taken.state.methods_read_at is not None
    assert taken.state.methods_read_at > found.at


@pytest.mark.parametrize("translated", ["off", "on"])
async def test_two_attempts_at_once_make_one_row(stage: Stage, translated: str) -> None:
    """Who loses the race is told "duplicate", in whatever words, and finds the other's row."""
    stage.assume(indexlag="off", translated=translated)
    enrolment = stage.intake(stage.user())
    stage.fault("POST", "/items$", times=2, hold_before=timedelta(milliseconds=100))
    first = Attempts(stage.intake_activities.look_up_and_adopt)
    second = Attempts(stage.intake_activities.look_up_and_adopt)

    taken = await asyncio.gather(first.next(enrolment), second.next(enrolment))

    assert {one.state.item_id for one in taken} == {stage.item()["id"]}


async def test_a_lost_answer_makes_no_second_row(stage: Stage) -> None:
    """The row is made, the answer is lost, reads lag: the next attempts wait, then find it."""
    stage.assume(indexlag="off", translated="off")
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


async def test_a_duplicate_in_another_language_is_found_when_the_filter_shows_it(
    stage: Stage,
) -> None:
    """The refusal may be of any kind until the row is seen, so it passes; later it is one."""
    stage.assume(indexlag="3600", translated="on")
    enrolment = stage.intake(stage.user())
    stage.fault("POST", "/items$", status=504, after_write=True)
    attempts = Attempts(stage.intake_activities.look_up_and_adopt)
    assert_passing(await attempts.failure(enrolment), "ServiceUnavailable")
    hidden = await attempts.failure(enrolment)
    assert_passing(hidden, "ServiceUnavailable")
    assert "looked for again" in str(hidden)
    stage.assume(indexlag="off")
    assert (await attempts.next(enrolment)).state.item_id == stage.item()["id"]


async def test_a_list_that_goes_on_refusing_a_row_is_told_of(stage: Stage) -> None:
    """What no look explains for minutes is for an admin."""
    enrolment = stage.intake(stage.user())
    stage.fault("POST", "/items$", status=400, times=None)
    attempts = Attempts(stage.intake_activities.look_up_and_adopt)
    for _ in range(TIMES_REFUSED - 1):
        assert_passing(await attempts.failure(enrolment), "ServiceUnavailable")
    assert_permanent(await attempts.failure(enrolment), "BadRequest")


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


async def test_a_group_that_cant_be_read_counts_as_not_joined(stage: Stage) -> None:
    """Without the right to read memberships somebody is added again, which changes nothing."""
    user = stage.user()
    stage.row(Title=user.user_principal_name, InviteStatus="AddedToGroup", InGroup=True)
    forbidden = stage.fault("POST", f"{user.id}/checkMemberGroups", status=403, skip=1)

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(user))

    assert forbidden.is_used_up
    assert taken.state.status is InviteStatus.CLICKED


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

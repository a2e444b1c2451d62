"""Writing a row: what is refused, deleted, in conflict or missing."""

import pytest

from activities.tracking_list.write_row import WriteRowResult
from domain.enrolment.problems import problem_met
from domain.enrolment.state import EnrolmentState
from domain.status import Concern
from domain.tracking_list.columns import Fields, item_fields
from temporal.encryption.names import UserPrincipalNames
from tests.activities.attempts import assert_passing, assert_permanent
from tests.activities.rows import row_input
from tests.activities.stage import Stage
from tests.activities.tracking_list.writing import whole, writing

NOWHERE = "99999999-9999-4999-8999-999999999999"


async def test_changed_columns_are_written_and_no_others(stage: Stage) -> None:
    """Notes and columns that didn't change stay as people left them."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name, Notes="call her", ReminderCount=1)
    changes: Fields = {"InviteStatus": "Sent", "InviteSentDate": "2026-03-01T08:00:00Z"}

    written = await writing(stage).next(
        row_input(item_id=str(row.id), changes=changes, item=whole(stage, user, **changes))
    )

    assert written == WriteRowResult(item_id=str(row.id))
    item = stage.item()
    assert (item["InviteStatus"], item["InviteSentDate"]) == ("Sent", "2026-03-01T08:00:00Z")
    assert (item["Notes"], item["ReminderCount"]) == ("call her", 1)


async def test_a_hidden_name_is_told_with_the_row(stage: Stage) -> None:
    """Where names are hidden, the enrolment learns what stands for the name that was written."""
    stage = stage.but(names=UserPrincipalNames((bytes(32),)))
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)

    written = await writing(stage).next(
        row_input(item_id=str(row.id), changes={}, item=whole(stage, user))
    )

    hidden = stage.names.attribute(user.user_principal_name)
    assert written == WriteRowResult(item_id=str(row.id), hidden_upn=hidden)


async def test_none_empties_a_column(stage: Stage) -> None:
    """A date that no longer holds is taken away."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name, LastReminderDate="2026-03-01T08:00:00Z")

    await writing(stage).next(
        row_input(item_id=str(row.id), changes={"LastReminderDate": None}, item=whole(stage, user))
    )

    assert "LastReminderDate" not in stage.item()


async def test_a_refused_column_is_skipped_and_named(stage: Stage) -> None:
    """One column that the list doesn't take stops none of the others."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)
    changes: Fields = {"InGroup": True, "InviteStatus": "Lost", "ReminderCount": 2, "Extra": "?"}

    written = await writing(stage).next(
        row_input(item_id=str(row.id), changes=changes, item=whole(stage, user, **changes))
    )

    assert written.refused == ("InviteStatus", "Extra")
    assert (stage.item()["InGroup"], stage.item()["ReminderCount"]) == (True, 2)


async def test_a_name_that_another_row_has_is_refused(stage: Stage) -> None:
    """Titles are unique: a new name that is taken is named, the rest is written."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)
    stage.row(Title="taken@contoso.example")
    changes: Fields = {"Title": "taken@contoso.example", "Department": "Sales"}

    written = await writing(stage).next(
        row_input(item_id=str(row.id), changes=changes, item=whole(stage, user, **changes))
    )

    assert written.refused == ("Title",)
    assert stage.items()[0]["Department"] == "Sales"


async def test_a_deleted_row_is_made_again(stage: Stage) -> None:
    """A row that somebody deleted comes back whole, under another id."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)
    stage.rows.delete(row)
    changes: Fields = {"InviteStatus": "Sent"}

    written = await writing(stage).next(
        row_input(item_id=str(row.id), changes=changes, item=whole(stage, user, **changes))
    )

    assert written.item_id != str(row.id)
    assert stage.item()["id"] == written.item_id
    assert (stage.item()["Title"], stage.item()["InviteStatus"]) == (
        user.user_principal_name,
        "Sent",
    )


async def test_a_row_that_is_made_again_is_made_once(stage: Stage) -> None:
    """The answer to its creation is lost: the next attempt finds it and makes no second."""
    stage.assume(indexlag="off")
    user = stage.user()
    stage.fault("POST", "/items$", status=504, after_write=True)
    attempts = writing(stage)
    write = row_input(item_id=None, changes={}, item=whole(stage, user))

    assert_passing(await attempts.failure(write), "ServiceUnavailable")
    written = await attempts.next(write)

    assert written.item_id == stage.item()["id"]


async def test_a_row_is_made_without_the_column_that_is_refused(stage: Stage) -> None:
    """A list that lacks a column gets the row all the same, and the column is named."""
    user = stage.user()
    item = whole(stage, user, Extra="?")

    written = await writing(stage).next(row_input(item_id=None, changes={}, item=item))

    assert written.refused == ("Extra",)
    assert stage.item()["ObjectId"] == user.id


async def test_a_row_of_the_same_name_is_taken_over(stage: Stage) -> None:
    """Without an id the row is looked for by ObjectId, then by Title, before one is made."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)

    written = await writing(stage).next(
        row_input(item_id=None, changes={}, item=whole(stage, user))
    )

    assert written.item_id == str(row.id)
    assert stage.item()["ObjectId"] == user.id


async def test_a_row_that_is_made_meanwhile_passes(stage: Stage) -> None:
    """The name is taken, but by a row that reads don't show yet: tried again."""
    stage.assume(translated="off")
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)
    row.visible_at = row.visible_at.replace(year=2999)

    error = await writing(stage).failure(
        row_input(item_id=None, changes={}, item=whole(stage, user))
    )

    assert_passing(error, "Conflict")


@pytest.mark.parametrize("status", [409, 412])
async def test_a_conflict_passes(stage: Stage, status: int) -> None:
    """Somebody else changed the row meanwhile: written again, ours wins."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)
    stage.fault("PATCH", "/fields$", status=status)
    attempts = writing(stage)
    write = row_input(
        item_id=str(row.id), changes={"InGroup": True}, item=whole(stage, user, InGroup=True)
    )

    assert_passing(await attempts.failure(write), "Conflict")
    await attempts.next(write)

    assert stage.item()["InGroup"] is True


async def test_a_save_conflict_passes(stage: Stage) -> None:
    """SharePoint's own words for a conflict come with a status that means something else."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)
    stage.fault("PATCH", "/fields$", status=400, message="Save Conflict. Your changes conflict.")
    write = row_input(item_id=str(row.id), changes={"InGroup": True}, item=whole(stage, user))

    assert_passing(await writing(stage).failure(write), "Conflict")


async def test_a_write_whose_answer_was_lost_is_made_again(stage: Stage) -> None:
    """Setting values twice is setting them once."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name)
    stage.fault("PATCH", "/fields$", status=504, after_write=True)
    attempts = writing(stage)
    write = row_input(item_id=str(row.id), changes={"ReminderCount": 1}, item={})

    assert_passing(await attempts.failure(write), "ServiceUnavailable")
    assert (await attempts.next(write)).refused == ()

    assert stage.item()["ReminderCount"] == 1


async def test_text_of_any_length_is_taken(stage: Stage) -> None:
    """A sentence that is too long for its column arrives cut to 255 characters."""
    user = stage.user()
    now = stage.tenant.clock()
    state = EnrolmentState()
    problem_met(state, Concern.MAIL, "ü" * 300, now)
    item = item_fields(stage.enrolment(user), state)

    written = await writing(stage).next(row_input(item_id=None, changes=item, item=item))

    assert written.refused == ()
    assert len(stage.item()["ErrorDetails"]) == 255


async def test_a_missing_list_is_named(stage: Stage) -> None:
    """The row can't be found since there is no list: the message says which setting to check."""
    lost = stage.but(list_id=NOWHERE)
    write = row_input(item_id="1", changes={"InGroup": True}, item={})

    error = await writing(lost).failure(write)

    assert_permanent(error, "NotFound")
    assert "LIST_ID" in str(error)

"""One name and two people: who had it before, and who has it now."""

import pytest

from activities.tracking_list.write_row import WriteRowResult
from domain.enrolment.state import EnrolmentState
from domain.tracking_list.columns import Fields, item_fields
from tests.activities.attempts import Attempts
from tests.activities.rows import row_input
from tests.activities.stage import Stage
from tests.database.values import person, put

NOBODY = "99999999-9999-4999-8999-999999999999"


async def test_the_row_of_somebody_renamed_stays_theirs(stage: Stage) -> None:
    """A newcomer with the old name gets a row of their own; the older row gets the new name."""
    renamed = stage.user("jones")
    newcomer = stage.user("smith")
    row = stage.row(Title=newcomer.user_principal_name, ObjectId=renamed.id, InviteStatus="Clicked")

    taken = await Attempts(stage.intake_activities.look_up_and_adopt).next(stage.intake(newcomer))

    assert taken.state.item_id != str(row.id)
    assert taken.written["InviteStatus"] == "Pending"
    rows = {item["ObjectId"]: item for item in stage.items()}
    assert rows[renamed.id]["Title"] == renamed.user_principal_name
    assert rows[renamed.id]["InviteStatus"] == "Clicked"
    assert rows[newcomer.id]["Title"] == newcomer.user_principal_name


async def test_a_row_that_was_taken_over_hears_no_last_words(stage: Stage) -> None:
    """What ended the enrolment of the old owner isn't said of the new one."""
    new = stage.user()
    row = stage.row(Title=new.user_principal_name, ObjectId=new.id)
    await put(stage.database, person(1, object_id=new.id, item_id=str(row.id)))
    gone = stage.enrolment(NOBODY, user_principal_name=new.user_principal_name)
    changes: Fields = {"ErrorDetails": "No longer in the directory"}
    item = item_fields(gone, EnrolmentState()) | changes

    written = await Attempts(stage.list_activities.write_row).next(
        row_input(item_id=str(row.id), changes=changes, item=item)
    )

    assert written == WriteRowResult(item_id=str(row.id))
    assert "ErrorDetails" not in stage.item()


@pytest.mark.parametrize("named", [True, False], ids=["own", "nobodys"])
async def test_ones_own_row_does(stage: Stage, *, named: bool) -> None:
    """The row of the person, and one that people emptied of its ObjectId, are written to."""
    user = stage.user()
    row = stage.row(Title=user.user_principal_name, **({"ObjectId": user.id} if named else {}))
    changes: Fields = {"ErrorDetails": "The group is missing"}
    item = item_fields(stage.enrolment(user), EnrolmentState()) | changes

    await Attempts(stage.list_activities.write_row).next(
        row_input(item_id=str(row.id), changes=changes, item=item)
    )

    assert stage.item()["ErrorDetails"] == "The group is missing"

"""An item's id may lead to somebody else's row: names and ids are given anew. No row has two."""

from activities.tracking_list.write_row import WriteRowResult
from domain.tracking_list.columns import Fields
from simulated_tenant.directory.users import User
from tests.activities.rows import row_input
from tests.activities.stage import Stage
from tests.activities.tracking_list.writing import whole, writing
from tests.database.values import person, put

SENT: Fields = {"InviteStatus": "Sent"}


async def with_row(stage: Stage, number: int, *, title: str | None = None) -> tuple[User, str]:
    """Return somebody, as list and tables have them, and their item."""
    user = stage.user()
    row = stage.row(Title=title or user.user_principal_name, ObjectId=user.id)
    await put(stage.database, person(number, object_id=user.id, item_id=str(row.id), revision=0))
    return user, str(row.id)


async def test_an_id_that_was_given_anew_leads_to_a_row_of_ones_own(stage: Stage) -> None:
    """After a restore of the list an item's id may be another's: the person gets their own row."""
    stage.assume(indexlag="off")
    other, item_id = await with_row(stage, 1)
    user = stage.user()
    attempts = writing(stage)
    write = row_input(item_id=item_id, changes=SENT, item=whole(stage, user, **SENT))

    own = await attempts.next(write)
    again = await attempts.next(write)

    assert own.item_id != item_id
    assert again == own
    assert [item["ObjectId"] for item in stage.items()] == [other.id, user.id]


async def test_a_whole_row_is_never_written_over_anothers(stage: Stage) -> None:
    """A reconcile asks for all columns: the row that is another's by now keeps every one."""
    stage.assume(indexlag="off")
    _, item_id = await with_row(stage, 1)
    before = dict(stage.item())
    user = stage.user()
    item = whole(stage, user, **SENT)

    written = await writing(stage).next(row_input(item_id=item_id, changes=item, item=item))

    assert written.item_id != item_id
    assert stage.items()[0] == before


async def test_a_typed_object_id_takes_no_row_away(stage: Stage) -> None:
    """Somebody wrote a colleague's ObjectId into a row: it is put right, and no second is made."""
    colleague, _ = await with_row(stage, 1)
    user, item_id = await with_row(stage, 2)
    stage.rows.find(item_id).fields["ObjectId"] = colleague.id  # type: ignore[union-attr]
    item = whole(stage, user)

    written = await writing(stage).next(row_input(item_id=item_id, changes=item, item=item))

    assert written == WriteRowResult(item_id=item_id)
    assert [item["ObjectId"] for item in stage.items()] == [colleague.id, user.id]


async def test_whoever_is_gone_takes_no_row_back(stage: Stage) -> None:
    """A re-created user has the row: nothing that is asked of the former owner's changes it."""
    user = stage.user()
    _, item_id = await with_row(stage, 1, title=user.user_principal_name)
    before = dict(stage.item())
    item = whole(stage, user, **SENT)

    written = await writing(stage).next(row_input(item_id=item_id, changes=item, item=item))

    assert written == WriteRowResult(item_id=item_id)
    assert stage.items() == [before]


async def test_a_name_that_anothers_row_bears_takes_no_row_before_intake(stage: Stage) -> None:
    """Whether its owner was renamed or is gone is for intake to find out; until then it is told."""
    user = stage.user()
    await with_row(stage, 1, title=user.user_principal_name)
    before = dict(stage.item())

    written = await writing(stage).next(
        row_input(item_id=None, changes={}, item=whole(stage, user))
    )

    assert written == WriteRowResult(item_id=None, refused=("Title",))
    assert stage.items() == [before]

"""What lists are chosen by, and the names that people give to them, on both engines."""

from uuid import uuid4

from database.engine import Database
from database.figures.choices import Choices, read_choices
from database.portal.saved_views import change_view, delete_view, read_views, save_view
from domain.portal.saved_view import SavedView
from tests.database.values import NOW, object_id, person, put

ADA, EVE = object_id(900), object_id(901)


async def test_there_is_to_choose_what_people_have(database: Database) -> None:
    """Each value once, in order; people without one add nothing."""
    await put(database, person(1, batch_id="b", department="Sales", language="de-CH"))
    await put(database, person(2, batch_id="a", department=None))
    await put(database, person(3, batch_id="a", department="Sales"))
    async with database.reading() as connection:
        found = await read_choices(connection)
    assert found == Choices(
        batches=("a", "b"), departments=("Sales",), languages=("de-CH",), registered_after=()
    )


async def test_views_are_their_owners(database: Database) -> None:
    """Others see what is shared and change nothing; an admin deletes anybody's."""
    view = SavedView(
        view_id=str(uuid4()),
        owner_id=ADA,
        name="Mine",
        shared=False,
        filters={"status": "Sent"},
        created_at=NOW,
    )
    async with database.writing() as connection:
        assert await save_view(connection, view)
        assert await read_views(connection, ADA) == [view]
        assert await read_views(connection, EVE) == []
        assert not await change_view(connection, view.view_id, EVE, name="Hers", shared=True)
        assert await change_view(connection, view.view_id, ADA, name="Ours", shared=True)
        assert [one.name for one in await read_views(connection, EVE)] == ["Ours"]
        assert not await delete_view(connection, view.view_id, owner_id=EVE)
        assert await delete_view(connection, view.view_id, owner_id=None)
        assert await read_views(connection, ADA) == []

"""A person's row, found by the id that it was known under: is it still theirs?"""

from typing import TYPE_CHECKING

from domain.failures import NotFound
from domain.tracking_list.row import names_another

if TYPE_CHECKING:
    from graph.tracking_list import Item, TrackingList


async def read_own(
    tracking_list: "TrackingList", item_id: str | None, object_id: str
) -> "Item | None":
    """Return somebody's row; None where there is none, or another person has it by now.

    A re-created user takes over the row of that name, and a list that was restored, or is another
    one, gives its ids anew.

    Raises:
        RolloutError: the list can't be read, or isn't there.
    """
    if item_id is None:
        return None
    try:
        item = await tracking_list.get(item_id)
    except NotFound:
        await tracking_list.check()
        return None
    return None if names_another(item.fields, object_id) else item

"""Columns of one item, written together, or one by one where the list refuses some of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from domain.failures import BadRequest
from domain.tracking_list.columns import Fields

if TYPE_CHECKING:
    from graph.tracking_list import TrackingList


async def write_columns(
    tracking_list: "TrackingList", item_id: str, fields: Fields
) -> tuple[tuple[str, ...], Mapping[str, object]]:
    """Set these columns; return those that the list refuses, and all as they are now.

    Whose row it is comes last where they are written one by one: until then it is nobody else's.

    Raises:
        NotFound: there is no such item.
    """
    try:
        return (), await tracking_list.update(item_id, fields)
    except BadRequest:
        pass
    refused: list[str] = []
    now: Mapping[str, object] = {}
    for name in sorted(fields, key=lambda one: one == "ObjectId"):
        try:
            now = await tracking_list.update(item_id, {name: fields[name]})
        except BadRequest:
            refused.append(name)
    return tuple(one for one in fields if one in refused), now

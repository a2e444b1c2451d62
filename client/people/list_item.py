"""A person's item on the tracking list, beside what was written to it last."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from database.engine import Database
from database.enrolments.person import read_record
from domain.instants import EPOCH, MICROSECOND
from domain.tables.enrolment import EnrolmentRecord
from domain.tracking_list.comparison import ComparedColumn, compared
from domain.tracking_list.own_token import as_on_list
from graph.tracking_list import TrackingList

# Whoever has the token is the person.
SECRET_COLUMNS = frozenset({"TrackingToken"})


class NoListItem(Exception):
    """Nobody has this ObjectId, or nothing has been written for them yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A person's row, and the columns of their item, those that differ first."""

    row: EnrolmentRecord
    columns: Sequence[ComparedColumn]

    @property
    def differing(self) -> int:
        """Return in how many columns the list is not as it was written."""
        return sum(one.verdict.is_wrong for one in self.columns)


async def compare_list_item(
    database: Database, tracking_list: TrackingList, object_id: str, token_keys: tuple[bytes, ...]
) -> Comparison:
    """Read a person's item now, and compare it with what was written last.

    Raises:
        NoListItem: there is nothing to read.
        RolloutError: the list can't be read.
        DatabaseUnavailable: the tables can't be read.
    """
    item_id = (await _row(database, object_id)).item_id
    if item_id is None:
        raise NoListItem
    item = (await tracking_list.get(item_id)).fields
    known = frozenset(await tracking_list.columns())
    # After the list: what was written meanwhile stands there already.
    row = await _row(database, object_id)
    written = as_on_list(row.written, item, row.object_id, token_keys)
    return Comparison(row=row, columns=compared(item, written, known))


async def _row(database: Database, object_id: str) -> EnrolmentRecord:
    async with database.reading() as connection:
        row = await read_record(connection, object_id)
    if row is None:
        raise NoListItem
    return row


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Return the item column by column as JSON has it; values of secrets are left out."""
    row = found.row
    return {
        "objectId": row.object_id,
        "itemId": row.item_id,
        "writtenAt": (EPOCH + row.revision * MICROSECOND).isoformat(),
        "differing": found.differing,
        "columns": [
            {
                "name": one.name,
                "onList": None if one.name in SECRET_COLUMNS else one.on_list,
                "written": None if one.name in SECRET_COLUMNS else one.written,
                "verdict": one.verdict.value,
            }
            for one in found.columns
        ],
    }

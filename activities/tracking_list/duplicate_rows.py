"""Several rows of one person: one is kept up to date, the others say so, none is destroyed."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from temporalio import activity

from domain.enrolment.state import Concern, Problem
from domain.failures import PermanentFailure
from domain.tracking_list.columns import clipped, sentence

if TYPE_CHECKING:
    from graph.tracking_list import Item, TrackingList

SECOND_ROW = "This is a second row of the same person: delete it."


async def note_duplicate(tracking_list: "TrackingList", item: "Item", kept_id: str) -> None:
    """Say in ``ErrorDetails`` of a row that another one is the person's, and what to do.

    Idempotent: a row that says so already is left as it is. Best effort: a row that can't be
    written is left, too.

    Raises:
        PassingFailure: the list can't be written just now.
    """
    if SECOND_ROW in str(item.fields.get("ErrorDetails")):
        return
    message = f"{SECOND_ROW} Only the row with the id {kept_id} is kept up to date."
    problem = Problem(concern=Concern.LIST, message=message, since=datetime.now(UTC))
    try:
        await tracking_list.update(item.id, {"ErrorDetails": clipped(sentence(problem))})
    except PermanentFailure as failure:
        activity.logger.warning("A second row could not be marked: %s", type(failure).__name__)

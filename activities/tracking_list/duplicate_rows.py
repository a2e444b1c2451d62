"""Several rows of one person: one is kept up to date, the others say so, none is destroyed."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from temporalio import activity

from domain.enrolment.state import Problem, ProblemKind
from domain.failures import PermanentFailure
from domain.instants import read_instant
from domain.status import Concern
from domain.tracking_list.columns import clipped, sentence

if TYPE_CHECKING:
    from graph.tracking_list import Item, TrackingList


async def note_duplicate(tracking_list: "TrackingList", item: "Item", kept_id: str) -> None:
    """Say in ``ErrorDetails`` of a row that another one is the person's, and what to do.

    Idempotent: the sentence is the same at every look, and a row that has it is left as it is. Best
    effort: a row that can't be written is left, too.

    Raises:
        PassingFailure: the list can't be written just now.
    """
    problem = Problem(
        concern=Concern.LIST,
        kind=ProblemKind.SECOND_ROW,
        # Since the row was made, which SharePoint knows and no look changes.
        since=read_instant(item.fields.get("Created")) or datetime.now(UTC),
        values={"kept": kept_id},
    )
    wanted = clipped(sentence(problem))
    if item.fields.get("ErrorDetails") == wanted:
        return
    try:
        await tracking_list.update(item.id, {"ErrorDetails": wanted})
    except PermanentFailure as failure:
        reason = type(failure).__name__
        activity.logger.warning("second row not marked", extra={"reason": reason})

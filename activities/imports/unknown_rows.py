"""Rows of an import that the directory doesn't know: shown on the list, until it is undone."""

from contextlib import suppress
from typing import TYPE_CHECKING

from temporalio import activity

from activities.imports.part import PartInput
from domain.failures import BadRequest, DuplicateValue, NotFound
from domain.imports.reasons import RowReason
from domain.imports.rows import Row
from domain.imports.texts import ROW_TEXTS
from domain.status import InviteStatus
from domain.tracking_list.columns import clipped

if TYPE_CHECKING:
    from graph.tracking_list import TrackingList


async def note_unknown(tracking_list: "TrackingList", row: Row, input: PartInput) -> None:
    """Put the row on the list: Pending, with what to do.

    Idempotent: a row that is there gets the same note, unless it is the mirror of an enrolment.

    Raises:
        RolloutError: the list can't be written just now, or isn't there.
    """
    note = ROW_TEXTS[RowReason.UNKNOWN]
    title = clipped(row.address)
    fields = {
        "Title": title,
        "InviteStatus": InviteStatus.PENDING.value,
        "Source": input.source.value,
        "SourceBatchId": input.batch_id,
        "CorrelationId": input.correlation_id,
        "ErrorDetails": note,
    }
    try:
        await tracking_list.create(fields)
    except DuplicateValue:
        for item in await tracking_list.find("Title", str(title)):
            if not item.fields.get("ObjectId"):
                await tracking_list.update(item.id, {"ErrorDetails": note})
    except BadRequest as refusal:
        # The report still names the row.
        activity.logger.warning("row of nobody not written", extra={"reason": str(refusal)})


async def remove_unknown(tracking_list: "TrackingList", name: str, batch_id: str) -> bool:
    """Take the row of a name that the directory doesn't know off the list; say whether it was.

    Idempotent. Rows of another batch stay, those of enrolments, and those on which admins have
    written.

    Raises:
        RolloutError: the list can't be read or written just now, or isn't there.
    """
    removed = False
    for item in await tracking_list.find("Title", str(clipped(name))):
        fields = item.fields
        if fields.get("ObjectId") or fields.get("Notes"):
            continue
        if fields.get("SourceBatchId") == batch_id:
            with suppress(NotFound):
                await tracking_list.delete(item)
                removed = True
    return removed

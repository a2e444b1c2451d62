"""The row of a person to whom a mail has just left: written by whoever sent it."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import activity

from activities.concurrency import unbroken
from activities.enrolment.first_row import look_up_send_time
from activities.mail.inputs import Begun, Delivered, DeliverMailInput
from activities.tracking_list.row_writes import WriteRowInput
from domain.enrolment.mail.delivery import mail_left
from domain.enrolment.record import record_of
from domain.instants import MICROSECOND, microseconds
from domain.tracking_list.columns import changed, item_fields

if TYPE_CHECKING:
    from activities.tracking_list.write_row import RowActivities

# A list that hangs holds nobody up for longer: with four mails at once a mailbox then still sends
# what it may in an hour.
WRITTEN_WITHIN = timedelta(seconds=30)


class RowAfterMail:
    """Writes what a mail has changed to the list and to the database, or leaves it to the mirror.

    So an enrolment needs no step of its own for it. It is only tried once, and where the row is
    the one from before the mail: the mirror, which never gives up, does what is lacking.
    """

    def __init__(self, rows: "RowActivities", *, within: timedelta = WRITTEN_WITHIN) -> None:
        """Take what writes rows, and how long that may take."""
        self._rows = rows
        self._within = within

    async def write(self, input: DeliverMailInput, delivered: Delivered) -> Delivered:
        """Write the row behind a mail, and return what became of the mail with that write."""
        begun = input.begun
        if begun is None or delivered.sent_at is None or delivered.unconfirmed:
            return delivered
        # That the mail has left is told whatever happens here: a cancellation, a fault of our own.
        written, _ = await unbroken(self._tried(begun, input, delivered))
        return written or delivered

    async def _tried(
        self, begun: Begun, input: DeliverMailInput, delivered: Delivered
    ) -> Delivered | None:
        try:
            write = row_after(begun, input, delivered, activity.info().started_time)
            async with asyncio.timeout(self._within.total_seconds()):
                result = await self._rows.write_row_if_current(write, begun=begun.state.revision)
        except Exception as failure:  # noqa: BLE001 - the mirror meets it again, and shows it
            reason = type(failure).__name__
            activity.logger.info("row not written with the mail", extra={"reason": reason})
            return None
        if result is None or result.refused:
            return None
        row = replace(write, item_id=result.item_id)
        return replace(delivered, row=row, hidden_upn=result.hidden_upn)


def row_after(
    begun: Begun, mail: DeliverMailInput, delivered: Delivered, started_at: datetime
) -> WriteRowInput:
    """Return the write that a mail's leaving makes of the row that there was before.

    Its revision is by Temporal's clock, as all are: ``started_at`` is when the attempt began.
    """
    enrolment = begun.enrolment
    state = replace(begun.state, openings=dict(begun.state.openings))
    before, left_at = item_fields(enrolment, state), delivered.sent_at or started_at
    mail_left(
        state,
        mail.kind,
        left_at,
        enrolment.policy,
        key=mail.key,
        events_from=state.story_number,
        person=delivered.person,
        manager_upn=delivered.manager_upn,
    )
    look_up_send_time(enrolment, state, left_at)
    item = item_fields(enrolment, state)
    revision = max(state.revision + 1, microseconds(started_at))
    # Looked at a moment later, as the workflow does: what is due "now" has no date of its own.
    record = replace(record_of(enrolment, state, left_at + MICROSECOND), revision=revision)
    return WriteRowInput(
        item_id=state.item_id,
        changes=changed(item, before),
        item=item,
        record=record,
        events=tuple(state.story),
        sender=enrolment.sender,
    )

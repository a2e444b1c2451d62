"""One write of a person's row, and its half that is for programs: our database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from temporalio import activity

from activities.metrics import Mirror, measure_lag
from domain.tables.enrolment import EnrolmentRecord, RowAsWritten, WriteOutcome
from domain.tables.story import StoryEvent
from domain.tracking_list.columns import Fields
from domain.tracking_list.problem_column import with_sentence

if TYPE_CHECKING:
    from database.enrolments.records import EnrolmentRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRowInput:
    """What the user's row holds, on the list and in the database.

    Attributes:
        item_id: the row's id on the list, None while there is none.
        changes: the columns to write; none where the list has them all.
        item: all columns, in case that the row has to be made again.
        record: the database's row; its sender and written columns are added here.
        events: of the story, those that aren't known to be written.
        sender: the place of the person's mailbox among the configured ones.
    """

    item_id: str | None
    changes: Fields
    item: Fields
    record: EnrolmentRecord
    events: tuple[StoryEvent, ...] = ()
    sender: int = 0


def row_of(input: WriteRowInput, senders: Sequence[str]) -> EnrolmentRecord:
    """Return the database's row as this write makes it, given the addresses of the mailboxes."""
    sender = senders[input.sender] if input.sender < len(senders) else None
    return replace(input.record, sender=sender, written=with_sentence(input.item))


class RowRecorder:
    """Writes people's rows and stories to the database, and tells the log what happened."""

    def __init__(self, records: "EnrolmentRecords", senders: Sequence[str]) -> None:
        """Take the tables, and the mailboxes' addresses."""
        self._records = records
        self._senders = senders

    async def record(self, write: WriteRowInput, *, begun: int | None = None) -> WriteOutcome:
        """Write the row and the events; idempotent.

        Where ``begun`` says from which revision the row was made, a later one stays.

        Raises:
            DatabaseUnavailable: the database is away.
        """
        record = row_of(write, self._senders)
        outcome = await self._records.write(record, write.events, begun=begun)
        measure_lag(Mirror.DATABASE, record.revision)
        for event in write.events:
            activity.logger.info("enrolment event", extra=_told(record, event))
        return outcome

    async def outdated(self, write: WriteRowInput, outcome: WriteOutcome) -> bool:
        """Say whether nothing of a write is to reach the list, given what came of it in the tables.

        A later one was made since, or the person is erased: this is of a worker that was stopped
        for a while, and whose activity others have made again.

        Raises:
            DatabaseUnavailable: the database is away.
        """
        if outcome is not WriteOutcome.SUPERSEDED:
            return outcome is WriteOutcome.ERASED
        now = await self._records.as_written(write.record.object_id)
        return now is not None and now.revision > write.record.revision

    async def as_written(self, object_id: str) -> RowAsWritten | None:
        """Return of which revision a person's row is, and the columns of the list with it.

        Raises:
            DatabaseUnavailable: the database is away.
        """
        return await self._records.as_written(object_id)

    async def is_row_of(self, object_id: str, item_id: str) -> bool:
        """Say whether an item of the list is known to be this person's row.

        Raises:
            DatabaseUnavailable: the database is away.
        """
        return await self._records.is_row_of(object_id, item_id)


def _told(record: EnrolmentRecord, event: StoryEvent) -> dict[str, str]:
    """Return what the log says of an event: what happened to whom and when, without a name."""
    return {
        "object_id": record.object_id,
        "happened": event.kind.value,
        "happened_at": event.at.isoformat(),
    }

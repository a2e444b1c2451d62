"""The writes of people's rows, as Temporal's histories keep them."""

from temporalio.api.history.v1 import HistoryEvent
from temporalio.converter import DataConverter

from activities.enrolment.first_row import IntakeResult
from activities.enrolment.intake import IntakeActivities
from activities.tracking_list.row_writes import WriteRowInput
from activities.tracking_list.write_row import RowActivities

_WRITE_ROW = RowActivities.write_row.__name__
_INTAKE = IntakeActivities.look_up_and_adopt.__name__


class RecordedWrites:
    """Finds the writes of one run, whose events it is given in their order."""

    def __init__(self, converter: DataConverter) -> None:
        """Begin before the first event."""
        self._converter = converter
        self._intakes: set[int] = set()

    async def write_of(self, event: HistoryEvent) -> WriteRowInput | None:
        """Return the write that an event schedules, or that intake has made; else None."""
        scheduled = event.activity_task_scheduled_event_attributes
        completed = event.activity_task_completed_event_attributes
        if scheduled.activity_type.name == _INTAKE:
            self._intakes.add(event.event_id)
        elif scheduled.activity_type.name == _WRITE_ROW:
            write: WriteRowInput
            (write,) = await self._converter.decode(scheduled.input.payloads, [WriteRowInput])
            return write
        elif completed.scheduled_event_id in self._intakes:
            taken: IntakeResult
            (taken,) = await self._converter.decode(completed.result.payloads, [IntakeResult])
            return taken.row
        return None

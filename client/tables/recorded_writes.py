"""The writes of people's rows, as Temporal's histories keep them."""

from temporalio.api.history.v1 import HistoryEvent
from temporalio.converter import DataConverter

from activities.tracking_list.write_row import RowActivities, WriteRowInput

_WRITE_ROW = RowActivities.write_row.__name__


async def write_of(event: HistoryEvent, converter: DataConverter) -> WriteRowInput | None:
    """Return the write that an event schedules, None where it schedules something else."""
    scheduled = event.activity_task_scheduled_event_attributes
    if scheduled.activity_type.name != _WRITE_ROW:
        return None
    write: WriteRowInput
    (write,) = await converter.decode(scheduled.input.payloads, [WriteRowInput])
    return write

"""The writes of people's rows, as Temporal's histories keep them."""

from temporalio.api.history.v1 import HistoryEvent
from temporalio.converter import DataConverter

from activities.enrolment.first_row import IntakeResult
from activities.enrolment.intake import IntakeActivities
from activities.mail.activities import MailActivities
from activities.mail.inputs import Delivered
from activities.tracking_list.row_writes import WriteRowInput
from activities.tracking_list.write_row import RowActivities

_WRITE_ROW = RowActivities.write_row.__name__
_INTAKE = IntakeActivities.look_up_and_adopt.__name__
_DELIVERY = MailActivities.deliver_mail.__name__
# Of these the result has the write, if they have made one.
_RESULTS = {_INTAKE: IntakeResult, _DELIVERY: Delivered}


class RecordedWrites:
    """Finds the writes of one run, whose events it is given in their order."""

    def __init__(self, converter: DataConverter) -> None:
        """Begin before the first event."""
        self._converter = converter
        self._awaited: dict[int, type[IntakeResult | Delivered]] = {}

    async def write_of(self, event: HistoryEvent) -> WriteRowInput | None:
        """Return the write that an event schedules, or that came with its result; else None."""
        scheduled = event.activity_task_scheduled_event_attributes
        completed = event.activity_task_completed_event_attributes
        name = scheduled.activity_type.name
        if name in _RESULTS:
            self._awaited[event.event_id] = _RESULTS[name]
        elif name == _WRITE_ROW:
            write: WriteRowInput
            (write,) = await self._converter.decode(scheduled.input.payloads, [WriteRowInput])
            return write
        elif kind := self._awaited.get(completed.scheduled_event_id):
            result: IntakeResult | Delivered
            (result,) = await self._converter.decode(completed.result.payloads, [kind])
            return result.row
        return None

"""What an enrolment answers about its row on the tracking list: what was written, and is it so."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.enrolment.messages import RowDiffers
    from domain.enrolment.state import EnrolmentInput
    from domain.tracking_list.columns import Fields, fields_before_intake, item_fields
    from domain.tracking_list.reconciliation import Mirrored, mirrored_fields
    from workflows.enrolment.messages import EnrolmentMessages
    from workflows.enrolment.tracking_list_mirror import TrackingMirror


class RowMessages(EnrolmentMessages):
    """The part of ``EnrolmentWorkflow`` that answers for its row.

    The query ``mirrored`` tells what was written last, and the signal ``row_differs`` reports that
    the row isn't so: the enrolment's truth is written again.
    """

    def __init__(self, input: EnrolmentInput) -> None:
        """Begin with a mirror that isn't started."""
        super().__init__(input)
        self._input = input
        self._mirror = TrackingMirror(self._row)

    def _row(self) -> Fields:
        fields = item_fields if self._taken_in else fields_before_intake
        return fields(self._input, self._state, self._mirror.list_problem)

    @workflow.signal
    def row_differs(self, event: RowDiffers) -> None:
        """Somebody changed the row, or deleted it: hand edits never steer, so it is put right."""
        self._told(event.event_id, lambda: self._mirror.forget(event.columns))

    @workflow.query
    def mirrored(self) -> Mirrored | None:
        """What the row should hold, as it was written last; None while there is no row."""
        if self._mirror.item_id is None or not self._taken_in:
            return None
        fields = mirrored_fields(self._row(), self._mirror.written)
        return Mirrored(item_id=self._mirror.item_id, fields=fields)

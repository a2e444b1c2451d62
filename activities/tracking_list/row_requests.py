"""Asking enrolments to write again what the list lacks, or has otherwise than they wrote it."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.tracking_list.reconcile_report import ReconcileReport
from domain.enrolment.messages import RowDiffers, Signal
from domain.failures import NotFound
from domain.identifiers import enrolment_workflow_id
from domain.tracking_list.own_token import as_on_list
from domain.tracking_list.reconciliation import differing
from domain.tracking_list.row import names_another, object_id_in

if TYPE_CHECKING:
    from database.tracking_list.list_pass import ListPass
    from graph.tracking_list import TrackingList


class RowRequests:
    """Signals ``row_differs`` to enrolments, after another look at both sides.

    ``asked_by`` is whoever compares: an enrolment hears of it once, however often it is repeated.
    """

    def __init__(
        self,
        *,
        client: Client,
        tracking_list: "TrackingList",
        tables: "ListPass",
        columns: Collection[str],
        token_keys: Sequence[bytes],
        asked_by: str,
    ) -> None:
        """Take Temporal's client, both sides, the list's columns and the ring of keys."""
        self._client = client
        self._list = tracking_list
        self._tables = tables
        self._columns = columns
        self._keys = token_keys
        self._asked_by = asked_by

    async def put_right(self, object_id: str, item_id: str | None, report: ReconcileReport) -> None:
        """Look again at both, since one may have been written between the two looks; then ask."""
        row = (await self._tables.rows_of([object_id])).get(object_id)
        if row is None or row.ended is not None:
            return
        item_id = item_id or row.item_id
        try:
            if item_id is None:
                raise NotFound("nobody knows of a row")  # noqa: TRY301 - as if the list said so
            item = await self._list.get(item_id)
            if names_another(item.fields, object_id) and await self._tables.is_row_of(
                str(object_id_in(item.fields)), item.id
            ):
                raise NotFound("it is another's by now")  # noqa: TRY301 - so it isn't theirs
        except NotFound:
            report.created_again += 1
            await self._ask(object_id, ())
            return
        expected = as_on_list(row.written, item.fields, object_id, self._keys)
        if names := differing(item.fields, expected, self._columns):
            report.put_right += 1
            await self._ask(object_id, names)

    async def _ask(self, object_id: str, columns: tuple[str, ...]) -> None:
        event_id = f"{self._asked_by}/{object_id}"
        event = RowDiffers(event_id=event_id, at=datetime.now(UTC), columns=columns)
        handle = self._client.get_workflow_handle(enrolment_workflow_id(object_id))
        try:
            await handle.signal(Signal.ROW_DIFFERS, event)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

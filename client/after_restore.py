"""After Temporal's database was restored: which rows of our tables know more than its workflows."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from temporalio.client import Client
from temporalio.service import RPCError

from client.tables.recorded_writes import RecordedWrites
from database.engine import Database
from database.enrolments.person import read_record, read_running
from domain.enrolment.messages import Signal
from domain.enrolment.state import EnrolmentInput
from domain.identifiers import ENROLMENT_WORKFLOW, object_id_of
from domain.tables.enrolment import EnrolmentRecord
from domain.tables.values import Json
from domain.tracking_list.after_restore import Facts, differences, message_of
from temporal.refusals import is_workflow_not_found


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A person whose row knows more than their enrolment: what it says, and what that says."""

    row: EnrolmentRecord
    workflow_id: str
    differences: Mapping[str, tuple[Json, Json]]


async def find_ahead(client: Client, database: Database) -> AsyncIterator[Ahead]:
    """Yield the people whose row was written after the last that their running enrolment knows of.

    Reads histories and needs no worker; none may run before the enrolments are told.
    """
    query = f"WorkflowType = '{ENROLMENT_WORKFLOW}' AND ExecutionStatus = 'Running'"
    async for found in client.list_workflows(query):
        async with database.reading() as connection:
            row = await read_record(connection, object_id_of(found.id))
        if row is None:
            continue
        known = await _last_known(client, found.id)
        if known is None or known.revision < row.revision:
            yield Ahead(row=row, workflow_id=found.id, differences=differences(row, known))


async def tell(client: Client, ahead: Ahead) -> bool:
    """Tell an enrolment what its person's row knows; False: it has ended."""
    message = message_of(ahead.row, event_id=str(uuid4()), at=datetime.now(UTC))
    try:
        handle = client.get_workflow_handle(ahead.workflow_id)
        await handle.signal(Signal.ROW_IS_AHEAD, message)
    except RPCError as error:
        if not is_workflow_not_found(error):
            raise
        return False
    return True


async def find_missing(client: Client, database: Database) -> list[str]:
    """Return the UPNs of people who haven't ended and whose enrolment Temporal doesn't have."""
    async with database.reading() as connection:
        people = await read_running(connection)
    async for found in client.list_workflows(f"WorkflowType = '{ENROLMENT_WORKFLOW}'"):
        people.pop(object_id_of(found.id), None)
    return sorted(people.values())


async def _last_known(client: Client, workflow_id: str) -> Facts | None:
    """Return the enrolment's last write, or the state with which its run began."""
    known: Facts | None = None
    converter = client.data_converter
    recorded = RecordedWrites(converter)
    async for event in client.get_workflow_handle(workflow_id).fetch_history_events():
        started = event.workflow_execution_started_event_attributes
        if started.workflow_type.name:
            (begun,) = await converter.decode(started.input.payloads, [EnrolmentInput])
            known = begun.state
        if write := await recorded.write_of(event):
            known = write.record
    return known

"""A list and tables to be compared, in a Temporal namespace where nobody else is enrolled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import ActivityEnvironment

from activities.tracking_list.reconcile import ReconcileActivities
from activities.tracking_list.reconcile_report import ReconcileReport
from database.enrolments.record import record_all
from database.rollout.completeness import Completeness
from database.rollout.marks import is_complete
from database.schema import older_token
from database.tombstones import Tombstones
from database.tracking_list.list_pass import ListPass
from domain.enrolment.messages import RowDiffers
from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from domain.status import InviteStatus, Source
from domain.tables.enrolment import EnrolmentChange, EnrolmentRecord
from domain.tracking_list.columns import item_fields
from domain.tracking_list.own_token import with_own_token
from temporal.search_attributes import search_attributes
from tests.activities.stage import TOKEN_KEY, Stage
from tests.database.values import person


def an_enrolment(object_id: str) -> EnrolmentInput:
    """Return what somebody is started with."""
    return EnrolmentInput(
        object_id=object_id,
        user_principal_name=f"{object_id}@contoso.example",
        source=Source.CSV_UPLOAD,
        batch_id="reconcile",
        correlation_id=object_id,
    )


def columns_of(object_id: str, **state: Any) -> dict[str, Any]:
    """Return somebody's row as an enrolment in this state writes it."""
    usual = {"status": InviteStatus.SENT}
    return item_fields(an_enrolment(object_id), EnrolmentState(**{**usual, **state}))


@dataclass(frozen=True, kw_only=True)
class Reconciling:
    """Both sides of a comparison."""

    stage: Stage
    client: Client

    @property
    def marks(self) -> Completeness:
        """The marks of the tables."""
        return Completeness(self.stage.database)

    async def look(self, *keys: bytes) -> ReconcileReport:
        """Compare both sides once, with this ring of keys."""
        tombstones = Tombstones()
        activities = ReconcileActivities(
            client=self.client,
            tracking_list=self.stage.tracking_list,
            tables=ListPass(self.stage.database, tombstones),
            marks=self.marks,
            token_keys=keys or (TOKEN_KEY,),
        )
        return await ActivityEnvironment().run(activities.reconcile)

    def on_list(self, object_id: str, **columns: Any) -> str:
        """Put somebody on the list as the tables say, but for these columns; return the item."""
        written = with_own_token(columns_of(object_id), object_id, TOKEN_KEY)
        return str(self.stage.row(**{**_present(written), **columns}).id)

    async def in_tables(self, rows: Sequence[EnrolmentRecord]) -> None:
        """Write people into the tables."""
        async with self.stage.database.writing() as connection:
            await record_all(
                connection,
                [EnrolmentChange(row=row) for row in rows],
                tombstones=Tombstones(),
            )

    async def on_both(self, count: int, **values: Any) -> list[str]:
        """Put people on the list and into the tables; return their ObjectIds."""
        ids = [str(uuid4()) for _ in range(count)]
        await self.in_tables([self.row(one, self.on_list(one), **values) for one in ids])
        return ids

    async def is_complete(self) -> bool:
        """Return True while the tables are marked complete."""
        async with self.stage.database.reading() as connection:
            return await is_complete(connection, 0)

    async def tokens(self) -> set[str]:
        """Return the older tokens in the tables."""
        async with self.stage.database.reading() as connection:
            return set((await connection.scalars(select(older_token.c.token))).all())

    def row(self, object_id: str, item_id: str | None, **values: Any) -> EnrolmentRecord:
        """Return somebody's row of the tables."""
        written = columns_of(object_id)
        return replace(person(object_id=object_id, item_id=item_id, written=written), **values)

    async def running(self, object_id: str) -> WorkflowHandle[Any, Any]:
        """Start somebody's enrolment, which no worker looks at."""
        enrolment = an_enrolment(object_id)
        state = EnrolmentState(status=InviteStatus.SENT)
        return await self.client.start_workflow(
            ENROLMENT_WORKFLOW,
            enrolment,
            id=enrolment_workflow_id(object_id),
            task_queue="no-worker",
            search_attributes=search_attributes(enrolment, state),
        )

    async def asked(self, handle: WorkflowHandle[Any, Any]) -> list[tuple[str, ...]]:
        """Return the columns that an enrolment was asked to write again, for each signal."""
        found = []
        async for event in handle.fetch_history_events():
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                payloads = event.workflow_execution_signaled_event_attributes.input.payloads
                (signal,) = await self.client.data_converter.decode(payloads, [RowDiffers])
                found.append(signal.columns)
        return found


def _present(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}

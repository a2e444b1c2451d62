"""Telling of enrolments that can't go on since workflow code fails: in the log and on the list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.concurrency import all_of
from domain.enrolment.messages import RowDiffers, Signal
from domain.enrolment.problems import CONCERNS
from domain.enrolment.state import Problem, ProblemKind
from domain.enrolment.texts import problem_sentence
from domain.failures import PassingFailure, PermanentFailure
from domain.identifiers import ENROLMENT_PREFIX, object_id_of
from domain.tables.rollout import STUCK_CHECK
from domain.tracking_list.columns import clipped
from temporal.stuck_workflows import IN_FLIGHT, StuckWorkflows, find_stuck, stuck_since

if TYPE_CHECKING:
    from database.rollout.check_reports import CheckReports
    from graph.tracking_list import TrackingList

EVENT = "stuck-workflows"
# A bad deployment stops everybody at once: the log and `status` tell, and the rows follow.
ROWS_A_RUN = 500
IDS_IN_LOG = 20
# A result may not be larger than 2 MB.
REMEMBERED = 20_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckReport:
    """What one check has found, and what the next has to know.

    Attributes:
        stuck: workflows of any type that can't go on.
        noted: ids of stuck enrolments whose rows say so.
        started_before: where the next check goes on, see ``StuckWorkflows``.
    """

    stuck: int = 0
    noted: tuple[str, ...] = ()
    started_before: datetime | None = None


class StuckEnrolmentsActivities:
    """Reads Temporal, and writes ``ErrorDetails`` for enrolments that can't."""

    def __init__(
        self, *, client: Client, tracking_list: "TrackingList", reports: "CheckReports"
    ) -> None:
        """Take the clients, and where what a check has found is kept."""
        self._client = client
        self._list = tracking_list
        self._reports = reports

    @activity.defn
    async def report_stuck(self, last: StuckReport) -> StuckReport:
        """Log how many workflows are stuck, and note it in the rows of stuck enrolments.

        Idempotent: a note says the same again. The enrolment is told that its row differs, which it
        hears as soon as it can go on; then it takes the note away. Rows whose notes failed, and
        those beyond 500, are left to the next check.

        Raises:
            PassingFailure: the list can't be written just now.
        """
        found = await find_stuck(self._client, last.started_before)
        if found.ids:
            log.error(EVENT, count=len(found.ids), workflow_ids=list(found.ids[:IDS_IN_LOG]))
        await self._report(len(found.ids))
        noted = _still_noted(last.noted, found)
        new = [one for one in found.ids if one.startswith(ENROLMENT_PREFIX) and one not in noted]
        for start in range(0, min(len(new), ROWS_A_RUN), IN_FLIGHT):
            portion = new[start : start + IN_FLIGHT]
            done = await all_of(self._note(one) for one in portion)
            noted.update(one for one, is_noted in zip(portion, done, strict=True) if is_noted)
        return StuckReport(
            stuck=len(found.ids),
            noted=tuple(sorted(noted))[:REMEMBERED],
            started_before=found.started_before,
        )

    async def _report(self, stuck: int) -> None:
        """Keep how many there are, for metrics; nobody waits for that."""
        try:
            await self._reports.keep(STUCK_CHECK, {"stuck": stuck})
        except PassingFailure as failure:
            log.warning("the count of stuck workflows was not kept", reason=type(failure).__name__)

    async def _note(self, workflow_id: str) -> bool:
        """Write the note into the person's row, then tell the enrolment; say whether that is so."""
        since = await stuck_since(self._client, workflow_id)
        if since is None:
            return False
        problem = Problem(concern=CONCERNS[ProblemKind.STUCK], kind=ProblemKind.STUCK, since=since)
        try:
            rows = await self._list.find("ObjectId", object_id_of(workflow_id))
            if rows:
                row = min(rows, key=lambda item: int(item.id))
                await self._list.update(
                    row.id, {"ErrorDetails": clipped(problem_sentence(problem))}
                )
        except PermanentFailure as failure:
            log.warning("a stuck enrolment's row was not written", reason=type(failure).__name__)
            return False
        if rows:
            await self._tell(workflow_id)
        return True

    async def _tell(self, workflow_id: str) -> None:
        event = RowDiffers(
            event_id=f"{activity.info().workflow_run_id}/{workflow_id}",
            at=datetime.now(UTC),
            columns=("ErrorDetails",),
        )
        try:
            await self._client.get_workflow_handle(workflow_id).signal(Signal.ROW_DIFFERS, event)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


def _still_noted(noted: Collection[str], found: StuckWorkflows) -> set[str]:
    """Leave out who goes on again: they take their notes away by themselves."""
    if found.healthy is None:
        return set(noted) & set(found.ids)
    return set(noted) - found.healthy

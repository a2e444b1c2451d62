"""Comparing the whole list with our tables, and asking enrolments to put it right."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from temporalio import activity
from temporalio.client import Client

from activities.tracking_list.list_comparison import ListComparison
from activities.tracking_list.reconcile_report import ReconcileReport
from domain.identifiers import ENROLMENT_WORKFLOW, INVITE_STATUS, object_id_of
from domain.status import InviteStatus
from domain.tracking_list.reconciliation import REPORTED_AS, are_too_many

if TYPE_CHECKING:
    from database.rollout.completeness import Completeness
    from database.tracking_list.list_pass import ListPass
    from graph.tracking_list import TrackingList

_AT_ONCE = 1000

_MAILED = ", ".join(f"'{one.value}'" for one in InviteStatus if one is not InviteStatus.PENDING)
# Whoever may hold a link of ours. Temporal forgets those who ended after its retention.
_HOLDERS = (
    f"WorkflowType = '{ENROLMENT_WORKFLOW}' AND ExecutionStatus != 'ContinuedAsNew'"
    f" AND {INVITE_STATUS} IN ({_MAILED})"
)


class ReconcileActivities:
    """Looks at every row of the list once, and at every row of the tables; asks no workflow."""

    def __init__(
        self,
        *,
        client: Client,
        tracking_list: "TrackingList",
        tables: "ListPass",
        marks: "Completeness",
        token_keys: Sequence[bytes],
    ) -> None:
        """Take Temporal's client, the list, the tables and their marks, and the ring of keys."""
        self._client = client
        self._list = tracking_list
        self._tables = tables
        self._marks = marks
        self._keys = token_keys

    @activity.defn
    async def reconcile(self) -> ReconcileReport:
        """Compare list and tables, and signal ``row_differs`` to enrolments whose row differs.

        Idempotent: a repeat asks for the same again. Rows of people who have ended, or who aren't
        enrolled, are left alone. Of the list only notes on second rows are written.

        The complete-mark is set when all of this holds: the list was read to its end, and every
        token on it that isn't ours is in the tables; everybody whose row holds a token of ours, and
        everybody in Temporal's visibility who was invited, is in the tables, or was erased; not
        more rows differ than people may have edited. It is taken away once anybody is lacking.

        Raises:
            DatabaseUnavailable: the tables are away; retried.
            PermanentFailure: the list can't be read (not retried).
        """
        report = ReconcileReport()
        # Repeated with what is found meanwhile (``heartbeats.py``), for the Temporal UI.
        activity.heartbeat(report)
        kept = await self._list.columns_kept()
        comparison = ListComparison(self._list, self._tables, kept, self._keys)
        report.not_kept = comparison.not_kept
        if report.not_kept:
            activity.logger.warning(
                "columns of the list don't keep what is written",
                extra={
                    "columns": report.not_kept,
                    "remedy": "They aren't compared: see `mfa-rollout doctor`.",
                },
            )
        await comparison.read_list(report)
        await comparison.read_tables(report)
        lacking = await self._tables.lacking(sorted(comparison.holders))
        lacking |= await self._lacking_holders()
        # Written a moment ago, perhaps: only who is lacking still is lacking.
        lacking = await self._tables.lacking(sorted(lacking))
        report.lacking = len(lacking)
        report.rebuild = bool(lacking) or are_too_many(
            report.different + report.missing, report.compared
        )
        # A list that is wrong as a whole, or was emptied, makes nobody's link nobody's.
        was_emptied = are_too_many(report.emptied, report.compared)
        await comparison.finish(forgets=not (report.rebuild or was_emptied))
        if lacking:
            await self._marks.unmark()
        elif not report.rebuild:
            await self._marks.mark()
        if report.rebuild:
            activity.logger.error(
                "list and database differ too much",
                extra={
                    "different": report.different,
                    "missing": report.missing,
                    "lacking": report.lacking,
                    "remedy": "Nothing was corrected: run `mfa-rollout rebuild`.",
                },
            )
        else:
            await comparison.note_duplicates()
            run_id = str(activity.info().workflow_run_id)
            rows = comparison.row_requests(self._client, asked_by=run_id)
            for object_id, item_id in comparison.candidates():
                await rows.put_right(object_id, item_id, report)
        await self._tables.report(REPORTED_AS, report)
        return report

    async def _lacking_holders(self) -> set[str]:
        """Return who was invited by what Temporal shows, and isn't in the tables."""
        lacking: set[str] = set()
        portion: list[str] = []
        async for found in self._client.list_workflows(_HOLDERS):
            portion.append(object_id_of(found.id))
            if len(portion) == _AT_ONCE:
                lacking |= await self._tables.lacking(portion)
                portion = []
        return lacking | await self._tables.lacking(portion)

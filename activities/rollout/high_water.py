"""Keeps apart from our tables how far they have come, so that restored ones can be told."""

from typing import TYPE_CHECKING

from temporalio import activity
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from domain.identifiers import (
    CONTROL_WORKFLOW,
    CONTROL_WORKFLOW_ID,
    RAISE_HIGH_WATER,
)
from temporal.high_water import read_high_water

if TYPE_CHECKING:
    from database.rollout.completeness import Completeness


class HighWaterActivities:
    """Raises the mark of the tables, and then the one that ``RolloutControlWorkflow`` keeps."""

    def __init__(self, *, client: Client, tables: "Completeness") -> None:
        """Take Temporal's client and the tables."""
        self._client = client
        self._tables = tables

    @activity.defn
    async def raise_high_water(self) -> bool:
        """Raise both marks to the latest write, and return False for tables that were restored.

        Idempotent. The tables are first: the mark that is kept apart is never ahead of them, but
        after a restore. Then the complete-mark is taken away, and the log asks for a rebuild.

        Raises:
            DatabaseUnavailable: the tables are away; retried.
        """
        kept = await read_high_water(self._client)
        raised = await self._tables.raise_mark(kept)
        if raised.was_restored:
            activity.logger.error(
                "database is older than it was",
                extra={"remedy": "Run `mfa-rollout rebuild`, see the admin guide."},
            )
        if raised.mark > kept:
            await self._client.start_workflow(
                CONTROL_WORKFLOW,
                None,
                id=CONTROL_WORKFLOW_ID,
                task_queue=activity.info().task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal=RAISE_HIGH_WATER,
                start_signal_args=[raised.mark],
            )
        return not raised.was_restored

"""What runs over many people share: they can be stopped, and try again whom they missed."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.bulk.ask_people import BulkActivities
    from domain.bulk.records import BulkInput, PersonOutcome
    from domain.tables.rollout import RequestState
    from workflows import options
    from workflows.activity_waits import finished
    from workflows.texts import OUTCOME_LABELS, SUMMARIES, Step

T = TypeVar("T")
# Whoever wasn't reached is tried again so often, with a pause in which much passes by itself.
PASSES = 3
PAUSE = timedelta(minutes=1)


class Run:
    """A run over many people inside a workflow: what stops it, and how it ends."""

    def __init__(self, input: BulkInput) -> None:
        """Begin with nothing stopped."""
        self._input = input
        self._stopped = False

    def stop(self) -> None:
        """Ask nobody any more after those whose turn it is."""
        self._stopped = True

    async def see_through(self, steps: Callable[[], Coroutine[Any, Any, None]]) -> dict[str, int]:
        """Do the steps until they are done or stopped; then record how the run ended."""
        state = RequestState.DONE
        try:
            await self.unless_stopped(steps())
        except (asyncio.CancelledError, FailureError) as error:
            state = RequestState.STOPPED if is_cancelled_exception(error) else RequestState.FAILED
        # A cancellation that comes now is too late: what was done has ended, and is told as it is.
        counts = await finished(
            workflow.start_activity_method(
                BulkActivities.finish_request,
                args=[self._input.request_id, state],
                start_to_close_timeout=options.BULK_STEP,
                retry_policy=options.PATIENT,
                summary=SUMMARIES[Step.REQUEST_FINISH],
            )
        )
        workflow.set_current_details(details(counts))
        return counts

    async def passes(self, ask: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Ask everybody, and then again those who weren't reached."""
        await ask()
        for _ in range(PASSES - 1):
            again = await workflow.execute_activity_method(
                BulkActivities.try_again,
                self._input.request_id,
                start_to_close_timeout=options.BULK_STEP,
                retry_policy=options.PATIENT,
                summary=SUMMARIES[Step.REQUEST_AGAIN],
            )
            if not again:
                return
            await workflow.sleep(PAUSE)
            await ask()

    async def unless_stopped(self, work: Coroutine[Any, Any, T]) -> T:
        """Do some work, and cancel it when the run is stopped, or the workflow is cancelled.

        The people whose turn it is are waited for in both cases, so that their outcome is known.

        Raises:
            CancelledError: it was stopped, or cancelled.
        """
        task = asyncio.create_task(work)
        stopped = asyncio.create_task(workflow.wait_condition(lambda: self._stopped))
        with contextlib.suppress(asyncio.CancelledError):
            await workflow.wait([task, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not task.done():
            task.cancel()
        return await task


def details(counts: dict[str, int]) -> str:
    """Return how many people have which outcome as a Markdown table, for the Temporal UI."""
    rows = [
        f"| {OUTCOME_LABELS[PersonOutcome(one)]} | {people} |" for one, people in counts.items()
    ]
    return "\n".join(["| | |", "|---|---|", *rows])

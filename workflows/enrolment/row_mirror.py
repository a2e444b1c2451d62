"""The enrolment's row, on the list and in the database: one coroutine, which never gives up."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.tracking_list.row_writes import WriteRowInput
    from activities.tracking_list.write_row import RowActivities
    from domain.enrolment.state import EnrolmentState, Problem, ProblemKind
    from domain.enrolment.story import drop_written
    from domain.instants import microseconds
    from domain.status import Concern
    from domain.tables.enrolment import EnrolmentRecord
    from domain.tracking_list.columns import UNKNOWN, Fields, changed
    from workflows import options
    from workflows.activity_waits import unless_withdrawn
    from workflows.enrolment.texts import Step, summary


class RowMirror:
    """Writes what changed, in order, bursts merged, for as long as it takes.

    While the list or the database is away, a new change doesn't wait for the next attempt: the
    write is begun anew with everything that is pending, so that what can be written is current.

    A write that is pending when a workflow returns is lost without a word, so every exit first
    waits for ``flush``.
    """

    def __init__(
        self,
        wanted: Callable[[], Fields],
        record: Callable[[], EnrolmentRecord],
        state: Callable[[], EnrolmentState],
        sender: int,
        hide_name: Callable[[str | None], None],
    ) -> None:
        """Take the functions that tell what list and database should hold now, and the state.

        ``hide_name`` is told what stands for the person's name where names are hidden.
        """
        self._hide_name = hide_name
        self._wanted = wanted
        self._record = record
        self._state = state
        self._sender = sender
        self._recorded: EnrolmentRecord | None = None
        self._woken = False
        self._writing = False
        self._task: asyncio.Task[None] | None = None
        self.item_id: str | None = None
        self.written: Fields = {}
        self.refused: dict[str, datetime] = {}
        # Of which somebody said during a write that they aren't as written.
        self._forgotten: set[str] = set()
        # Whether nothing was written here since somebody else may write: else it isn't known which
        # of the two the list took last.
        self._undisturbed = True

    def start(
        self, item_id: str | None, written: Fields, refused: Mapping[str, datetime] | None = None
    ) -> None:
        """Begin to mirror, given the row as it is; or go on, given the row as it was found."""
        self.item_id = item_id
        # What a row holds that nobody has read yet isn't known; its token may have to be cleared.
        self.written = dict(written) if item_id else {"TrackingToken": UNKNOWN}
        self.refused = dict(refused or {})
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def lend(self) -> bool:
        """Say whether a mail's activity may write the row once the mail has left.

        Only where the row on the list is as it should be, and nothing of ours is to be written now.
        """
        busy = self._writing or self.refused or self._state().story
        if busy or self.item_id is None or changed(self._wanted(), self.written):
            return False
        if self._woken and self._pending:
            return False
        self._forgotten.clear()
        self._undisturbed = True
        return True

    def recorded(self, write: WriteRowInput, hidden_upn: str | None = None) -> None:
        """Take it that intake, or whoever has sent a mail, has written this."""
        self._hide_name(hidden_upn)
        self._recorded = _compared(write.record)
        self.item_id = write.item_id
        self.written |= {k: v for k, v in write.changes.items() if k not in self._forgotten}
        self._state().revision = max(self._state().revision, write.record.revision)
        drop_written(self._state(), write.events)
        if not self._undisturbed:
            self.forget(write.changes)

    def wake(self) -> None:
        """Write what has changed; called when the enrolment is about to wait."""
        self._woken = True

    def forget(self, columns: Iterable[str]) -> None:
        """Write these columns again, whatever they hold: somebody changed them; none means all."""
        wanted, named = self._wanted(), set(columns)
        names = [name for name in wanted if name in named or not named]
        self._forgotten.update(names)
        self.written.update(dict.fromkeys(names, UNKNOWN))

    async def flush(self) -> None:
        """Return once the row is as it should be, also while the workflow is being cancelled.

        The cancellation isn't lost: ``workflow.cancellation_reason`` still tells of it.
        """
        if self._task is None:
            return
        self.wake()
        try:
            await workflow.wait_condition(lambda: self._clean or self.died)
        except asyncio.CancelledError:
            await workflow.wait_condition(lambda: self._clean or self.died)
        self.raise_if_died()

    @property
    def started(self) -> bool:
        """Return True once the mirror has been started."""
        return self._task is not None

    @property
    def idle(self) -> bool:
        """Say whether no write is under way; some may still be wanted."""
        return not self._writing

    @property
    def list_problem(self) -> Problem | None:
        """Return what is wrong with the list itself, None while it takes every column."""
        if not self.refused:
            return None
        return Problem(
            concern=Concern.LIST,
            kind=ProblemKind.COLUMNS_REFUSED,
            since=min(self.refused.values()),
            values={"columns": ", ".join(sorted(self.refused))},
        )

    @property
    def died(self) -> bool:
        """Say whether the coroutine ended, which it never should."""
        return self._task is not None and self._task.done()

    def raise_if_died(self) -> None:
        """Make the main coroutine fail with what killed this one, or nobody would notice."""
        if self.died and self._task is not None:
            self._task.result()

    @property
    def _clean(self) -> bool:
        return not self._writing and not self._pending

    @property
    def _pending(self) -> bool:
        # What costs least comes first: this is looked at again and again.
        return bool(
            self._state().story
            or changed(self._wanted(), self.written)
            or _compared(self._record()) != self._recorded
        )

    async def _run(self) -> None:
        while True:
            await workflow.wait_condition(lambda: self._woken)
            self._woken = False
            written = False
            # A change that comes during a write waits until the enrolment waits: more may follow.
            while (self._woken or not written) and self._pending:
                written = await self._write()

    async def _write(self) -> bool:
        """Write once, and say whether that was all there was to write when it began."""
        self._writing, self._undisturbed = True, False
        self._forgotten.clear()
        self._woken = False
        state, record, wanted = self._state(), self._record(), self._wanted()
        changes, events = changed(wanted, self.written), tuple(state.story)
        state.revision = max(state.revision + 1, microseconds(workflow.now()))
        handle = workflow.start_activity_method(
            RowActivities.write_row,
            WriteRowInput(
                item_id=self.item_id,
                changes=changes,
                item=wanted,
                record=replace(record, revision=state.revision),
                events=events,
                sender=self._sender,
            ),
            start_to_close_timeout=options.GRAPH_CALL,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=(
                summary(Step.WRITE_ROW, columns=", ".join(changes))
                if changes
                else summary(Step.RECORD)
            ),
        )

        def superseded() -> bool:
            return self._woken and (
                tuple(self._state().story) != events
                or changed(self._wanted(), self.written) != changes
                or self._record() != record
            )

        try:
            result = await unless_withdrawn(handle, lambda: not superseded())
        except ActivityError as error:
            self._writing = False
            workflow.logger.warning("row not written", extra={"reason": str(error.cause)})
            with contextlib.suppress(TimeoutError):
                await workflow.wait_condition(
                    superseded,
                    timeout=options.MIRROR_RETRY_BLOCKED,
                    timeout_summary=summary(Step.WRITE_ROW_RETRY),
                )
            return False
        self._writing = False
        if result is None:
            return False
        self._recorded = _compared(record)
        drop_written(self._state(), events)
        self._hide_name(result.hidden_upn)
        self.item_id = result.item_id
        now, refused_before = workflow.now(), self.refused
        kept = {name: since for name, since in self.refused.items() if name not in changes}
        again = {name: self.refused.get(name, now) for name in result.refused}
        self.refused = kept | again
        self.written |= {k: v for k, v in changes.items() if k not in self._forgotten}
        # What the list refuses, and what it takes again, changes the row's sentence.
        return self.refused == refused_before and not self._forgotten


def _compared(record: EnrolmentRecord) -> EnrolmentRecord:
    """Return what of a record makes another write of it.

    Not its sentence: another wording would be another step, and break the replay of everybody who
    has the problem. A problem that is new has a date of its own, and an event.
    """
    return replace(record, revision=0, problem=None)

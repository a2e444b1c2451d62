"""The one activity that waits for a registration, started anew whenever its rhythm changes."""

from datetime import datetime

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.registration.poll import (
        AwaitRegistrationInput,
        PollEnd,
        RegistrationActivities,
    )
    from domain.enrolment import problems, transitions
    from domain.enrolment.mail import bounces
    from domain.enrolment.state import EnrolmentInput, EnrolmentState, ProblemKind
    from domain.failures import FailureType
    from domain.identifiers import registration_task_queue
    from domain.person import Person
    from domain.registration.methods import first_look_is_due
    from domain.status import Concern
    from temporal.failures import failure_type
    from workflows import options
    from workflows.activity_waits import abandon
    from workflows.enrolment.texts import Step, summary

# How the activity says that it could look, and that there is nothing to be seen yet.
NOTHING_YET = {FailureType.NOT_REGISTERED, FailureType.USER_MISSING}


class RegistrationPoll:
    """Watches one user. Cancelling it while it waits is immediate and adds two events.

    ``not_before`` is when to look again after a permanent failure, else None. That
    look is a single attempt, or nobody would learn that it works again.
    """

    def __init__(self, input: EnrolmentInput) -> None:
        """Begin idle."""
        self._input = input
        self._handle: workflow.ActivityHandle[PollEnd | Person] | None = None
        self._since_click: datetime | None = None
        self._item_id: str | None = None
        self._asked = False
        self.not_before: datetime | None = None

    async def look(self, state: EnrolmentState) -> None:
        """Apply what has been seen, and keep watching in the right rhythm."""
        if self.done:
            await self._take(state)
        if state.registered or state.gone or state.cancelled:
            self.stop()
            return
        clicked = self._since_click != state.last_click_at
        # A row that was deleted and made again has another id, and LastChecked belongs there.
        moved = self._item_id != state.item_id
        if self._handle is not None and not clicked and not moved:
            return
        if self.not_before is None or self.not_before <= workflow.now() or clicked:
            self._start(state)

    def look_again(self, state: EnrolmentState) -> None:
        """Look at once, whatever the rhythm; what has been seen already is not thrown away."""
        self.not_before, self._asked = None, True
        if self._handle is not None and not self._handle.done():
            self._start(state)

    def stop(self) -> None:
        """Stop watching."""
        if self._handle is not None:
            abandon(self._handle)
        self._handle = None
        self.not_before = None

    @property
    def done(self) -> bool:
        """Say whether something has been seen that ``look`` will apply."""
        return self._handle is not None and self._handle.done()

    def _start(self, state: EnrolmentState) -> None:
        self.stop()
        self._since_click = state.last_click_at
        self._item_id = state.item_id
        had_failed = state.problem is not None and state.problem.concern is Concern.REGISTRATION
        at_once = (
            self._asked
            or had_failed
            or first_look_is_due(
                workflow.now(),
                read_at=state.methods_read_at,
                clicked_at=state.last_click_at,
                policy=self._input.policy,
            )
        )
        self._asked = False
        self._handle = workflow.start_activity_method(
            RegistrationActivities.await_registration,
            AwaitRegistrationInput(
                object_id=self._input.object_id,
                item_id=state.item_id,
                clicked_at=state.last_click_at,
                policy=self._input.policy,
                person=state.person,
                mail_returned=state.returned is not None,
                unknown_methods=tuple(state.unknown_methods),
                at_once=at_once,
                last_checked_at=state.methods_read_at,
            ),
            task_queue=registration_task_queue(workflow.info().task_queue),
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=RetryPolicy(maximum_attempts=1) if had_failed else options.POLLING,
            priority=options.POLL_AFTER_CLICK if state.last_click_at else options.POLL_ROUTINE,
            summary=summary(Step.AWAIT_REGISTRATION),
        )

    async def _take(self, state: EnrolmentState) -> None:
        handle, self._handle = self._handle, None
        if handle is None:
            raise RuntimeError("nothing was watched")
        try:
            seen = await handle
        except ActivityError as error:
            self._failed(error, state)
            return
        problems.solved(state, Concern.REGISTRATION, workflow.now())
        if isinstance(seen, Person):
            bounces.person_read(state, seen, workflow.now())
        elif seen is PollEnd.GONE:
            transitions.gone(state, workflow.now())
        else:
            transitions.registration_seen(state, workflow.now())

    def _failed(self, error: ActivityError, state: EnrolmentState) -> None:
        cause = error.cause
        kind = failure_type(cause)
        if kind in NOTHING_YET:
            problems.solved(state, Concern.REGISTRATION, workflow.now())
            return
        if isinstance(cause, ApplicationError) and kind is FailureType.UNKNOWN_METHODS:
            problems.solved(state, Concern.REGISTRATION, workflow.now())
            state.unknown_methods = [str(name) for name in cause.details]
            if state.unknown_methods:
                types = ", ".join(state.unknown_methods)
                now = workflow.now()
                problems.problem_arose(state, ProblemKind.UNKNOWN_METHODS, now, types=types)
            else:
                problems.solved(state, Concern.METHODS, workflow.now())
            return
        # A single attempt may also end by what passes: then the older sentence stays.
        if isinstance(cause, ApplicationError) and cause.non_retryable:
            now = workflow.now()
            problems.problem_met(state, Concern.REGISTRATION, cause.message, now)
        self.not_before = workflow.now() + self._input.policy.retry_blocked

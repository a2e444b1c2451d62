"""The one activity that looks daily at a disabled account, kept across whatever else happens."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.account import AwaitEnabledInput, DirectoryActivities
    from domain.enrolment import transitions
    from domain.enrolment.state import EnrolmentInput, EnrolmentState
    from domain.instants import later
    from domain.person import Person
    from workflows import options
    from workflows.activity_waits import abandon
    from workflows.enrolment.texts import Step, summary


class AccountWatch:
    """Watches one disabled account until it is in use again, or has been disabled for too long."""

    def __init__(self, input: EnrolmentInput) -> None:
        """Begin idle."""
        self._input = input
        self._handle: workflow.ActivityHandle[Person] | None = None

    def follow(self, state: EnrolmentState) -> None:
        """Watch the account, if it isn't watched already."""
        if self._handle is not None:
            return
        policy = self._input.policy
        since = state.disabled_since or workflow.now()
        left = max(later(since, policy.end_disabled_after) - workflow.now(), timedelta(0))
        self._handle = workflow.start_activity_method(
            DirectoryActivities.await_enabled,
            AwaitEnabledInput(object_id=self._input.object_id, policy=policy),
            start_to_close_timeout=options.GRAPH_CALL,
            # The server gives up as soon as the next look would be too late, so that without the
            # last addend an enrolment would end a day early.
            schedule_to_close_timeout=left + policy.disabled_recheck,
            retry_policy=options.POLLING,
            summary=summary(Step.AWAIT_ENABLED),
        )

    def stop(self) -> None:
        """Stop watching."""
        if self._handle is not None:
            abandon(self._handle)
        self._handle = None

    @property
    def done(self) -> bool:
        """Say whether there is something to take."""
        return self._handle is not None and self._handle.done()

    async def take(self, state: EnrolmentState) -> None:
        """Apply what was seen, and be idle again."""
        handle, self._handle = self._handle, None
        if handle is None:
            raise RuntimeError("nothing was watched")
        try:
            state.person = await handle
        except ActivityError:
            transitions.disabled_too_long(state, workflow.now())
        else:
            transitions.enabled(state, workflow.now())

"""The one activity that waits for a registration, started anew whenever its rhythm changes."""

from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.registration import (
        AwaitRegistrationInput,
        PollEnd,
        RegistrationActivities,
    )
    from domain.enrolment import EnrolmentInput, EnrolmentState
    from domain.identifiers import registration_task_queue

    from workflows import options


class RegistrationPoll:
    """Watches one user. Cancelling it while it waits is immediate and adds two events."""

    def __init__(self, input: EnrolmentInput) -> None:
        """Begin idle."""
        self._input = input
        self._handle: workflow.ActivityHandle[PollEnd] | None = None
        self._since_click: datetime | None = None

    def follow(self, state: EnrolmentState) -> None:
        """Watch in the rhythm that the state asks for: quicker after a click."""
        if self._handle is not None and self._since_click == state.last_click_at:
            return
        self.stop()
        self._since_click = state.last_click_at
        self._handle = workflow.start_activity_method(
            RegistrationActivities.await_registration,
            AwaitRegistrationInput(
                object_id=self._input.object_id,
                item_id=state.item_id,
                clicked_at=state.last_click_at,
                policy=self._input.policy,
            ),
            task_queue=registration_task_queue(workflow.info().task_queue),
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.POLLING,
            priority=options.POLL_AFTER_CLICK if state.last_click_at else options.POLL_ROUTINE,
            summary="Wait until an MFA method is registered",
        )

    def stop(self) -> None:
        """Stop watching."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle = None

    @property
    def done(self) -> bool:
        """Say whether there is something to take."""
        return self._handle is not None and self._handle.done()

    async def take(self) -> PollEnd:
        """Return what was seen, and be idle again.

        Raises:
            ActivityError: the registration can't be read until somebody mends something.
        """
        handle, self._handle = self._handle, None
        if handle is None:
            raise RuntimeError("nothing was watched")
        return await handle

"""What may be said to an enrolment, and asked of it. Handlers change state, and never raise."""

from collections.abc import Callable

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.enrolment import bounces, transitions
    from domain.enrolment.messages import (
        AdminRequest,
        EmailOpened,
        LinkClicked,
        MailBounced,
        Refusal,
        RegistrationChanged,
        ResendRequested,
    )
    from domain.enrolment.state import EnrolmentInput, EnrolmentState
    from workflows.enrolment.registration_poll import RegistrationPoll
    from workflows.refusals import refused


class EnrolmentMessages:
    """The half of ``EnrolmentWorkflow`` that listens.

    Signals report facts: ``link_clicked``, ``email_opened``, ``resend_requested``,
    ``registration_changed``, ``mail_bounced``. Each carries the id of its event, and repeats are
    dropped. Updates ask, and are refused with a reason: ``pause``, ``resume``, ``resend``,
    ``cancel``. The query ``state`` tells everything that is remembered.
    """

    def __init__(self, input: EnrolmentInput) -> None:
        """Set the state that messages change: they may arrive before the first step of ``run``."""
        self._policy = input.policy
        self._state = input.state or EnrolmentState()
        self._taken_in = input.state is not None
        self._early: list[Callable[[], object]] = []
        self._poll = RegistrationPoll(input)
        self._news = False

    def _told(self, event_id: str, change: Callable[[], object]) -> None:
        """Apply a fact, once; before intake has found the state, facts are kept in their order."""
        if not transitions.first_seen(self._state, event_id):
            return
        if self._taken_in:
            change()
        else:
            self._early.append(change)
        self._news = True

    @workflow.signal
    def link_clicked(self, event: LinkClicked) -> None:
        """The button behind the link was pressed; repeats change nothing."""
        self._told(
            event.event_id, lambda: transitions.link_clicked(self._state, event.at, self._policy)
        )

    @workflow.signal
    def email_opened(self, event: EmailOpened) -> None:
        """A mail's pixel was fetched; only the first time counts."""
        self._told(event.event_id, lambda: transitions.email_opened(self._state, event.at))

    @workflow.signal
    def resend_requested(self, event: ResendRequested) -> None:
        """The public form asked for a new link; too many are ignored."""
        self._told(
            event.event_id,
            lambda: transitions.resend_asked(self._state, event.at, self._policy, from_form=True),
        )

    @workflow.signal
    def registration_changed(self, event: RegistrationChanged) -> None:
        """The report says that methods changed: look now, since only a direct read is the truth."""
        self._told(event.event_id, lambda: self._poll.look_again(self._state))

    @workflow.signal
    def mail_bounced(self, event: MailBounced) -> None:
        """A mail came back: nothing is sent until the address is another, or an admin resends."""

        def apply() -> None:
            run_id = workflow.info().first_execution_run_id
            if bounces.mail_bounced(self._state, event, run_id, event.at):
                # The address may have been corrected in the meantime.
                self._poll.look_again(self._state)

        self._told(event.event_id, apply)

    @workflow.update
    def pause(self, request: AdminRequest) -> None:
        """Send nothing until ``resume``; links still count and clocks run."""
        self._state.paused = request
        self._news = True

    @pause.validator
    def validate_pause(self, request: AdminRequest) -> None:
        """Refuse to pause twice."""
        if self._state.paused is not None:
            raise refused(Refusal.ALREADY_PAUSED, actor=self._state.paused.actor)

    @workflow.update
    def resume(self, request: AdminRequest) -> None:
        """Go on; whatever is due is done once."""
        self._state.paused = None
        self._news = True

    @resume.validator
    def validate_resume(self, request: AdminRequest) -> None:
        """Refuse to resume what isn't paused."""
        if self._state.paused is None:
            raise refused(Refusal.NOT_PAUSED)

    @workflow.update
    def resend(self, request: AdminRequest) -> None:
        """Send a new link at once; the limits of the form don't bind an admin."""
        transitions.resend_asked(self._state, workflow.now(), self._policy, from_form=False)
        self._news = True

    @resend.validator
    def validate_resend(self, request: AdminRequest) -> None:
        """Refuse where no link can be sent, and say why."""
        if refusal := transitions.resend_refusal(self._state):
            raise refused(refusal)

    @workflow.update
    def cancel(self, request: AdminRequest) -> None:
        """End the enrolment; the user's links are not recognised any more."""
        transitions.cancelled(self._state, request, workflow.now())
        self._news = True

    @cancel.validator
    def validate_cancel(self, request: AdminRequest) -> None:
        """Refuse to cancel twice."""
        if self._state.cancelled is not None:
            raise refused(Refusal.ALREADY_CANCELLED, actor=self._state.cancelled.actor)

    @workflow.query
    def state(self) -> EnrolmentState:
        """Everything that this enrolment remembers."""
        return self._state

"""One user's way through MFA enrolment, as one durable workflow."""

from asyncio import CancelledError
from typing import TYPE_CHECKING

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from domain.enrolment import requests, transitions
    from domain.enrolment.mail import bounces, resends
    from domain.enrolment.messages import (
        AdminAsked,
        AdminRequest,
        EmailOpened,
        Event,
        LinkClicked,
        MailBounced,
        RegistrationChanged,
        ResendRequested,
        RowDiffers,
        Update,
    )
    from domain.enrolment.state import EnrolmentInput, EnrolmentResult, EnrolmentState
    from domain.status import EnrolmentEnd
    from domain.tracking_list import after_restore
    from workflows.enrolment.journey import Journey
    from workflows.refusals import refused

if TYPE_CHECKING:
    from datetime import datetime


@workflow.defn
class EnrolmentWorkflow:
    """Invites a user, follows the clicks, reminds, tells the manager, and sees the registration.

    Life cycle: intake, then one loop that does what ``domain.enrolment.decisions`` says is next,
    until the user is Active or gone (completes with a result), an admin cancels (CANCELED), or the
    directory never knew the user (fails). The tracking list mirrors every step, and no exit is
    taken before it does. Long histories go on in a new run.

    Signals report facts, each with the id of its event; repeats are dropped, and none raises:
    ``link_clicked``, ``email_opened``, ``resend_requested``, ``registration_changed``,
    ``mail_bounced``, ``row_differs``, ``manager_erased``, ``row_is_ahead``. ``admin_asked`` is an
    update that no worker answered.

    Updates ask, and are refused with a reason: ``pause``, ``resume``, ``resend``, ``retry``,
    ``cancel``.

    Query: ``state`` is everything that is remembered.
    """

    @workflow.init
    def __init__(self, input: EnrolmentInput) -> None:
        """Set all state here: signals may arrive before the first step of ``run``."""
        self._policy = input.policy
        self._journey = Journey(input)

    @property
    def _state(self) -> EnrolmentState:
        return self._journey.state

    @workflow.run
    async def run(self, input: EnrolmentInput) -> EnrolmentResult:
        """See the user through; the mirror is flushed on every way out."""
        try:
            ended = await self._journey.run()
        except (CancelledError, FailureError) as error:
            # An activity that is under way when Temporal cancels fails with the cancellation.
            if not is_cancelled_exception(error):
                await self._journey.settle(EnrolmentEnd.FAILED)
                raise
            if self._state.cancelled is None:
                reason = workflow.cancellation_reason() or "no reason given"
                request = AdminRequest(actor="Temporal", reason=reason)
                transitions.cancelled(self._state, request, workflow.now())
            await self._journey.settle(EnrolmentEnd.CANCELLED)
            raise
        # No ``finally``: it would also run when a run goes on as new, or leaves a worker's memory.
        await self._journey.settle(ended.outcome)
        return ended

    @workflow.signal
    def link_clicked(self, event: LinkClicked) -> None:
        """The button behind the link was pressed; repeats change nothing."""
        self._journey.apply_once(
            event,
            lambda at: transitions.link_clicked(
                self._state, at, self._policy, told_at=workflow.now()
            ),
        )

    @workflow.signal
    def email_opened(self, event: EmailOpened) -> None:
        """A mail's pixel was fetched; only the first time counts."""
        self._journey.apply_once(event, lambda at: transitions.email_opened(self._state, at))

    @workflow.signal
    def resend_requested(self, event: ResendRequested) -> None:
        """The public form asked for a new link; too many are ignored."""
        self._journey.apply_once(
            event,
            lambda at: resends.resend_asked(
                self._state, at, self._policy, from_form=True, network=event.network
            ),
        )

    @workflow.signal
    def registration_changed(self, event: RegistrationChanged) -> None:
        """The report says that methods changed: look now, since only a direct read is the truth."""
        self._journey.apply_once(event, lambda _: self._journey.poll.look_again(self._state))

    @workflow.signal
    def mail_bounced(self, event: MailBounced) -> None:
        """A mail came back: the reason decides whether it is sent again, or an admin has to act."""

        def apply(at: "datetime") -> None:
            run_id = workflow.info().first_execution_run_id
            if bounces.mail_bounced(self._state, event, self._policy, run_id, at):
                # The address may have been corrected in the meantime.
                self._journey.poll.look_again(self._state)

        self._journey.apply_once(event, apply)

    @workflow.signal
    def admin_asked(self, event: AdminAsked) -> None:
        """An admin asked while no worker answered; what would be refused changes nothing."""
        self._apply(event.update, event.request)

    @workflow.signal
    def row_is_ahead(self, event: after_restore.RowIsAhead) -> None:
        """Temporal was restored from a backup, and our tables know more: the better wins."""

        def apply(at: "datetime") -> None:
            after_restore.row_is_ahead(self._state, event, at, self._policy)
            self._journey.poll.look_again(self._state)
            # The list has what was written before the restore, too.
            self._journey.mirror.forget(())

        self._journey.apply_once(event, apply)

    @workflow.update
    def pause(self, request: AdminRequest) -> None:
        """Send nothing until ``resume``; links still count and clocks run."""
        self._apply(Update.PAUSE, request)

    @pause.validator
    def validate_pause(self, request: AdminRequest) -> None:
        """Refuse to pause twice."""
        self._validate(Update.PAUSE, request)

    @workflow.update
    def resume(self, request: AdminRequest) -> None:
        """Go on; whatever is due is done once."""
        self._apply(Update.RESUME, request)

    @resume.validator
    def validate_resume(self, request: AdminRequest) -> None:
        """Refuse to resume what isn't paused."""
        self._validate(Update.RESUME, request)

    @workflow.update
    def resend(self, request: AdminRequest) -> None:
        """Send a new link at once; the limits of the form don't bind an admin."""
        self._apply(Update.RESEND, request)

    @resend.validator
    def validate_resend(self, request: AdminRequest) -> None:
        """Refuse where no link can be sent, and say why."""
        self._validate(Update.RESEND, request)

    @workflow.update
    def retry(self, request: AdminRequest) -> None:
        """Try again at once what failed, and read the directory anew."""
        self._apply(Update.RETRY, request)

    @retry.validator
    def validate_retry(self, request: AdminRequest) -> None:
        """Refuse where nothing has failed."""
        self._validate(Update.RETRY, request)

    @workflow.update
    def cancel(self, request: AdminRequest) -> None:
        """End the enrolment; the user's links are not recognised any more."""
        self._apply(Update.CANCEL, request)

    @cancel.validator
    def validate_cancel(self, request: AdminRequest) -> None:
        """Refuse to cancel twice."""
        self._validate(Update.CANCEL, request)

    @workflow.signal
    def row_differs(self, event: RowDiffers) -> None:
        """Somebody changed the row, or deleted it: hand edits never steer, so it is put right."""
        self._journey.apply_once(event, lambda _: self._journey.mirror.forget(event.columns))

    @workflow.signal
    def manager_erased(self, event: Event) -> None:
        """The manager who was told has been erased: the row names nobody any more."""
        self._journey.apply_once(event, lambda _: transitions.manager_erased(self._state))

    @workflow.query
    def state(self) -> EnrolmentState:
        """Everything that this enrolment remembers."""
        return self._state

    def _apply(self, update: Update, request: AdminRequest) -> None:
        now = workflow.now()
        done = requests.apply(update, request, self._state, now, self._policy)
        if done and update is Update.RETRY:
            self._journey.try_again()
        self._journey.wake()

    def _validate(self, update: Update, request: AdminRequest) -> None:
        if refusal := requests.refusal_of(
            update, request, self._state, workflow.now(), self._policy
        ):
            reason, values = refusal
            raise refused(reason, **values)

"""One user's way through MFA enrolment, as one durable workflow."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.cancellation import CancellationActivities
    from activities.enrolment.intake import IntakeResult
    from domain.enrolment import requests, transitions
    from domain.enrolment.decisions import (
        Action,
        AddToGroup,
        AwaitEnabled,
        Cancel,
        Complete,
        SendMail,
        Wait,
        WaitFor,
        next_action,
    )
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
    from domain.enrolment.record import record_of
    from domain.enrolment.state import (
        Concern,
        EnrolmentEnd,
        EnrolmentInput,
        EnrolmentResult,
        EnrolmentState,
    )
    from domain.enrolment.status import MailKind
    from domain.enrolment.story import tell
    from domain.failures import FailureType
    from domain.instants import bounded
    from domain.mail import bounces, resends
    from domain.mail.send_times import LookUpSendTime
    from domain.tables.enrolment import EnrolmentRecord
    from domain.tables.story import StoryKind
    from domain.tracking_list import after_restore
    from domain.tracking_list.adoption import begin
    from domain.tracking_list.columns import Fields, fields_before_intake, item_fields
    from temporal.failures import failure_type
    from workflows import options
    from workflows.enrolment import group, intake
    from workflows.enrolment import mail as mails
    from workflows.enrolment.account_watch import AccountWatch
    from workflows.enrolment.deadline_timer import DeadlineTimer
    from workflows.enrolment.details import Visibility, result
    from workflows.enrolment.problems import problem_of
    from workflows.enrolment.registration_poll import RegistrationPoll
    from workflows.enrolment.row_mirror import RowMirror
    from workflows.enrolment.texts import Doing, Step, next_step, summary
    from workflows.refusals import refused


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

    Updates ask, and are refused with a reason: ``pause``, ``resume``, ``resend``, ``cancel``.

    Query: ``state`` is everything that is remembered.
    """

    @workflow.init
    def __init__(self, input: EnrolmentInput) -> None:
        """Set all state here: signals may arrive before the first step of ``run``."""
        self._input = input
        self._policy = input.policy
        self._state = input.state or EnrolmentState()
        self._taken_in = input.state is not None
        self._early: list[Callable[[], object]] = []
        self._news = False
        self._poll = RegistrationPoll(input)
        self._account = AccountWatch(input)
        self._state.run_id = workflow.info().run_id
        self._mirror = RowMirror(self._row, self._record, lambda: self._state, input.sender)
        if input.state is None:
            batch = {"batch": input.batch_id, "source": input.source.value}
            tell(self._state, StoryKind.IMPORTED, workflow.now(), **batch)
        self._timer = DeadlineTimer()
        self._visibility = Visibility(input)

    @workflow.run
    async def run(self, input: EnrolmentInput) -> EnrolmentResult:
        """See the user through; the mirror is flushed on every way out."""
        try:
            ended = await self._journey()
        except (asyncio.CancelledError, FailureError) as error:
            # An activity that is under way when Temporal cancels fails with the cancellation.
            if not is_cancelled_exception(error):
                await self._settle(EnrolmentEnd.FAILED)
                raise
            if self._state.cancelled is None:
                reason = workflow.cancellation_reason() or "no reason given"
                request = AdminRequest(actor="Temporal", reason=reason)
                transitions.cancelled(self._state, request, workflow.now())
            await self._settle(EnrolmentEnd.CANCELLED)
            raise
        # No ``finally``: it would also run when a run goes on as new, or leaves a worker's memory.
        await self._settle(ended.outcome)
        return ended

    @workflow.signal
    def link_clicked(self, event: LinkClicked) -> None:
        """The button behind the link was pressed; repeats change nothing."""
        self._apply_once(event, lambda at: transitions.link_clicked(self._state, at, self._policy))

    @workflow.signal
    def email_opened(self, event: EmailOpened) -> None:
        """A mail's pixel was fetched; only the first time counts."""
        self._apply_once(event, lambda at: transitions.email_opened(self._state, at))

    @workflow.signal
    def resend_requested(self, event: ResendRequested) -> None:
        """The public form asked for a new link; too many are ignored."""
        self._apply_once(
            event,
            lambda at: resends.resend_asked(
                self._state, at, self._policy, from_form=True, network=event.network
            ),
        )

    @workflow.signal
    def registration_changed(self, event: RegistrationChanged) -> None:
        """The report says that methods changed: look now, since only a direct read is the truth."""
        self._apply_once(event, lambda _: self._poll.look_again(self._state))

    @workflow.signal
    def mail_bounced(self, event: MailBounced) -> None:
        """A mail came back: the reason decides whether it is sent again, or an admin has to act."""

        def apply(at: datetime) -> None:
            run_id = workflow.info().first_execution_run_id
            if bounces.mail_bounced(self._state, event, self._policy, run_id, at):
                # The address may have been corrected in the meantime.
                self._poll.look_again(self._state)

        self._apply_once(event, apply)

    @workflow.signal
    def admin_asked(self, event: AdminAsked) -> None:
        """An admin asked while no worker answered; what would be refused changes nothing."""
        self._apply(event.update, event.request)

    @workflow.signal
    def row_is_ahead(self, event: after_restore.RowIsAhead) -> None:
        """Temporal was restored from a backup, and our tables know more: the better wins."""

        def apply(at: datetime) -> None:
            after_restore.row_is_ahead(self._state, event, at, self._policy)
            self._poll.look_again(self._state)
            # The list has what was written before the restore, too.
            self._mirror.forget(())

        self._apply_once(event, apply)

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
        self._apply_once(event, lambda _: self._mirror.forget(event.columns))

    @workflow.signal
    def manager_erased(self, event: Event) -> None:
        """The manager who was told has been erased: the row names nobody any more."""
        self._apply_once(event, lambda _: transitions.manager_erased(self._state))

    @workflow.query
    def state(self) -> EnrolmentState:
        """Everything that this enrolment remembers."""
        return self._state

    def _apply(self, update: Update, request: AdminRequest) -> None:
        requests.apply(update, request, self._state, workflow.now(), self._policy)
        self._news = True

    def _validate(self, update: Update, request: AdminRequest) -> None:
        if refusal := requests.refusal_of(
            update, request, self._state, workflow.now(), self._policy
        ):
            reason, values = refusal
            raise refused(reason, **values)

    def _apply_once(self, event: Event, change: Callable[[datetime], object]) -> None:
        """Apply a fact, once, at its time; facts from before intake are kept in their order."""
        if not transitions.first_seen(self._state, event.event_id):
            return
        at = bounded(event.at, workflow.now())
        if self._taken_in:
            change(at)
        else:
            self._early.append(partial(change, at))
        self._news = True
        if self._state.ended is not None:
            # The loop is over, but the row isn't written yet.
            self._mirror.wake()

    async def _journey(self) -> EnrolmentResult:
        if self._taken_in:
            self._mirror.start(self._state.item_id, self._state.written, self._state.refused)
        else:
            await self._take_in()
        while True:
            self._mirror.raise_if_died()
            if workflow.cancellation_reason() is not None:
                raise asyncio.CancelledError
            await self._poll.look(self._state)
            action = self._next()
            if isinstance(action, Complete):
                if action.outcome is EnrolmentEnd.ACTIVE:
                    transitions.activated(self._state)
                return result(self._state, action.outcome)
            await self._do(action)

    async def _do(
        self, action: Cancel | AddToGroup | AwaitEnabled | SendMail | LookUpSendTime | Wait
    ) -> None:
        match action:
            case Cancel():
                await self._cancel()
            case AddToGroup():
                await self._add_to_group()
            case AwaitEnabled():
                await self._await_enabled()
            case SendMail():
                await self._send(action)
            case LookUpSendTime():
                await mails.look_up_send_time(action, self._input, self._state)
            case Wait(until, what):
                await self._wait(until, what)

    def _next(self) -> Action:
        return next_action(
            self._state,
            self._policy,
            workflow.now(),
            invite_not_before=self._input.invite_not_before,
        )

    def _leaving(self) -> bool:
        """Say whether an admin ends this enrolment, by update or by Temporal's own cancel."""
        return self._state.cancelled is not None or workflow.cancellation_reason() is not None

    async def _take_in(self) -> None:
        """Do the intake; what somebody has to fix is shown on the list meanwhile."""

        def blocked(error: ActivityError) -> None:
            if failure_type(error.cause) is FailureType.USER_NOT_FOUND:
                transitions.unknown_user(self._state, workflow.now())
            else:
                problem_of(error, Concern.DIRECTORY, self._state)
            self._show_on_list_before_intake()
            self._publish(Doing.LOOKING_UP)

        taken = await intake.look_up_and_adopt(self._input, leaving=self._leaving, blocked=blocked)
        if taken is not None:
            self._begin(taken)
        else:
            # Nobody was taken in, but whoever looks for the person on the list shall see why.
            self._show_on_list_before_intake()

    def _begin(self, taken: IntakeResult) -> None:
        early, self._state = self._state, taken.state
        begin(self._state, early, workflow.now(), registered=taken.registered)
        self._taken_in = True
        for change in self._early:
            change()
        self._mirror.start(taken.state.item_id, taken.written)

    def _show_on_list_before_intake(self) -> None:
        if not self._mirror.started:
            self._mirror.start(None, {})

    async def _add_to_group(self) -> None:
        await group.join(
            self._input,
            self._state,
            leaving=self._leaving,
            slow=lambda: self._publish(Doing.GROUP),
        )

    async def _await_enabled(self) -> None:
        """Wait for the disabled account, for news, or until it has been disabled for too long."""
        self._account.follow(self._state)
        await self._wait(None, Doing.DISABLED)
        if self._account.done:
            await self._account.take(self._state)
        elif not isinstance(self._next(), AwaitEnabled):
            self._account.stop()

    async def _send(self, mail: SendMail) -> None:
        def wanted() -> bool:
            return not self._leaving() and not self._poll.done and self._next() == mail

        if mail.kind is MailKind.INVITATION:
            self._publish(Doing.MAIL_QUEUE)
        await mails.send(mail, self._input, self._state, self._record(), wanted)

    async def _cancel(self) -> None:
        """End as CANCELED: ask Temporal for a cancellation, and wait until it arrives."""
        await self._mirror.flush()
        if workflow.cancellation_reason() is not None:
            raise asyncio.CancelledError
        await workflow.execute_activity_method(
            CancellationActivities.request_cancellation,
            start_to_close_timeout=options.GRAPH_CALL,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            summary=summary(Step.CANCEL),
        )
        await workflow.wait_condition(lambda: False)

    async def _wait(self, until: datetime | None, what: WaitFor | Doing) -> None:
        """Tell the world where the enrolment stands, then sleep until there is something to do."""
        if self._history_is_long:
            self._continue_as_new()
        self._publish(what, until)
        check_at = self._poll.not_before
        if check_at and (until is None or check_at < until):
            self._timer.arm(check_at, next_step(Doing.REGISTRATION_RETRY, check_at))
        else:
            self._timer.arm(until, next_step(what, until))
        await workflow.wait_condition(
            lambda: (
                self._news
                or self._timer.rang
                or self._poll.done
                or self._account.done
                or self._mirror.died
                or self._history_is_long
            )
        )
        self._news = False

    @property
    def _history_is_long(self) -> bool:
        """Say whether to go on in a new run: never while the list is being written to.

        Columns that can't be written don't hold it up; the next run knows which they are.
        """
        return workflow.info().is_continue_as_new_suggested() and self._mirror.idle

    def _continue_as_new(self) -> None:
        self._state.written = self._mirror.written
        self._state.refused = self._mirror.refused
        self._state.item_id = self._mirror.item_id
        workflow.continue_as_new(replace(self._input, state=self._state, looked_up=None))

    def _publish(self, what: WaitFor | Doing, at: datetime | None = None) -> None:
        """Show the state in the UI, in search attributes and on the tracking list."""
        self._state.item_id = self._mirror.item_id
        self._visibility.show(self._state, next_step(what, at), self._mirror.refused)
        self._mirror.wake()

    def _row(self) -> Fields:
        fields = item_fields if self._taken_in else fields_before_intake
        return fields(self._input, self._state, self._mirror.list_problem)

    def _record(self) -> EnrolmentRecord:
        """Return the database's row, without the revision that a write gives it."""
        return replace(record_of(self._input, self._state, workflow.now()), revision=0)

    async def _settle(self, end: EnrolmentEnd) -> None:
        """Leave nothing behind: no poll, and above all no stale row. A timer ends with the run."""
        transitions.ended(self._state, end, workflow.now())
        self._poll.stop()
        self._account.stop()
        self._publish(Doing.ENDED)
        await self._mirror.flush()

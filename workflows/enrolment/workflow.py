"""One user's way through MFA enrolment, as one durable workflow."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributePair
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.cancellation import ControlActivities
    from activities.enrolment.intake import IntakeActivities, TakenIn
    from domain.enrolment import problems, transitions
    from domain.enrolment.decisions import (
        Action,
        AddToGroup,
        AwaitEnabled,
        Cancel,
        Complete,
        SendMail,
        Wait,
        next_action,
    )
    from domain.enrolment.messages import AdminRequest
    from domain.enrolment.state import Concern, EnrolmentInput, EnrolmentResult, Outcome
    from domain.enrolment.status import MailKind
    from domain.tracking_list.adoption import begin
    from temporal.search_attributes import search_attributes
    from workflows import options
    from workflows.enrolment import group
    from workflows.enrolment import mail as mails
    from workflows.enrolment.account_watch import AccountWatch
    from workflows.enrolment.activity_waits import unless_withdrawn
    from workflows.enrolment.deadline_timer import DeadlineTimer
    from workflows.enrolment.details import details, result
    from workflows.enrolment.row_messages import RowMessages


@workflow.defn
class EnrolmentWorkflow(RowMessages):
    """Invites a user, follows the clicks, reminds, tells the manager, and sees the registration.

    Life cycle: intake, then one loop that does what the rules say is next, until the
    user is Active or gone (completes with a result), an admin cancels (CANCELED), or the directory
    never knew the user (fails). The tracking list mirrors every step, and no exit is taken before
    it does. What may be said to it is in ``EnrolmentMessages`` and ``RowMessages``.
    """

    @workflow.init
    def __init__(self, input: EnrolmentInput) -> None:
        """Set all state here: signals may arrive before the first step of ``run``."""
        super().__init__(input)
        self._account = AccountWatch(input)
        self._timer = DeadlineTimer()
        self._published: list[SearchAttributePair[Any]] = []

    @workflow.run
    async def run(self, input: EnrolmentInput) -> EnrolmentResult:
        """See the user through; the mirror is flushed on every way out."""
        try:
            ended = await self._journey()
        except asyncio.CancelledError:
            if self._state.cancelled is None:
                reason = workflow.cancellation_reason() or "no reason given"
                request = AdminRequest(actor="Temporal", reason=reason)
                transitions.cancelled(self._state, request, workflow.now())
            await self._settle()
            raise
        except FailureError:
            await self._settle()
            raise
        # No ``finally``: it would also run when a run goes on as new, or leaves a worker's memory.
        await self._settle()
        return ended

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
                if action.outcome is Outcome.ACTIVE:
                    transitions.activated(self._state)
                return result(self._state, action.outcome)
            await self._do(action)

    async def _do(self, action: Cancel | AddToGroup | AwaitEnabled | SendMail | Wait) -> None:
        match action:
            case Cancel():
                await self._cancel()
            case AddToGroup():
                await self._add_to_group()
            case AwaitEnabled():
                await self._await_enabled()
            case SendMail():
                await self._send(action)
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
        """Do the intake; what somebody must mend is shown on the list and tried again."""
        while not self._leaving():
            begun_at = workflow.now()
            handle = workflow.start_activity_method(
                IntakeActivities.take_in,
                self._input,
                start_to_close_timeout=options.GRAPH_CALL,
                heartbeat_timeout=options.HEARTBEAT,
                retry_policy=options.PATIENT,
                cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
                summary="Look the user up and make their row on the tracking list",
            )
            try:
                taken = await unless_withdrawn(handle, lambda: not self._leaving())
            except ActivityError as error:
                await self._intake_failed(error, begun_at)
                continue
            if taken is not None:
                self._begin(taken)
                return
        # Nobody was taken in, but whoever looks for the person on the list shall see why.
        self._show_on_list_before_intake()

    def _begin(self, taken: TakenIn) -> None:
        early, self._state = self._state, taken.state
        begin(self._state, early, workflow.now(), registered=taken.registered)
        self._taken_in = True
        for change in self._early:
            change()
        self._mirror.start(taken.state.item_id, taken.written)

    async def _intake_failed(self, error: ActivityError, begun_at: datetime) -> None:
        """Show what somebody must mend, and wait; fail when the directory never knew the user."""
        message = self._failed(error, Concern.DIRECTORY)
        self._show_on_list_before_intake()
        cause = error.cause
        missing = isinstance(cause, ApplicationError) and cause.type == "NotFound"
        # A missing list is NotFound, too, but at once: a user only counts as missing after a day.
        if missing and workflow.now() - begun_at >= self._policy.gone_after:
            raise ApplicationError(message, type="NotFound", non_retryable=True) from None
        self._publish("the directory or the list to be readable")
        try:
            await workflow.wait_condition(
                self._leaving,
                timeout=self._policy.retry_blocked,
                timeout_summary="Until intake is tried again",
            )
        except TimeoutError:
            return

    def _show_on_list_before_intake(self) -> None:
        if not self._mirror.started:
            self._mirror.start(None, {})

    async def _add_to_group(self) -> None:
        # Pages follow the status, and see a click as soon as it is known.
        self._publish_search_attributes()
        try:
            added = await group.join(
                self._input.object_id,
                leaving=self._leaving,
                slow=lambda: self._publish("the group to take the user in"),
            )
        except ActivityError as error:
            self._failed(error, Concern.GROUP)
            self._state.group_not_before = workflow.now() + self._policy.retry_blocked
            return
        if added:
            transitions.added_to_group(self._state, workflow.now())
        elif added is not None:
            transitions.kept_out_of_group(self._state, workflow.now(), self._policy)

    async def _await_enabled(self) -> None:
        """Wait for the disabled account, for news, or until it has been disabled for too long."""
        self._account.follow(self._state)
        await self._wait(None, "the account to be enabled")
        if self._account.done:
            await self._account.take(self._state)
        elif not isinstance(self._next(), AwaitEnabled):
            self._account.stop()

    async def _send(self, mail: SendMail) -> None:
        def wanted() -> bool:
            return not self._leaving() and not self._poll.done and self._next() == mail

        if mail.kind is MailKind.INVITATION:
            self._publish("the invitation's turn in the mail queue")
        try:
            mailed = await mails.send(mail, self._input, self._state, wanted)
        except ActivityError as error:
            self._failed(error, Concern.MAIL)
            self._state.mail_not_before = workflow.now() + self._policy.retry_blocked
            return
        if mailed is None:
            return
        prepared, now = mailed.prepared, workflow.now()
        self._state.person = prepared.person or self._state.person
        if mailed.sent:
            self._state.manager_upn = prepared.manager_upn or self._state.manager_upn
            transitions.mail_sent(self._state, mail.kind, now, self._policy)
        elif prepared.withheld is not None:
            transitions.mail_withheld(self._state, prepared.withheld, now, self._policy)

    async def _cancel(self) -> None:
        """End as CANCELED: ask Temporal for a cancellation, and wait until it arrives."""
        await self._mirror.flush()
        if workflow.cancellation_reason() is not None:
            raise asyncio.CancelledError
        await workflow.execute_activity_method(
            ControlActivities.request_cancellation,
            start_to_close_timeout=options.GRAPH_CALL,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            summary="Ask Temporal to cancel this enrolment",
        )
        await workflow.wait_condition(lambda: False)

    async def _wait(self, until: datetime | None, what: str) -> None:
        """Tell the world where the enrolment stands, then sleep until there is something to do."""
        if self._history_is_long:
            self._continue_as_new()
        self._publish(f"{what}, due {until:%d %b %Y %H:%M} UTC" if until else what)
        wake_at = min((at for at in (until, self._poll.not_before) if at), default=None)
        self._timer.arm(wake_at, f"Until {what} is due")
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
        workflow.continue_as_new(replace(self._input, state=self._state))

    def _publish(self, waiting_for: str) -> None:
        """Show the state in the UI, in search attributes and on the tracking list."""
        self._state.item_id = self._mirror.item_id
        workflow.set_current_details(details(self._state, waiting_for, tuple(self._mirror.refused)))
        self._publish_search_attributes()
        self._mirror.wake()

    def _publish_search_attributes(self) -> None:
        wanted = list(search_attributes(self._input, self._state))
        updates = [pair.key.value_set(pair.value) for pair in wanted if pair not in self._published]
        if updates:
            self._published = wanted
            workflow.upsert_search_attributes(updates)

    async def _settle(self) -> None:
        """Leave nothing behind: no timer, no poll, and above all no stale row."""
        self._timer.disarm()
        self._poll.stop()
        self._account.stop()
        self._publish("nothing: the enrolment has ended")
        await self._mirror.flush()

    def _failed(self, error: ActivityError, concern: Concern) -> str:
        """Remember what somebody must mend, and return it in words."""
        message = str(error.cause or error)
        problems.problem_met(self._state, concern, message, workflow.now())
        return message

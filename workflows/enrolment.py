"""One user's way through MFA enrolment, as one durable workflow."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributePair
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.control import ControlActivities
    from activities.directory import AwaitEnabledInput, DirectoryActivities
    from activities.group import GroupActivities
    from activities.intake import IntakeActivities
    from activities.registration import PollEnd
    from domain import transitions
    from domain.decisions import (
        Action,
        AddToGroup,
        AwaitEnabled,
        Cancel,
        Complete,
        SendMail,
        Wait,
        next_action,
    )
    from domain.enrolment import Concern, EnrolmentInput, EnrolmentResult, EnrolmentState
    from domain.messages import AdminRequest
    from domain.person import Person
    from domain.status import MailKind
    from domain.tracking_item import item_fields

    from workflows import mailing, options
    from workflows.details import details, result
    from workflows.messages import EnrolmentMessages
    from workflows.mirror import TrackingMirror
    from workflows.search_attributes import search_attributes
    from workflows.timer import DeadlineTimer


@workflow.defn
class EnrolmentWorkflow(EnrolmentMessages):
    """Invites a user, follows the clicks, reminds, tells the manager, and sees the registration.

    Life cycle: intake, then one loop that does what ``domain.decisions`` says is next, until the
    user is Active or gone (completes with a result), an admin cancels (CANCELED), or the directory
    never knew the user (fails). The tracking list mirrors every step, and no exit is taken before
    it does. What may be said to it is in ``EnrolmentMessages``.
    """

    @workflow.init
    def __init__(self, input: EnrolmentInput) -> None:
        """Set all state here: signals may arrive before the first step of ``run``."""
        super().__init__(input)
        self._input = input
        self._mirror = TrackingMirror(lambda: item_fields(self._input, self._state))
        self._poll_not_before: datetime | None = None
        self._timer = DeadlineTimer()
        self._enabled: workflow.ActivityHandle[Person] | None = None
        self._published: list[SearchAttributePair[Any]] = []

    @workflow.run
    async def run(self, input: EnrolmentInput) -> EnrolmentResult:
        """See the user through; the mirror is flushed on every way out."""
        try:
            return await self._journey()
        except asyncio.CancelledError:
            if self._state.cancelled is None:
                reason = workflow.cancellation_reason() or "no reason given"
                request = AdminRequest(actor="Temporal", reason=reason)
                transitions.cancelled(self._state, request, workflow.now())
            raise
        finally:
            await self._settle()

    async def _journey(self) -> EnrolmentResult:
        if self._input.state is None:
            await self._take_in()
        else:
            self._mirror.start(self._state.item_id, self._state.written)
        while True:
            self._mirror.raise_if_died()
            if workflow.cancellation_reason() is not None:
                raise asyncio.CancelledError
            await self._look_for_registration()
            match self._next():
                case Cancel():
                    await self._cancel()
                case Complete(outcome):
                    return result(self._state, outcome)
                case AddToGroup():
                    await self._add_to_group()
                case AwaitEnabled():
                    await self._await_enabled()
                case SendMail() as mail:
                    await self._send(mail)
                case Wait(until, what):
                    await self._wait(until, what)

    def _next(self) -> Action:
        return next_action(
            self._state,
            self._policy,
            workflow.now(),
            invite_not_before=self._input.invite_not_before,
        )

    async def _take_in(self) -> None:
        """Do the intake; what somebody must mend is shown on the list and tried again."""
        while True:
            try:
                taken = await workflow.execute_activity_method(
                    IntakeActivities.take_in,
                    self._input,
                    start_to_close_timeout=options.GRAPH_CALL,
                    retry_policy=options.PATIENT,
                    summary="Look the user up and make their row on the tracking list",
                )
            except ActivityError as error:
                message = self._failed(error, Concern.DIRECTORY)
                self._mirror.start(self._mirror.item_id, self._mirror.written)
                self._publish("the directory or the list to be readable")
                cause = error.cause
                if isinstance(cause, ApplicationError) and cause.type == "NotFound":
                    raise ApplicationError(message, type="NotFound", non_retryable=True) from None
                await workflow.sleep(self._policy.retry_blocked, summary="Until intake is retried")
                continue
            break
        early, self._state = self._state, taken.state
        self._keep_early_news(early)
        self._mirror.start(taken.state.item_id, taken.written)
        if taken.registered:
            transitions.registration_seen(self._state, workflow.now())

    def _keep_early_news(self, early: EnrolmentState) -> None:
        """Carry over what signals and admins said before the intake was done."""
        state = self._state
        state.seen_events = early.seen_events
        state.paused, state.cancelled = early.paused, early.cancelled
        if early.clicked_at is not None:
            transitions.link_clicked(state, early.clicked_at, self._policy)
        if early.opened_at is not None:
            transitions.email_opened(state, early.opened_at)

    async def _look_for_registration(self) -> None:
        """Take what the poll has seen, and keep it going in the right rhythm."""
        now = workflow.now()
        if self._poll.done:
            try:
                seen = await self._poll.take()
            except ActivityError as error:
                self._failed(error, Concern.REGISTRATION)
                self._poll_not_before = now + self._policy.retry_blocked
            else:
                transitions.solved(self._state, Concern.REGISTRATION)
                if seen is PollEnd.GONE:
                    transitions.gone(self._state, now)
                else:
                    transitions.registration_seen(self._state, now)
        if self._state.registered or self._state.gone:
            self._poll.stop()
        elif self._poll_not_before is None or self._poll_not_before <= now:
            self._poll.follow(self._state)

    async def _add_to_group(self) -> None:
        handle = workflow.start_activity_method(
            GroupActivities.add_to_group,
            self._input.object_id,
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary="Add the user to the enforcement group",
        )
        # Pages follow the status, and see a click as soon as it is known.
        self._publish_search_attributes()
        try:
            await workflow.wait_condition(
                handle.done, timeout=options.GROUP_GRACE, timeout_summary="The group call is slow"
            )
        except TimeoutError:
            self._publish("the group to take the user in")
        except asyncio.CancelledError:
            handle.cancel()
        try:
            added = await mailing.unless_withdrawn(handle, lambda: self._state.cancelled is None)
        except ActivityError as error:
            self._failed(error, Concern.GROUP)
            self._state.group_not_before = workflow.now() + self._policy.retry_blocked
            return
        if added is None:
            return
        if added:
            transitions.added_to_group(self._state, workflow.now())
        else:
            transitions.excluded(self._state, workflow.now())

    async def _await_enabled(self) -> None:
        """Wait for the disabled account, for news, or until it has been disabled for too long."""
        since = self._state.disabled_since or workflow.now()
        if self._enabled is None:
            left = since + self._policy.end_disabled_after - workflow.now()
            self._enabled = workflow.start_activity_method(
                DirectoryActivities.await_enabled,
                AwaitEnabledInput(object_id=self._input.object_id, policy=self._policy),
                start_to_close_timeout=options.GRAPH_CALL,
                schedule_to_close_timeout=max(left, timedelta(seconds=1)),
                retry_policy=options.POLLING,
                summary="Wait until the account is enabled",
            )
        handle = self._enabled
        await self._wait(None, "the account to be enabled", handle.done)
        if not handle.done():
            if not isinstance(self._next(), AwaitEnabled):
                handle.cancel()
                self._enabled = None
            return
        self._enabled = None
        try:
            self._state.person = await handle
        except ActivityError:
            self._state.disabled_too_long = True
        else:
            transitions.enabled(self._state, workflow.now())

    async def _send(self, mail: SendMail) -> None:
        def wanted() -> bool:
            cancelling = workflow.cancellation_reason() is not None
            return not cancelling and not self._poll.done and self._next() == mail

        if mail.kind is MailKind.INVITATION:
            self._publish("the invitation's turn in the mail queue")
        try:
            mailed = await mailing.send(mail, self._input, self._state, wanted)
        except ActivityError as error:
            if is_cancelled_exception(error):
                return
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
            transitions.mail_withheld(self._state, prepared.withheld, workflow.now(), self._policy)

    async def _cancel(self) -> None:
        """End as CANCELED: ask Temporal for a cancellation, and wait until it arrives."""
        await self._mirror.flush()
        await workflow.execute_activity_method(
            ControlActivities.request_cancellation,
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            summary="Ask Temporal to cancel this enrolment",
        )
        await workflow.wait_condition(lambda: False)

    async def _wait(
        self,
        until: datetime | None,
        what: str,
        done: Callable[[], bool] = lambda: False,
    ) -> None:
        """Tell the world where the enrolment stands, then sleep until there is something to do."""
        await self._continue_as_new_if_suggested()
        self._publish(f"{what}, due {until:%d %b %Y %H:%M} UTC" if until else what)
        wake_at = min((at for at in (until, self._poll_not_before) if at), default=None)
        self._timer.arm(wake_at, f"Until {what} is due")
        await workflow.wait_condition(
            lambda: self._news or self._timer.rang or self._poll.done or self._mirror.died or done()
        )
        self._news = False

    async def _continue_as_new_if_suggested(self) -> None:
        if not workflow.info().is_continue_as_new_suggested():
            return
        await self._mirror.flush()
        await workflow.wait_condition(workflow.all_handlers_finished)
        self._state.written = self._mirror.written
        self._state.item_id = self._mirror.item_id
        workflow.continue_as_new(replace(self._input, state=self._state))

    def _publish(self, waiting_for: str) -> None:
        """Show the state in the UI, in search attributes and on the tracking list."""
        self._state.item_id = self._mirror.item_id
        workflow.set_current_details(details(self._state, waiting_for))
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
        self._publish("nothing: the enrolment has ended")
        await self._mirror.flush()

    def _failed(self, error: ActivityError, concern: Concern) -> str:
        """Remember what somebody must mend, and return it in words."""
        message = str(error.cause or error)
        transitions.problem_met(self._state, concern, message, workflow.now())
        return message

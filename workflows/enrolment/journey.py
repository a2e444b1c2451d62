"""What an enrolment does between its messages: one loop, which does what is next, and waits."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.cancellation import CancellationActivities
    from activities.enrolment.first_row import IntakeResult
    from domain.enrolment import transitions
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
    from domain.enrolment.mail.send_times import LookUpSendTime
    from domain.enrolment.messages import Event
    from domain.enrolment.record import record_of
    from domain.enrolment.state import EnrolmentInput, EnrolmentResult, EnrolmentState
    from domain.enrolment.story import tell
    from domain.failures import FailureType
    from domain.instants import bounded, microseconds
    from domain.status import Concern, EnrolmentEnd, MailKind
    from domain.tables.enrolment import EnrolmentRecord
    from domain.tables.story import StoryKind
    from domain.tracking_list.adoption import catch_up
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


class Journey:
    """One user's way, from intake to its end; messages change the state while it goes on.

    Attributes:
        state: everything that the enrolment remembers.
        poll: the watch for the user's registration.
        mirror: what writes the user's row.
    """

    def __init__(self, input: EnrolmentInput) -> None:
        """Begin, or go on where an earlier run stopped."""
        self._input = input
        self._policy = input.policy
        self.state = input.state or EnrolmentState()
        self._taken_in = input.state is not None
        self._early: list[Callable[[], object]] = []
        self._mail_is_wanted: Callable[[], bool] = lambda: False
        self._state_changed = False
        self._retries = 0
        self.poll = RegistrationPoll(input)
        self._account = AccountWatch(input)
        self.state.run_id = workflow.info().run_id
        self.mirror = RowMirror(
            self._row,
            self._record,
            lambda: self.state,
            input.sender,
            hide_name=lambda upn: self._visibility.hide_name(upn, self.state),
        )
        if input.state is None:
            batch = {"batch": input.batch_id, "source": input.source.value}
            tell(self.state, StoryKind.IMPORTED, workflow.now(), **batch)
        self._timer = DeadlineTimer()
        self._visibility = Visibility(input)

    def wake(self) -> None:
        """Make the loop look at the state, which has changed."""
        self._state_changed = True

    def try_again(self) -> None:
        """Repeat at once what failed: an admin asked, and the state's own waits are over."""
        self._retries += 1
        self.poll.look_again(self.state)

    def apply_once(self, event: Event, change: Callable[[datetime], object]) -> None:
        """Apply a fact, once, at its time; facts from before intake are kept in their order."""
        if not transitions.first_seen(self.state, event.event_id):
            return
        at = bounded(event.at, workflow.now())
        if self._taken_in:
            change(at)
        else:
            self._early.append(partial(change, at))
        self._state_changed = True
        if self.state.ended is not None or self._mail_is_wanted():
            # The loop doesn't look at it now: it is over, or a mail waits, maybe for days.
            self.mirror.wake()

    async def run(self) -> EnrolmentResult:
        """Do what is next until the enrolment completes; any other end is an exception."""
        if self._taken_in:
            self.mirror.start(self.state.item_id, self.state.written, self.state.refused)
        else:
            await self._take_in()
        while True:
            self.mirror.raise_if_died()
            if workflow.cancellation_reason() is not None:
                raise asyncio.CancelledError
            await self.poll.look(self.state)
            action = self._next()
            if isinstance(action, Complete):
                if action.outcome is EnrolmentEnd.ACTIVE:
                    transitions.activated(self.state, workflow.now())
                return result(self.state, action.outcome)
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
                await mails.look_up_send_time(action, self._input, self.state)
            case Wait(until, what):
                await self._wait(until, what)

    def _next(self) -> Action:
        return next_action(
            self.state,
            self._policy,
            workflow.now(),
            invite_not_before=self._input.invite_not_before,
        )

    def _leaving(self) -> bool:
        """Say whether an admin ends this enrolment, by update or by Temporal's own cancel."""
        return self.state.cancelled is not None or workflow.cancellation_reason() is not None

    async def _take_in(self) -> None:
        """Do the intake; what somebody has to fix is shown on the list meanwhile."""

        def blocked(error: ActivityError) -> None:
            if failure_type(error.cause) is FailureType.USER_NOT_FOUND:
                transitions.unknown_user(self.state, workflow.now())
            else:
                problem_of(error, Concern.DIRECTORY, self.state)
            self._show_on_list_before_intake()
            self._publish(Doing.LOOKING_UP)

        taken = await intake.look_up_and_adopt(
            self._input,
            self.state,
            self.mirror,
            leaving=self._leaving,
            retries=lambda: self._retries,
            blocked=blocked,
        )
        if taken is not None:
            self._begin(taken)
        else:
            # Nobody was taken in, but whoever looks for the person on the list shall see why.
            self._show_on_list_before_intake()

    def _begin(self, taken: IntakeResult) -> None:
        early, self.state = self.state, taken.state
        catch_up(self.state, early, workflow.now())
        self._taken_in = True
        for change in self._early:
            change()
        self._visibility.hide_name(taken.hidden_upn, self.state)
        self.mirror.start(taken.state.item_id, taken.written)
        if taken.row is not None:
            self.mirror.recorded(taken.row)

    def _show_on_list_before_intake(self) -> None:
        if not self.mirror.started:
            self.mirror.start(None, {})

    async def _add_to_group(self) -> None:
        await group.join(
            self._input,
            self.state,
            leaving=self._leaving,
            slow=lambda: self._publish(Doing.GROUP),
        )

    async def _await_enabled(self) -> None:
        """Wait for a message, or until the account is enabled or was disabled for too long."""
        self._account.follow(self.state)
        await self._wait(None, Doing.DISABLED)
        if self._account.done:
            await self._account.take(self.state)
        elif not isinstance(self._next(), AwaitEnabled):
            self._account.stop()

    async def _send(self, mail: SendMail) -> None:
        self._mail_is_wanted = wanted = lambda: (
            not self._leaving() and not self.poll.done and self._next() == mail
        )
        if mail.kind is MailKind.INVITATION:
            self._publish(Doing.MAIL_QUEUE)
        # By this revision a mail is refused that was begun before the person was erased.
        record = replace(self._record(), revision=microseconds(workflow.now()))
        await mails.send(mail, self._input, self.state, record, wanted, mirror=self.mirror)

    async def _cancel(self) -> None:
        """End as CANCELED: ask Temporal for a cancellation, and wait until it arrives."""
        await self.mirror.flush()
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
        check_at = self.poll.not_before
        if check_at and (until is None or check_at < until):
            self._timer.arm(check_at, next_step(Doing.REGISTRATION_RETRY, check_at))
        else:
            self._timer.arm(until, next_step(what, until))
        await workflow.wait_condition(
            lambda: (
                self._state_changed
                or self._timer.rang
                or self.poll.done
                or self._account.done
                or self.mirror.died
                or self._history_is_long
            )
        )
        self._state_changed = False

    @property
    def _history_is_long(self) -> bool:
        """Say whether to go on in a new run: never while the list is being written to.

        Columns that can't be written don't hold it up; the next run knows which they are.
        """
        return workflow.info().is_continue_as_new_suggested() and self.mirror.idle

    def _continue_as_new(self) -> None:
        self.state.written = self.mirror.written
        self.state.refused = self.mirror.refused
        self.state.item_id = self.mirror.item_id
        workflow.continue_as_new(replace(self._input, state=self.state, looked_up=None))

    def _publish(self, what: WaitFor | Doing, at: datetime | None = None) -> None:
        """Show the state in the UI, in search attributes and on the tracking list."""
        self.state.item_id = self.mirror.item_id
        self._visibility.show(self.state, next_step(what, at), self.mirror.refused)
        self.mirror.wake()

    def _row(self) -> Fields:
        fields = item_fields if self._taken_in else fields_before_intake
        return fields(self._input, self.state, self.mirror.list_problem)

    def _record(self) -> EnrolmentRecord:
        """Return the database's row, without the revision that a write gives it."""
        return replace(record_of(self._input, self.state, workflow.now()), revision=0)

    async def settle(self, end: EnrolmentEnd) -> None:
        """Leave nothing behind: no poll, and above all no stale row. A timer ends with the run."""
        transitions.ended(self.state, end, workflow.now())
        self.poll.stop()
        self._account.stop()
        self._publish(Doing.ENDED)
        await self.mirror.flush()

"""Enrolment workflows that are wrong on purpose, so that the guards against it can be tested."""

from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.enrolment.messages import EmailOpened
    from domain.enrolment.state import EnrolmentInput, EnrolmentResult
    from workflows.enrolment.journey import Journey
    from workflows.enrolment.row_mirror import RowMirror
    from workflows.enrolment.workflow import EnrolmentWorkflow


class DyingMirror(RowMirror):
    """A mirror whose coroutine dies at its first write."""

    async def _write(self) -> bool:
        raise ApplicationError("The mirror died.")


@workflow.defn(name="EnrolmentWorkflow")
class WithDyingMirror(EnrolmentWorkflow):
    """The enrolment with a mirror that dies."""

    @workflow.init
    def __init__(self, input: EnrolmentInput) -> None:
        """Put the mirror in."""
        super().__init__(input)
        journey = self._journey
        journey.mirror = DyingMirror(
            journey._row,  # noqa: SLF001
            journey._record,  # noqa: SLF001
            lambda: journey.state,
            0,
            hide_name=lambda _: None,
        )

    @workflow.run
    async def run(self, input: EnrolmentInput) -> EnrolmentResult:
        """Run as ever."""
        return await super().run(input)


@workflow.defn(name="EnrolmentWorkflow")
class WithAnotherTimer(EnrolmentWorkflow):
    """The enrolment as somebody might change it without a patch: it waits before it begins."""

    @workflow.init
    def __init__(self, input: EnrolmentInput) -> None:
        """Begin as ever."""
        super().__init__(input)

    @workflow.run
    async def run(self, input: EnrolmentInput) -> EnrolmentResult:
        """Wait a minute, then run as ever."""
        await workflow.sleep(timedelta(minutes=1))
        return await super().run(input)


@workflow.defn(name="EnrolmentWorkflow")
class WithSlowReminders(EnrolmentWorkflow):
    """The enrolment as if a rule of the domain had changed: reminders every eight days."""

    @workflow.init
    def __init__(self, input: EnrolmentInput) -> None:
        """Begin with the other rule."""
        super().__init__(input)
        other = replace(input.policy, reminder_interval=timedelta(days=8))
        self._journey = Journey(replace(input, policy=other))

    @workflow.run
    async def run(self, input: EnrolmentInput) -> EnrolmentResult:
        """Run as ever."""
        return await super().run(input)


@workflow.defn(name="EnrolmentWorkflow")
class RaisingAtOpens(EnrolmentWorkflow):
    """The enrolment with an error in a handler, as a slip of the pen would leave it."""

    @workflow.init
    def __init__(self, input: EnrolmentInput) -> None:
        """Begin as ever."""
        super().__init__(input)

    @workflow.run
    async def run(self, input: EnrolmentInput) -> EnrolmentResult:
        """Run as ever."""
        return await super().run(input)

    @workflow.signal
    def email_opened(self, event: EmailOpened) -> None:
        """Raise what nobody expects."""
        raise ZeroDivisionError

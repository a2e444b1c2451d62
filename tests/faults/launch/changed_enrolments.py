"""An enrolment of a later version, whose change is behind a patch."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.enrolment.state import EnrolmentInput, EnrolmentResult
    from workflows.enrolment.journey import Journey
    from workflows.enrolment.workflow import EnrolmentWorkflow


class PatchedJourney(Journey):
    """A journey that waits a second before the group; histories from before don't."""

    async def _add_to_group(self) -> None:
        if workflow.patched("wait-before-the-group"):
            await workflow.sleep(timedelta(seconds=1))
        await super()._add_to_group()


@workflow.defn(name="EnrolmentWorkflow")
class WithPatch(EnrolmentWorkflow):
    """The enrolment of the later version."""

    @workflow.init
    def __init__(self, input: EnrolmentInput) -> None:
        """Put the changed journey in."""
        super().__init__(input)
        self._journey = PatchedJourney(input)

    @workflow.run
    async def run(self, input: EnrolmentInput) -> EnrolmentResult:
        """Run as ever."""
        return await super().run(input)

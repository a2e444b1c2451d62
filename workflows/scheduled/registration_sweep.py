"""Finding registrations in the tenant's report, where looking at each person takes too long."""

from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.registration.sweep import Reported, ReportRead, SweepActivities
    from domain.identifiers import registration_task_queue
    from domain.registration.circles import Circle
    from domain.wording.markdown import escaped
    from workflows import options
    from workflows.texts import SAID, SUMMARIES, Said, Step

EVERY = timedelta(hours=2)
# A result may not be larger than 2 MB; who is forgotten is looked at once more, no harm done.
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepInput:
    """Where a long sweep goes on in a new run. ``told`` and ``found`` map ObjectId to mark."""

    next_link: str
    told: dict[str, str]
    found: dict[str, str]
    signalled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepReport:
    """What came of a sweep, and whom the report calls registered although a look said no."""

    summary: str
    told: dict[str, str] = field(default_factory=dict)


@workflow.defn
class RegistrationSweepWorkflow:
    """One sweep; a schedule starts it every two hours. Listens to nothing.

    Reads the report page by page, and tells ``registration_changed`` to every enrolment whose user
    it calls registered: once for each set of methods, since report and direct look may disagree for
    good. Completes with a summary also where the report can't be read: the direct looks go on.
    """

    @workflow.run
    async def run(self, input: SweepInput | None = None) -> SweepReport:
        """Sweep once, if it is wanted."""
        if input is None and not await self._wanted():
            return self._end(SAID[Said.SWEEP_UNWANTED], {})
        told = input.told if input else self._told_by_the_last()
        found = dict(input.found) if input else {}
        signalled = input.signalled if input else 0
        link = input.next_link if input else None
        circle = Circle(link)
        while True:
            page = await self._page(link)
            if page.obstacle is not None:
                return self._end(SAID[Said.SWEEP_OBSTACLE].format(obstacle=page.obstacle), told)
            found |= {one.object_id: one.mark for one in page.reported}
            changed = [one for one in page.reported if told.get(one.object_id) != one.mark]
            if changed:
                signalled += await self._tell(changed)
            if page.next_link is None:
                summary = SAID[Said.SWEEP_DONE].format(found=len(found), signalled=signalled)
                return self._end(summary, found)
            link = page.next_link
            if circle.closes_at(link):
                return self._end(SAID[Said.SWEEP_CIRCLE], told | found)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(
                    SweepInput(next_link=link, told=told, found=found, signalled=signalled)
                )

    @staticmethod
    def _told_by_the_last() -> dict[str, str]:
        last = workflow.get_last_completion_result(SweepReport)
        return last.told if last else {}

    @staticmethod
    async def _wanted() -> bool:
        return await workflow.execute_activity_method(
            SweepActivities.sweep_wanted,
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.SWEEP_WANTED],
        )

    @staticmethod
    async def _page(link: str | None) -> ReportRead:
        return await workflow.execute_activity_method(
            SweepActivities.read_report_page,
            link,
            task_queue=registration_task_queue(workflow.info().task_queue),
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            priority=options.REPORT_PAGE,
            summary=SUMMARIES[Step.SWEEP_PAGE],
        )

    @staticmethod
    async def _tell(changed: list[Reported]) -> int:
        return await workflow.execute_activity_method(
            SweepActivities.tell_registrations_changed,
            changed,
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.SWEEP_SIGNAL].format(count=len(changed)),
        )

    @staticmethod
    def _end(summary: str, found: dict[str, str]) -> SweepReport:
        workflow.set_current_details(escaped(summary))
        return SweepReport(summary=summary, told=dict(list(found.items())[:REMEMBERED]))

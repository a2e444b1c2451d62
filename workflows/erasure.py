"""Erasing one person, in an order in which nothing is written about them again."""

from dataclasses import dataclass, replace

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.erasure.erase import ErasureActivities, ImportHistoriesInput, RowsInput
    from domain.tables.erasure import ErasureReport, KnownNames
    from workflows import options
    from workflows.texts import SUMMARIES, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureInput:
    """Whom to erase, and whether the executions of their batches' imports are deleted, too.

    ``upns`` are names that tables and list may hold without the ObjectId: of somebody's manager, or
    in a row of a file that started nobody.
    """

    object_id: str
    upns: tuple[str, ...] = ()
    with_import_histories: bool = False

    def and_also(self, other: "ErasureInput") -> "ErasureInput":
        """Return an erasure of the same person that does what either asks for."""
        return replace(
            self,
            upns=tuple(dict.fromkeys((*self.upns, *other.upns))),
            with_import_histories=self.with_import_histories or other.with_import_histories,
        )


@workflow.defn
class ErasureWorkflow:
    """Ends a person's enrolment, then deletes their rows, the list's row, and the histories.

    Those whom the person manages stay, without the manager's name.

    ``also_erase`` tells it what somebody else asks for while it runs: it does that, too, with the
    names and batches that it has found before. It ends with a report of all. While the database or
    the list is away it waits and goes on. It fails where somebody has to act, and can be started
    again: each step deletes what is still there. Whoever started it deletes its own execution
    afterwards.
    """

    @workflow.init
    def __init__(self, input: ErasureInput) -> None:
        """Take what is asked for first."""
        self._wanted = input
        self._names = KnownNames()

    @workflow.signal
    def also_erase(self, input: ErasureInput) -> None:
        """Do what this erasure of the same person asks for, too."""
        self._wanted = self._wanted.and_also(input)

    @workflow.run
    async def run(self, input: ErasureInput) -> ErasureReport:
        """Erase the person."""
        done = self._wanted
        report = await self._erase(done)
        while self._wanted != done:
            done = self._wanted
            report = report.and_also(await self._erase(done))
        return report

    async def _erase(self, input: ErasureInput) -> ErasureReport:
        ended = await workflow.execute_activity_method(
            ErasureActivities.end_enrolment,
            input.object_id,
            start_to_close_timeout=options.ERASURE_STEP,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.ERASE_ENROLMENT],
        )
        # What was found before is gone from the tables by now.
        names = self._names = self._names.and_also(ended.names).and_also(
            KnownNames(upns=input.upns)
        )
        whose = RowsInput(object_id=input.object_id, upns=names.upns)
        table_rows = await workflow.execute_activity_method(
            ErasureActivities.erase_rows,
            whose,
            start_to_close_timeout=options.ERASURE_STEP,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.ERASE_TABLES],
        )
        list_rows = await workflow.execute_activity_method(
            ErasureActivities.delete_list_rows,
            whose,
            start_to_close_timeout=options.ERASURE_STEP,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.ERASE_LIST],
        )
        managed = await workflow.execute_activity_method(
            ErasureActivities.forget_manager,
            names,
            start_to_close_timeout=options.ERASURE_STEP,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.ERASE_MANAGER],
        )
        histories = await workflow.execute_activity_method(
            ErasureActivities.delete_histories,
            input.object_id,
            start_to_close_timeout=options.ERASURE_STEP,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.ERASE_HISTORIES],
        )
        imports = await workflow.execute_activity_method(
            ErasureActivities.delete_import_histories,
            ImportHistoriesInput(batch_ids=names.batch_ids, delete=input.with_import_histories),
            start_to_close_timeout=options.ERASURE_STEP,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.ERASE_IMPORTS],
        )
        return ErasureReport(
            ended=ended.ended,
            terminated=ended.terminated,
            table_rows=table_rows,
            list_rows=list_rows,
            managed=managed,
            histories=histories,
            import_histories=imports.deleted,
            import_histories_left=imports.left,
            import_batches=names.batch_ids if imports.left else (),
            imports_running=imports.running,
        )

"""Imports of people, and dry runs of them."""

from activities.imports.registered_people import RegisteredPeople
from activities.imports.start_enrolments import ImportActivities
from database.enrolments.known_people import KnownPeople
from database.imports.records import ImportRecords
from database.tombstones import Tombstones
from graph.http.retries import ONE_TRY
from graph.registration_report import RegistrationReport
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.imports.batch import BatchWorkflow

WORKFLOWS = (BatchWorkflow,)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what imports run."""
    methods, counted = needs.methods, needs.settings.counted
    imports = ImportActivities(
        client=needs.client,
        directory=needs.directory,
        methods=methods,
        tracking_list=needs.tracking_list,
        records=ImportRecords(needs.database, Tombstones()),
        known=KnownPeople(needs.database),
        exclusions=needs.exclusions,
        registered=RegisteredPeople(
            report=RegistrationReport(needs.graph.with_patience(ONE_TRY)),
            methods=methods,
            looks_per_second=needs.looks_per_second,
            counted=counted,
        ),
        tenant_domains=needs.settings.mail_domains,
        guests=needs.guests,
        counted=counted,
    )
    return [
        OnQueue(
            queue=needs.task_queue,
            workflows=WORKFLOWS,
            activities=(imports.start_enrolments,),
        )
    ]

"""Imports of people, and dry runs of them."""

from activities.imports.dry_run import PreflightActivities
from activities.imports.enrolment_starter import EnrolmentStarter
from activities.imports.registered_people import RegisteredPeople
from activities.imports.resolve_rows import RowPeople
from activities.imports.start_enrolments import BatchActivities
from graph.http.retries import ONE_TRY
from graph.registration_report import RegistrationReport
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.imports.batch import BatchWorkflow
from workflows.imports.preflight import PreflightWorkflow

WORKFLOWS = (BatchWorkflow, PreflightWorkflow)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what imports run."""
    directory, methods, exclusions = needs.directory, needs.methods, needs.exclusions
    tracking_list, counted = needs.tracking_list, needs.settings.counted
    batches = BatchActivities(
        client=needs.client,
        directory=directory,
        methods=methods,
        tracking_list=tracking_list,
        exclusions=exclusions,
        guests=needs.guests,
    )
    preflight = PreflightActivities(
        people=RowPeople(
            directory=directory, exclusions=exclusions, guests=needs.guests, with_managers=True
        ),
        directory=directory,
        tracking_list=tracking_list,
        starts=EnrolmentStarter(client=needs.client, methods=methods, counted=counted),
        registered=RegisteredPeople(
            report=RegistrationReport(needs.graph.with_patience(ONE_TRY)),
            methods=methods,
            looks_per_second=needs.looks_per_second,
            counted=counted,
        ),
        tenant_domains=needs.settings.mail_domains,
    )
    return [
        OnQueue(
            queue=needs.task_queue,
            workflows=WORKFLOWS,
            activities=(batches.start_enrolments, preflight.foresee_import),
        )
    ]

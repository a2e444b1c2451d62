"""Whether people have registered a method: looks at them one by one, and the tenant's report."""

from activities.registration.poll import RegistrationActivities
from activities.registration.poll_rate import PollRate
from activities.registration.recheck import RecheckActivities
from activities.registration.sweep import SweepActivities, SweepMode
from activities.registration.unregistered import Enrolled
from database.enrolments.active import ActivePeople
from domain.identifiers import registration_task_queue
from graph.authentication_methods import AuthenticationMethods
from graph.groups import EnforcementGroup
from graph.http.retries import ONE_TRY
from graph.registration_report import RegistrationReport
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.scheduled.recheck_active import RecheckActiveWorkflow
from workflows.scheduled.registration_sweep import RegistrationSweepWorkflow

WORKFLOWS = (RecheckActiveWorkflow, RegistrationSweepWorkflow)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what looks at registrations run.

    On a queue of its own every activity makes one call, so that what the queue's rate counts is
    what Microsoft counts.
    """
    rate = needs.looks_per_second
    one_try = needs.graph.with_patience(ONE_TRY)
    sweep = SweepActivities(
        client=needs.client,
        report=RegistrationReport(one_try),
        mode=SweepMode(needs.settings.registration_sweep),
        enrolled=Enrolled(client=needs.client),
    )
    looks = RegistrationActivities(
        methods=AuthenticationMethods(one_try),
        tracking_list=needs.tracking_list,
        directory=needs.directory,
        records=needs.records,
        counted=needs.settings.counted,
        rhythm=PollRate(client=needs.client, looks_per_second=rate),
    )
    recheck = RecheckActivities(
        group=EnforcementGroup(needs.graph, needs.settings.enforcement_group_id),
        report=RegistrationReport(needs.graph),
        methods=needs.methods,
        active=ActivePeople(needs.database),
        every=needs.settings.recheck_active,
        counted=needs.settings.counted,
    )
    return [
        OnQueue(
            queue=registration_task_queue(needs.task_queue),
            activities=(looks.await_registration, sweep.read_report_page),
            per_second=rate,
            exact=True,
        ),
        OnQueue(
            queue=needs.task_queue,
            workflows=WORKFLOWS,
            activities=(
                sweep.sweep_wanted,
                sweep.tell_registrations_changed,
                recheck.recheck_active,
            ),
        ),
    ]

"""The worker: builds clients and activities, and polls every queue of the rollout."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import SandboxImportNotificationPolicy

from activities.enrolment.account import DirectoryActivities
from activities.enrolment.cancellation import CancellationActivities
from activities.enrolment.exclusions import Exclusions
from activities.enrolment.find_person import FindPersonActivities
from activities.enrolment.group import GroupActivities
from activities.enrolment.intake import IntakeActivities
from activities.enrolment.legacy_link import LegacyLinkActivities
from activities.enrolment.stuck import StuckEnrolmentsActivities
from activities.imports.dry_run import PreflightActivities
from activities.imports.enrolment_starter import EnrolmentStarter
from activities.imports.registered_people import RegisteredPeople
from activities.imports.resolve_rows import RowPeople
from activities.imports.start_enrolments import BatchActivities
from activities.mail.activities import MailActivities, MailSettings
from activities.mail.bounces import BounceActivities
from activities.mail.kill_switch import MailSwitch
from activities.mail.send_limits import MailTurns
from activities.registration.poll import RegistrationActivities
from activities.registration.poll_rate import LookRhythm
from activities.registration.sweep import SweepActivities, SweepMode
from activities.registration.unregistered import Enrolled
from activities.tracking_list.reconcile import ReconcileActivities
from activities.tracking_list.write_row import TrackingListActivities
from client.schedules import ensure_schedules
from domain.identifiers import TASK_QUEUE, mail_task_queue, registration_task_queue
from graph.authentication_methods import AuthenticationMethods
from graph.delivery_reports import DeliveryReports
from graph.directory import Directory
from graph.groups import EnforcementGroup, Memberships
from graph.http import connection
from graph.http.client import GraphClient
from graph.http.connection import Connection, certificate
from graph.http.retries import ONE_TRY
from graph.mailbox import Mailbox
from graph.registration_report import RegistrationReport
from graph.sign_in.tokens import Certificate
from graph.tracking_list import TrackingList
from settings import WorkerSettings
from templates.mails import MailRenderer
from temporal.correlation import CorrelationInterceptor
from temporal.failures import FailureInterceptor
from temporal.heartbeats import LivenessInterceptor
from workflows.enrolment.workflow import EnrolmentWorkflow
from workflows.imports.batch import BatchWorkflow
from workflows.imports.preflight import PreflightWorkflow
from workflows.legacy_link import LegacyLinkWorkflow
from workflows.resend_request import ResendRequestWorkflow
from workflows.rollout_control import RolloutControlWorkflow
from workflows.scheduled.bounces import BounceWatchWorkflow
from workflows.scheduled.reconcile import ReconcileWorkflow
from workflows.scheduled.registration_sweep import RegistrationSweepWorkflow
from workflows.scheduled.stuck_enrolments import StuckEnrolmentsWorkflow

log = logging.getLogger(__name__)

WORKFLOWS = (
    BatchWorkflow,
    BounceWatchWorkflow,
    EnrolmentWorkflow,
    LegacyLinkWorkflow,
    PreflightWorkflow,
    ReconcileWorkflow,
    RegistrationSweepWorkflow,
    ResendRequestWorkflow,
    RolloutControlWorkflow,
    StuckEnrolmentsWorkflow,
)
INTERCEPTORS = (CorrelationInterceptor(), FailureInterceptor(), LivenessInterceptor())
# Seconds in which so many checks are spread as 10 seconds allow: on their way they may crowd.
PERIOD_OF_CHECKS = 10.5
GRACEFUL_SHUTDOWN = timedelta(seconds=10)

# A forgotten pass-through is an error when a workflow is loaded, not a silent import at every run.
SANDBOX = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_import_notification_policy(
        SandboxImportNotificationPolicy.WARN_ON_DYNAMIC_IMPORT
        | SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
    )
)


async def run_worker(client: Client, settings: WorkerSettings, stop: asyncio.Event) -> None:
    """Work until ``stop`` is set, then finish what is under way, 10 seconds at most.

    Before the first task is taken, group and list are looked at, so that a wrong id or a missing
    permission ends the process with a message and not thousands of enrolments.

    Raises:
        PermanentFailure: somebody must mend configuration or permissions first.
    """
    async with AsyncExitStack() as stack:
        graph = await stack.enter_async_context(open_graph(settings))
        await EnforcementGroup(graph, settings.enforcement_group_id).check()
        await TrackingList(graph, settings.site_id, settings.list_id).check()
        await ensure_schedules(client)
        for worker in build_workers(client, graph, settings):
            await stack.enter_async_context(worker)
        log.info("ready: polling %s", TASK_QUEUE)
        await stop.wait()


def build_workers(
    client: Client, graph: GraphClient, settings: WorkerSettings, task_queue: str = TASK_QUEUE
) -> Sequence[Worker]:
    """Return one worker for each queue; the rates of two of them are limited by the server.

    The limits hold for all workers of a queue together:
    https://docs.temporal.io/develop/worker-performance
    """
    directory = Directory(graph)
    methods = AuthenticationMethods(graph)
    tracking_list = TrackingList(graph, settings.site_id, settings.list_id)
    exclusions = Exclusions(
        memberships=Memberships(graph),
        group_id=settings.excluded_group_id,
        users=frozenset(settings.excluded_users),
    )
    sweep = _sweep(client, graph, settings)
    bounces = BounceActivities(
        client=client,
        reports=tuple(DeliveryReports(graph, address) for address in settings.sender_mailboxes),
    )
    mail = MailActivities(
        senders=tuple(Mailbox(graph, address) for address in settings.sender_mailboxes),
        directory=directory,
        methods=methods,
        exclusions=exclusions,
        turns=MailTurns(switch=MailSwitch(client=client), per_day=settings.mail_per_day),
        renderer=MailRenderer(settings.branding, settings.subjects),
        settings=MailSettings(
            public_base_url=settings.public_base_url,
            setup_url=settings.mfa_setup_url,
            deadline=settings.enrolment_deadline,
            open_tracking=settings.open_tracking,
            tenant_domains=settings.mail_domains,
            escalation_fallback=settings.escalation_fallback,
            redirect_to=settings.mail_redirect_to,
        ),
        counted=settings.counted,
    )
    intake = IntakeActivities(
        directory=directory,
        methods=methods,
        tracking_list=tracking_list,
        group=EnforcementGroup(graph, settings.enforcement_group_id),
        exclusions=exclusions,
        token_key=settings.token_keys[0],
        counted=settings.counted,
    )
    group = GroupActivities(
        group=EnforcementGroup(graph, settings.enforcement_group_id),
        directory=directory,
        exclusions=exclusions,
    )
    batches = BatchActivities(
        client=client,
        directory=directory,
        methods=methods,
        tracking_list=tracking_list,
        exclusions=exclusions,
        guests=settings.guests == "include",
    )
    preflight = PreflightActivities(
        people=RowPeople(
            directory=directory,
            exclusions=exclusions,
            guests=settings.guests == "include",
            with_managers=True,
        ),
        directory=directory,
        tracking_list=tracking_list,
        starts=EnrolmentStarter(client=client, methods=methods, counted=settings.counted),
        registered=RegisteredPeople(
            report=RegistrationReport(graph.with_patience(ONE_TRY)),
            methods=methods,
            looks_per_second=_looks_per_second(settings),
            counted=settings.counted,
        ),
        tenant_domains=settings.mail_domains,
    )
    common = Worker(
        client,
        task_queue=task_queue,
        workflows=WORKFLOWS,
        activities=[
            intake.look_up_and_adopt,
            group.add_to_group,
            mail.send_mail,
            mail.discard_mail,
            DirectoryActivities(directory=directory).await_enabled,
            TrackingListActivities(tracking_list=tracking_list).write_item,
            FindPersonActivities(directory=directory).find_object_id,
            CancellationActivities(client=client).request_cancellation,
            LegacyLinkActivities(client=client).start_from_row,
            StuckEnrolmentsActivities(client=client, tracking_list=tracking_list).report_stuck,
            ReconcileActivities(client=client, tracking_list=tracking_list).reconcile,
            batches.start_enrolments,
            preflight.foresee_import,
            sweep.sweep_wanted,
            sweep.tell_registrations_changed,
            bounces.read_bounces,
        ],
        workflow_runner=SANDBOX,
        interceptors=INTERCEPTORS,
        graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
    )
    polling = registration_worker(client, graph, settings, task_queue)
    drafting = [
        Worker(
            client,
            task_queue=mail_task_queue(task_queue, sender),
            activities=[mail.prepare_mail],
            interceptors=INTERCEPTORS,
            max_task_queue_activities_per_second=settings.mail_per_minute / 60,
            graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
        )
        for sender in range(len(settings.sender_mailboxes))
    ]
    return common, polling, *drafting


def registration_worker(
    client: Client, graph: GraphClient, settings: WorkerSettings, task_queue: str = TASK_QUEUE
) -> Worker:
    """Return the worker that looks at registrations, one by one and in the tenant's report.

    Every look is one call, so that what the queue's rate counts is what Microsoft counts.
    """
    sweep = _sweep(client, graph, settings)
    rate = _looks_per_second(settings)
    registration = RegistrationActivities(
        methods=AuthenticationMethods(graph.with_patience(ONE_TRY)),
        tracking_list=TrackingList(graph, settings.site_id, settings.list_id),
        directory=Directory(graph),
        counted=settings.counted,
        rhythm=LookRhythm(client=client, looks_per_second=rate),
    )
    return Worker(
        client,
        task_queue=registration_task_queue(task_queue),
        activities=[registration.await_registration, sweep.read_report_page],
        interceptors=INTERCEPTORS,
        max_task_queue_activities_per_second=rate,
        # The server only learns the queue's rate from its first worker, and lets some pass before.
        max_activities_per_second=rate,
        graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
    )


def _sweep(client: Client, graph: GraphClient, settings: WorkerSettings) -> SweepActivities:
    return SweepActivities(
        client=client,
        report=RegistrationReport(graph.with_patience(ONE_TRY)),
        mode=SweepMode(settings.registration_sweep),
        enrolled=Enrolled(client=client),
    )


def _looks_per_second(settings: WorkerSettings) -> float:
    return settings.registration_checks_per_10s / PERIOD_OF_CHECKS


def open_graph(settings: WorkerSettings) -> AbstractAsyncContextManager[GraphClient]:
    """Open the worker's client of Microsoft Graph."""
    return connection.open_graph(
        Connection(
            authority=f"{settings.authority_host}/{settings.tenant_id}",
            client_id=settings.client_id,
            credential=_credential(settings),
            base_url=settings.graph_base_url,
            ca_bundle=settings.ca_bundle,
            instance_discovery=not settings.simulated_tenant,
        )
    )


def _credential(settings: WorkerSettings) -> str | Certificate:
    if settings.client_secret is not None:
        return settings.client_secret.get_secret_value()
    return certificate(settings.client_certificate_file or Path())

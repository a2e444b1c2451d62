"""The worker: builds clients and activities, and polls every queue of the rollout."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import SandboxImportNotificationPolicy

from activities.batches import BatchActivities
from activities.control import ControlActivities
from activities.directory import DirectoryActivities
from activities.exclusions import Exclusions
from activities.failures import FailureInterceptor
from activities.group import GroupActivities
from activities.intake import IntakeActivities
from activities.mail import MailActivities, MailSettings
from activities.mail_switch import MailSwitch
from activities.mail_turns import MailTurns
from activities.registration import RegistrationActivities
from activities.resend import ResendActivities
from activities.tracking_list import TrackingListActivities
from domain.identifiers import TASK_QUEUE, mail_task_queue, registration_task_queue
from graph.authentication_methods import AuthenticationMethods
from graph.client import GraphClient
from graph.directory import Directory
from graph.groups import EnforcementGroup
from graph.mailbox import Mailbox
from graph.tokens import Certificate, TokenSource
from graph.tracking_list import TrackingList
from graph.transport import open_http
from settings import WorkerSettings
from templates.mails import MailRenderer
from workflows.batch import BatchWorkflow
from workflows.enrolment import EnrolmentWorkflow
from workflows.resend_request import ResendRequestWorkflow
from workflows.rollout_control import RolloutControlWorkflow

log = logging.getLogger(__name__)

WORKFLOWS = (BatchWorkflow, EnrolmentWorkflow, ResendRequestWorkflow, RolloutControlWorkflow)
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
        client=graph,
        group_id=settings.excluded_group_id,
        users=frozenset(settings.excluded_users),
    )
    registration = RegistrationActivities(methods=methods, tracking_list=tracking_list)
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
    )
    intake = IntakeActivities(
        directory=directory,
        methods=methods,
        tracking_list=tracking_list,
        exclusions=exclusions,
        token_key=settings.token_keys[0],
    )
    group = GroupActivities(
        group=EnforcementGroup(graph, settings.enforcement_group_id),
        directory=directory,
        exclusions=exclusions,
    )
    batches = BatchActivities(
        client=client,
        directory=directory,
        tracking_list=tracking_list,
        exclusions=exclusions,
        guests=settings.guests == "include",
    )
    common = Worker(
        client,
        task_queue=task_queue,
        workflows=WORKFLOWS,
        activities=[
            intake.take_in,
            group.add_to_group,
            mail.send_mail,
            mail.discard_mail,
            DirectoryActivities(directory=directory).await_enabled,
            TrackingListActivities(tracking_list=tracking_list).write_item,
            ResendActivities(directory=directory).find_object_id,
            ControlActivities(client=client).request_cancellation,
            batches.start_enrolments,
        ],
        workflow_runner=SANDBOX,
        interceptors=[FailureInterceptor()],
        graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
    )
    polling = Worker(
        client,
        task_queue=registration_task_queue(task_queue),
        activities=[registration.await_registration],
        interceptors=[FailureInterceptor()],
        max_task_queue_activities_per_second=settings.registration_checks_per_10s / 10,
        graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
    )
    drafting = [
        Worker(
            client,
            task_queue=mail_task_queue(task_queue, sender),
            activities=[mail.prepare_mail],
            interceptors=[FailureInterceptor()],
            max_task_queue_activities_per_second=settings.mail_per_minute / 60,
            graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
        )
        for sender in range(len(settings.sender_mailboxes))
    ]
    return common, polling, *drafting


@asynccontextmanager
async def open_graph(settings: WorkerSettings) -> AsyncIterator[GraphClient]:
    """Open the worker's client of Microsoft Graph."""
    async with AsyncExitStack() as stack:
        tokens = _token_source(settings)
        stack.callback(tokens.close)
        http = await stack.enter_async_context(open_http(settings.ca_bundle))
        yield GraphClient(http, settings.graph_base_url, tokens)


def _token_source(settings: WorkerSettings) -> TokenSource:
    return TokenSource(
        authority=f"{settings.authority_host}/{settings.tenant_id}",
        client_id=settings.client_id,
        credential=_credential(settings),
        instance_discovery=not settings.simulated_tenant,
        ca_bundle=settings.ca_bundle,
    )


def _credential(settings: WorkerSettings) -> str | Certificate:
    if settings.client_secret is not None:
        return settings.client_secret.get_secret_value()
    return certificate(settings.client_certificate_file or Path())


def certificate(path: Path) -> Certificate:
    """Read a PEM file that holds a private key and its certificate.

    Raises:
        OSError: the file can't be read.
    """
    pem = path.read_text()
    return Certificate(private_key=pem, public_certificate=pem)

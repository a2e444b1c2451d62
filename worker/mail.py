"""Mails: drafts at each mailbox's own rate, sending, the emergency stop, and what comes back."""

from activities.mail.activities import MailActivities, MailSettings
from activities.mail.bounces import BounceActivities
from activities.mail.kill_switch import MailSwitch
from activities.mail.send_limits import MailTurns
from activities.mail.send_window import SendWindowActivities
from domain.identifiers import mail_task_queue
from graph.delivery_reports import DeliveryReports
from graph.mailbox import Mailbox
from templates.mails import MailRenderer
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.rollout_control import RolloutControlWorkflow
from workflows.scheduled.bounces import BounceWatchWorkflow

WORKFLOWS = (BounceWatchWorkflow, RolloutControlWorkflow)


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what mails run: a queue for each sender mailbox, and the common one for the rest."""
    settings = needs.settings
    mail = MailActivities(
        senders=tuple(Mailbox(needs.graph, address) for address in settings.sender_mailboxes),
        directory=needs.directory,
        methods=needs.methods,
        exclusions=needs.exclusions,
        turns=MailTurns(switch=MailSwitch(client=needs.client), per_day=settings.mail_per_day),
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
    bounces = BounceActivities(
        client=needs.client,
        reports=tuple(
            DeliveryReports(needs.graph, address) for address in settings.sender_mailboxes
        ),
    )
    common = OnQueue(
        queue=needs.task_queue,
        workflows=WORKFLOWS,
        activities=(
            mail.send_mail,
            mail.discard_mail,
            bounces.read_bounces,
            SendWindowActivities().send_time,
        ),
    )
    drafts = [
        OnQueue(
            queue=mail_task_queue(needs.task_queue, sender),
            activities=(mail.prepare_mail,),
            per_second=settings.mail_per_minute / 60,
        )
        for sender in range(len(settings.sender_mailboxes))
    ]
    return [common, *drafts]

"""Mails: delivery at each mailbox's own rate, the emergency stop, and what comes back."""

from functools import partial

from activities.enrolment.send_time import SendWindowActivities
from activities.mail.activities import MailActivities
from activities.mail.checks import MailChecks
from activities.mail.composer import MailComposer, MailSettings
from activities.mail.delivery import MailDelivery
from activities.mail.draft_sweep import DraftSweepActivities
from activities.mail.kill_switch import MailSwitch
from activities.mail.returned.bounces import BounceActivities
from activities.mail.returned.probe import ProbeActivities
from activities.mail.row_after_mail import RowAfterMail
from activities.mail.turn import MailTurns
from activities.reports.composer import ReportComposer
from activities.reports.delivery import ReportDelivery
from activities.reports.report import ReportActivities
from activities.reports.sample import SampleMailActivities
from database.mail.log import MailLog
from database.mail.returned_mails import ReturnedMails
from database.mail.senders import SenderStates
from database.portal.reports import ReportTables
from database.tombstones import Tombstones
from domain.identifiers import mail_task_queue
from domain.tables.mail import MailLimits
from graph.delivery_reports import DeliveryReports
from graph.mailbox import Mailbox
from settings import MailTextSettings
from templates.mails import MailRenderer
from templates.report_plot import draw_report_plot
from templates.reports import ReportRenderer
from worker.dependencies import Dependencies
from worker.queues import OnQueue
from workflows.rollout_control import RolloutControlWorkflow
from workflows.sample_mail import SampleMailWorkflow
from workflows.scheduled.bounces import BounceWatchWorkflow
from workflows.scheduled.draft_sweep import DraftSweepWorkflow
from workflows.scheduled.report import ReportWorkflow
from workflows.sender_probe import SenderProbeWorkflow

WORKFLOWS = (
    BounceWatchWorkflow,
    DraftSweepWorkflow,
    ReportWorkflow,
    RolloutControlWorkflow,
    SampleMailWorkflow,
    SenderProbeWorkflow,
)
# Exchange allows four calls at once on a mailbox.
# https://learn.microsoft.com/graph/throttling-limits
MAILS_AT_ONCE = 4
# The log keeps the mailbox's rate exactly; the queue only sees to it that not all mails are tried
# at once. At the rate itself, every moment in which it hands out none would be lost for good.
QUEUE_HEADROOM = 1.25


def register(needs: Dependencies) -> list[OnQueue]:
    """Return what mails run: a queue for each sender mailbox, and the common one for the rest."""
    settings = needs.settings
    senders = tuple(Mailbox(needs.graph, address) for address in settings.sender_mailboxes)
    log = MailLog(
        needs.database,
        Tombstones(),
        limits=MailLimits(
            per_minute=settings.mail_per_minute,
            per_hour=settings.mail_per_hour,
            per_day=settings.mail_per_day,
        ),
    )
    mail = MailActivities(
        senders=senders, log=log, delivery=_delivery(needs), row=RowAfterMail(needs.rows)
    )
    reports = ReportActivities(
        tables=ReportTables(needs.database),
        senders=senders,
        log=log,
        delivery=ReportDelivery(turns=_turns(needs)),
        composer=report_composer(settings, redirect_to=settings.mail_redirect_to),
    )
    states = SenderStates(needs.database)
    bounces = BounceActivities(
        client=needs.client,
        reports=tuple(
            DeliveryReports(needs.graph, address) for address in settings.sender_mailboxes
        ),
        mails=ReturnedMails(needs.database),
        senders=states,
    )
    samples = SampleMailActivities(
        directory=needs.directory,
        senders=senders,
        states=states,
        composer=mail_composer(settings, redirect_to=settings.mail_redirect_to),
        tenant_domains=settings.mail_domains,
    )
    common = OnQueue(
        queue=needs.task_queue,
        workflows=WORKFLOWS,
        activities=(
            mail.withdraw_mail,
            reports.read_report,
            reports.withdraw_report,
            reports.end_report,
            samples.send_sample_mail,
            bounces.read_bounces,
            ProbeActivities(senders=senders, states=states).probe_sender,
            DraftSweepActivities(senders=senders, log=log, states=states).sweep_drafts,
            SendWindowActivities().send_time,
        ),
    )
    paced = [
        OnQueue(
            queue=mail_task_queue(needs.task_queue, sender),
            activities=(mail.deliver_mail, reports.deliver_report),
            per_second=settings.mail_per_minute * QUEUE_HEADROOM / 60,
            at_once=MAILS_AT_ONCE,
        )
        for sender in range(len(settings.sender_mailboxes))
    ]
    return [common, *paced]


def mail_composer(settings: MailTextSettings, *, redirect_to: str | None = None) -> MailComposer:
    """Return what makes the mails, also for ``preview``; in a rehearsal all go to one address."""
    return MailComposer(
        renderer=MailRenderer(settings.branding, settings.subjects),
        settings=_in_common(settings, redirect_to),
    )


def report_composer(
    settings: MailTextSettings, *, redirect_to: str | None = None
) -> ReportComposer:
    """Return what makes the reports, also for ``report show``."""
    language = settings.branding.default_language
    return ReportComposer(
        renderer=ReportRenderer(settings.branding),
        draw=partial(draw_report_plot, default_language=language),
        settings=_in_common(settings, redirect_to),
        portal_url=f"{settings.portal_address}/portal",
    )


def _in_common(settings: MailTextSettings, redirect_to: str | None) -> MailSettings:
    return MailSettings(
        public_base_url=settings.public_base_url,
        setup_url=settings.mfa_setup_url,
        deadline=settings.enrolment_deadline,
        time_zone=settings.time_zone,
        open_tracking=settings.open_tracking,
        redirect_to=redirect_to,
        demo_calendar=settings.demo_calendar,
    )


def _turns(needs: Dependencies) -> MailTurns:
    return MailTurns(switch=MailSwitch(client=needs.client))


def _delivery(needs: Dependencies) -> MailDelivery:
    settings = needs.settings
    return MailDelivery(
        turns=_turns(needs),
        checks=MailChecks(
            directory=needs.directory,
            methods=needs.methods,
            exclusions=needs.exclusions,
            tenant_domains=settings.mail_domains,
            escalation_fallback=settings.escalation_fallback,
            counted=settings.counted,
        ),
        composer=mail_composer(settings, redirect_to=settings.mail_redirect_to),
        token_key=settings.token_keys[0],
    )

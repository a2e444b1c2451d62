"""Situations of the workflows that Temporal's schedules start."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from temporalio.exceptions import ApplicationError

from activities.enrolment.stuck import StuckReport
from activities.erasure.retention import RetentionReport
from activities.mail.draft_sweep import DraftsSwept
from activities.mail.inputs import Delivered
from activities.mail.returned.bounces import BlockedSender, BouncesRead
from activities.registration.recheck import RecheckReport
from activities.registration.sweep import Reported, ReportRead
from activities.reports.report import PreparedReport, ReportInput
from activities.tracking_list.reconcile_report import ReconcileReport
from activities.webhooks.deliver import WebhookInput, WebhookReport
from domain.reports.figures import Figures
from domain.webhooks.records import PostAnswer
from tests.replay.other_situation import OtherSituation, running
from workflows.scheduled.bounces import BounceWatchWorkflow
from workflows.scheduled.draft_sweep import DraftSweepWorkflow
from workflows.scheduled.high_water import HighWaterWorkflow
from workflows.scheduled.recheck_active import RecheckActiveWorkflow
from workflows.scheduled.reconcile import ReconcileWorkflow
from workflows.scheduled.registration_sweep import RegistrationSweepWorkflow
from workflows.scheduled.report import ReportWorkflow
from workflows.scheduled.retention import RetentionWorkflow
from workflows.scheduled.stuck_enrolments import StuckEnrolmentsWorkflow
from workflows.scheduled.webhooks import WebhookDeliveryWorkflow, WebhookTestWorkflow

ID = str(UUID(int=2, version=4))
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PAGES = 30


BLOCKED = BlockedSender(sender=0, workflow_id="mfa-sender-probe")


def _page(link: str | None) -> ReportRead:
    number = int(link or 0)
    more = number + 1 < PAGES
    reported = Reported(object_id=f"00000000-0000-4000-8000-{number:012}", mark="phone")
    return ReportRead(reported=(reported,), next_link=str(number + 1) if more else None)


def _sweep(**answers: Any) -> dict[str, Any]:
    return {
        "sweep_wanted": True,
        "read_report_page": ReportRead(reported=(Reported(object_id="ada-id", mark="phone"),)),
        "tell_registrations_changed": 1,
    } | answers


def _report(**answers: Any) -> dict[str, Any]:
    report = PreparedReport(schedule_id=ID, figures=Figures(), at=AT, recipients=2)
    return {
        "read_report": report,
        "deliver_report": Delivered(sent_at=AT),
        "end_report": None,
    } | answers


SWEEP = RegistrationSweepWorkflow
SCHEDULED = {
    "report-swept": OtherSituation(workflow=SWEEP, happens=running(SWEEP.run), answers=_sweep()),
    "report-not-to-be-swept": OtherSituation(
        workflow=SWEEP, happens=running(SWEEP.run), answers=_sweep(sweep_wanted=False)
    ),
    "report-not-readable": OtherSituation(
        workflow=SWEEP,
        happens=running(SWEEP.run),
        answers=_sweep(read_report_page=ReportRead(obstacle="No licence.")),
    ),
    "report-swept-in-many-runs": OtherSituation(
        workflow=SWEEP,
        happens=running(SWEEP.run),
        answers=_sweep(read_report_page=_page),
        many_runs=True,
    ),
    "bounces-read": OtherSituation(
        workflow=BounceWatchWorkflow,
        happens=running(BounceWatchWorkflow.run),
        answers={"read_bounces": BouncesRead(looked_until=AT, returned=2, blocked=(BLOCKED,))},
    ),
    "drafts-swept": OtherSituation(
        workflow=DraftSweepWorkflow,
        happens=running(DraftSweepWorkflow.run),
        answers={"sweep_drafts": DraftsSwept(deleted=3)},
    ),
    "list-reconciled": OtherSituation(
        workflow=ReconcileWorkflow,
        happens=running(ReconcileWorkflow.run),
        answers={"reconcile": ReconcileReport(rows=3, compared=2, missing=1)},
    ),
    "active-people-rechecked": OtherSituation(
        workflow=RecheckActiveWorkflow,
        happens=running(RecheckActiveWorkflow.run),
        answers={"recheck_active": RecheckReport(people=3, left_group=1)},
    ),
    "ended-people-stripped": OtherSituation(
        workflow=RetentionWorkflow,
        happens=running(RetentionWorkflow.run),
        answers={"strip_ended_people": RetentionReport(people=3)},
    ),
    "high-water-raised": OtherSituation(
        workflow=HighWaterWorkflow,
        happens=running(HighWaterWorkflow.run),
        answers={"raise_high_water": True},
    ),
    "report-sent": OtherSituation(
        workflow=ReportWorkflow,
        happens=running(ReportWorkflow.run, ReportInput(schedule_id=ID)),
        answers=_report(),
    ),
    "report-removed": OtherSituation(
        workflow=ReportWorkflow,
        happens=running(ReportWorkflow.run, ReportInput(schedule_id=ID)),
        answers=_report(read_report=None),
    ),
    "report-withdrawn": OtherSituation(
        workflow=ReportWorkflow,
        happens=running(ReportWorkflow.run, ReportInput(schedule_id=ID)),
        answers=_report(
            deliver_report=ApplicationError("No such mailbox.", non_retryable=True),
            withdraw_report=Delivered(),
        ),
    ),
    "webhook-told": OtherSituation(
        workflow=WebhookDeliveryWorkflow,
        happens=running(WebhookDeliveryWorkflow.run, WebhookInput(webhook_id=ID)),
        answers={"deliver_webhook": WebhookReport(delivered=3)},
    ),
    "webhook-given-up": OtherSituation(
        workflow=WebhookDeliveryWorkflow,
        happens=running(WebhookDeliveryWorkflow.run, WebhookInput(webhook_id=ID)),
        answers={"deliver_webhook": WebhookReport(given_up=True)},
    ),
    "webhook-tested": OtherSituation(
        workflow=WebhookTestWorkflow,
        happens=running(WebhookTestWorkflow.run, WebhookInput(webhook_id=ID)),
        answers={"test_webhook": PostAnswer()},
    ),
    "stuck-enrolments-found": OtherSituation(
        workflow=StuckEnrolmentsWorkflow,
        happens=running(StuckEnrolmentsWorkflow.run),
        answers={"report_stuck": StuckReport(stuck=1, noted=("mfa-enrolment-1",))},
    ),
}

"""Situations of the workflows around enrolments: imports, links, the form, schedules, the switch.

Their activities are answers under the real names; what these really do is tested with them.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from activities.enrolment.legacy_link import LegacyLinkOutcome
from activities.enrolment.stuck import StuckReport
from activities.erasure.erase import EnrolmentEnded, ImportHistories
from activities.erasure.retention import RetentionReport
from activities.imports.part import PartInput
from activities.mail.draft_sweep import DraftsSwept
from activities.mail.inputs import Delivered
from activities.mail.returned.bounces import BlockedSender, BouncesRead
from activities.mail.returned.probe import Probed
from activities.registration.recheck import RecheckReport
from activities.registration.sweep import Reported, ReportRead
from activities.reports.report import PreparedReport, ReportInput
from activities.reports.sample import (
    Sample,
    SampleMailInput,
    SampleMailResult,
    SampleOutcome,
)
from activities.tracking_list.reconcile_report import ReconcileReport
from activities.webhooks.deliver import WebhookInput, WebhookReport
from domain.bulk.records import BulkInput, RequestAction
from domain.enrolment.messages import LegacyLinkClicked, ResendAddress
from domain.enrolment.policy import Policy
from domain.enrolment.status import MailKind, Source
from domain.identifiers import (
    ENROLMENT_WORKFLOW,
    enrolment_workflow_id,
    mail_task_queue,
    registration_task_queue,
)
from domain.imports.report import ImportReport
from domain.imports.rows import Row
from domain.reports.figures import Figures
from domain.tables.erasure import KnownNames
from domain.webhooks.records import PostAnswer
from tests.support.enrolments import ADMIN, STRICT
from tests.support.world import eventually
from workflows.bulk.bulk_request import BulkRequestWorkflow
from workflows.bulk.undo_import import UndoImportWorkflow
from workflows.erasure import ErasureInput, ErasureWorkflow
from workflows.imports.batch import BatchWorkflow
from workflows.legacy_link import LegacyLinkWorkflow
from workflows.resend_request import ResendRequestWorkflow
from workflows.rollout_control import RolloutControlWorkflow
from workflows.sample_mail import SampleMailWorkflow
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
from workflows.sender_probe import SenderProbeInput, SenderProbeWorkflow

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ADA = "ada@contoso.example"
ENROLLED, NOBODY = str(UUID(int=1, version=4)), str(UUID(int=2, version=4))
PAGES = 30
SAMPLE_MAIL = SampleMailInput(
    sample=Sample(
        kind=MailKind.INVITATION, language="en", number=1, escalate_after=2, max_reminders=8
    ),
    object_id=ENROLLED,
)
BULK: dict[str, Any] = {"request_id": "spring-break", "actor": "admin", "reason": "a test"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSituation:
    """A workflow, the answers that its activities get, and what happens to it.

    ``happens`` is given a client and a task queue, and returns the workflow's id once it is over,
    or as far as it shall be. ``many_runs`` asks for a server that suggests to continue as new after
    a few events.
    """

    workflow: type
    happens: Callable[[Client, str], Awaitable[str]]
    answers: dict[str, Any]
    many_runs: bool = False

    async def happen(self, client: Client, queue: str) -> str:
        """Run a worker with the answers until it has happened."""
        polling = registration_task_queue(queue)
        activities = [self._answer]
        async with (
            Worker(
                client,
                task_queue=queue,
                workflows=[self.workflow],
                activities=activities,
                workflow_runner=STRICT,
            ),
            Worker(client, task_queue=polling, activities=activities),
            Worker(client, task_queue=mail_task_queue(queue, 0), activities=activities),
        ):
            workflow_id = await self.happens(client, queue)
            await eventually(lambda: _is_at_rest(client, workflow_id))
            return workflow_id

    @activity.defn(dynamic=True)
    async def _answer(self, given: Sequence[RawValue]) -> Any:
        """Give the answer that the activity of this type has."""
        answer = self.answers[activity.info().activity_type]
        if isinstance(answer, Exception):
            raise answer
        if not callable(answer):
            return answer
        converter = activity.payload_converter()
        return answer(*(converter.from_payload(one.payload) for one in given))


async def _is_at_rest(client: Client, workflow_id: str) -> bool:
    """Say whether the current run has done what it had to do, as far as that goes without news.

    A run that was just continued as new has one event; workers that are stopped then leave it so.
    """
    last = (await client.get_workflow_handle(workflow_id).fetch_history()).events[-1]
    return last.event_type not in {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    }


BLOCKED = BlockedSender(sender=0, workflow_id="mfa-sender-probe")


def _running(run: Any, *args: Any) -> Callable[[Client, str], Awaitable[str]]:
    """Return what runs a workflow to its end."""

    async def happens(client: Client, queue: str) -> str:
        workflow_id = f"mfa-{queue}"
        await client.execute_workflow(run, args=list(args), id=workflow_id, task_queue=queue)
        return workflow_id

    return happens


def _part(*, dry_run: bool) -> PartInput:
    rows = (Row(line=2, address=ADA), Row(line=3, address="bob@contoso.example"))
    return PartInput(
        batch_id="spring",
        rows=rows,
        source=Source.CSV_UPLOAD,
        correlation_id="7c9e6679-7425-40de-944b-e07fc1f90ae7",
        dry_run=dry_run,
    )


async def _asked_of_an_enrolment(client: Client, queue: str) -> str:
    """Ask for a new link; the enrolment is there, and nobody works on it."""
    enrolment = await client.start_workflow(
        ENROLMENT_WORKFLOW, id=enrolment_workflow_id(ENROLLED), task_queue="nobody"
    )
    workflow_id = await _running(ResendRequestWorkflow.run, _address())(client, queue)
    await enrolment.terminate()
    return workflow_id


def _address() -> ResendAddress:
    return ResendAddress(event_id="request-1", sealed_address="sealed", at=AT)


def _clicked() -> LegacyLinkClicked:
    return LegacyLinkClicked(
        event_id="click-1", at=AT, fields={"Title": ADA, "InviteStatus": "Sent"}, policy=Policy()
    )


def _throwing(times: int) -> Callable[[Client, str], Awaitable[str]]:
    """Return what stops mail and starts it again, so often, and raises the mark of the tables."""

    async def happens(client: Client, queue: str) -> str:
        run: Any = RolloutControlWorkflow.run
        workflow_id = f"mfa-{queue}"
        handle = await client.start_workflow(run, id=workflow_id, task_queue=queue)
        for number in range(times):
            await handle.signal(RolloutControlWorkflow.raise_high_water, number + 1)
            await handle.execute_update(RolloutControlWorkflow.stop_mail, ADMIN)
            await handle.execute_update(RolloutControlWorkflow.start_mail, ADMIN)
        return workflow_id

    return happens


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
    report = PreparedReport(schedule_id=NOBODY, figures=Figures(), at=AT, recipients=2)
    return {
        "read_report": report,
        "deliver_report": Delivered(sent_at=AT),
        "end_report": None,
    } | answers


SWEEP, RESEND, LEGACY = RegistrationSweepWorkflow, ResendRequestWorkflow, LegacyLinkWorkflow
OTHERS = {
    "import-of-a-part": OtherSituation(
        workflow=BatchWorkflow,
        happens=_running(BatchWorkflow.run, _part(dry_run=False)),
        answers={"start_enrolments": ImportReport(rows_done=2, started=2)},
    ),
    "import-tried-dry": OtherSituation(
        workflow=BatchWorkflow,
        happens=_running(BatchWorkflow.run, _part(dry_run=True)),
        answers={"start_enrolments": ImportReport.empty(dry_run=True)},
    ),
    "legacy-link-clicked": OtherSituation(
        workflow=LEGACY,
        happens=_running(LEGACY.run, _clicked()),
        answers={"find_object_id": NOBODY, "start_from_row": LegacyLinkOutcome.STARTED},
    ),
    "legacy-link-of-nobody": OtherSituation(
        workflow=LEGACY,
        happens=_running(LEGACY.run, _clicked()),
        answers={"find_object_id": None},
    ),
    "link-asked-for": OtherSituation(
        workflow=RESEND, happens=_asked_of_an_enrolment, answers={"find_object_ids": [ENROLLED]}
    ),
    "link-asked-for-by-nobody": OtherSituation(
        workflow=RESEND,
        happens=_running(RESEND.run, _address()),
        answers={"find_object_ids": []},
    ),
    "link-asked-for-without-enrolment": OtherSituation(
        workflow=RESEND,
        happens=_running(RESEND.run, _address()),
        answers={"find_object_ids": [NOBODY]},
    ),
    "mail-stopped-and-started": OtherSituation(
        workflow=RolloutControlWorkflow, happens=_throwing(1), answers={}
    ),
    "mail-stopped-in-many-runs": OtherSituation(
        workflow=RolloutControlWorkflow, happens=_throwing(8), answers={}, many_runs=True
    ),
    "report-swept": OtherSituation(workflow=SWEEP, happens=_running(SWEEP.run), answers=_sweep()),
    "report-not-to-be-swept": OtherSituation(
        workflow=SWEEP, happens=_running(SWEEP.run), answers=_sweep(sweep_wanted=False)
    ),
    "report-not-readable": OtherSituation(
        workflow=SWEEP,
        happens=_running(SWEEP.run),
        answers=_sweep(read_report_page=ReportRead(obstacle="No licence.")),
    ),
    "report-swept-in-many-runs": OtherSituation(
        workflow=SWEEP,
        happens=_running(SWEEP.run),
        answers=_sweep(read_report_page=_page),
        many_runs=True,
    ),
    "bounces-read": OtherSituation(
        workflow=BounceWatchWorkflow,
        happens=_running(BounceWatchWorkflow.run),
        answers={"read_bounces": BouncesRead(looked_until=AT, returned=2, blocked=(BLOCKED,))},
    ),
    "blocked-sender-probed": OtherSituation(
        workflow=SenderProbeWorkflow,
        happens=_running(SenderProbeWorkflow.run, SenderProbeInput(sender=0)),
        answers={"probe_sender": Probed(ready=True)},
    ),
    "drafts-swept": OtherSituation(
        workflow=DraftSweepWorkflow,
        happens=_running(DraftSweepWorkflow.run),
        answers={"sweep_drafts": DraftsSwept(deleted=3)},
    ),
    "list-reconciled": OtherSituation(
        workflow=ReconcileWorkflow,
        happens=_running(ReconcileWorkflow.run),
        answers={"reconcile": ReconcileReport(rows=3, compared=2, missing=1)},
    ),
    "person-erased": OtherSituation(
        workflow=ErasureWorkflow,
        happens=_running(ErasureWorkflow.run, ErasureInput(object_id=ENROLLED)),
        answers={
            "end_enrolment": EnrolmentEnded(names=KnownNames(upns=(ADA,)), ended=True),
            "erase_rows": {"people": 1},
            "delete_list_rows": 1,
            "forget_manager": 2,
            "delete_histories": 1,
            "delete_import_histories": ImportHistories(left=1),
        },
    ),
    "many-people-paused": OtherSituation(
        workflow=BulkRequestWorkflow,
        happens=_running(BulkRequestWorkflow.run, BulkInput(**BULK, action=RequestAction.PAUSE)),
        answers={"ask_people": None, "try_again": 0, "finish_request": {"done": 3, "refused": 1}},
    ),
    "people-added-to-the-group": OtherSituation(
        workflow=BulkRequestWorkflow,
        happens=_running(
            BulkRequestWorkflow.run, BulkInput(**BULK, action=RequestAction.ADD_TO_GROUP)
        ),
        answers={"add_people_to_group": None, "try_again": 0, "finish_request": {"done": 3}},
    ),
    "import-undone": OtherSituation(
        workflow=UndoImportWorkflow,
        happens=_running(
            UndoImportWorkflow.run,
            BulkInput(**BULK, action=RequestAction.UNDO_IMPORT, batch_id="autumn"),
        ),
        answers={
            "stop_import": 1,
            "choose_people": 0,
            "undo_people": None,
            "try_again": 0,
            "finish_request": {"erased": 2, "kept": 1},
        },
    ),
    "active-people-rechecked": OtherSituation(
        workflow=RecheckActiveWorkflow,
        happens=_running(RecheckActiveWorkflow.run),
        answers={"recheck_active": RecheckReport(people=3, left_group=1)},
    ),
    "ended-people-stripped": OtherSituation(
        workflow=RetentionWorkflow,
        happens=_running(RetentionWorkflow.run),
        answers={"strip_ended_people": RetentionReport(people=3)},
    ),
    "high-water-raised": OtherSituation(
        workflow=HighWaterWorkflow,
        happens=_running(HighWaterWorkflow.run),
        answers={"raise_high_water": True},
    ),
    "report-sent": OtherSituation(
        workflow=ReportWorkflow,
        happens=_running(ReportWorkflow.run, ReportInput(schedule_id=NOBODY)),
        answers=_report(),
    ),
    "report-removed": OtherSituation(
        workflow=ReportWorkflow,
        happens=_running(ReportWorkflow.run, ReportInput(schedule_id=NOBODY)),
        answers=_report(read_report=None),
    ),
    "report-withdrawn": OtherSituation(
        workflow=ReportWorkflow,
        happens=_running(ReportWorkflow.run, ReportInput(schedule_id=NOBODY)),
        answers=_report(
            deliver_report=ApplicationError("No such mailbox.", non_retryable=True),
            withdraw_report=Delivered(),
        ),
    ),
    "webhook-told": OtherSituation(
        workflow=WebhookDeliveryWorkflow,
        happens=_running(WebhookDeliveryWorkflow.run, WebhookInput(webhook_id=NOBODY)),
        answers={"deliver_webhook": WebhookReport(delivered=3)},
    ),
    "webhook-given-up": OtherSituation(
        workflow=WebhookDeliveryWorkflow,
        happens=_running(WebhookDeliveryWorkflow.run, WebhookInput(webhook_id=NOBODY)),
        answers={"deliver_webhook": WebhookReport(given_up=True)},
    ),
    "webhook-tested": OtherSituation(
        workflow=WebhookTestWorkflow,
        happens=_running(WebhookTestWorkflow.run, WebhookInput(webhook_id=NOBODY)),
        answers={"test_webhook": PostAnswer()},
    ),
    "sample-mail-sent": OtherSituation(
        workflow=SampleMailWorkflow,
        happens=_running(SampleMailWorkflow.run, SAMPLE_MAIL),
        answers={"send_sample_mail": SampleMailResult(outcome=SampleOutcome.SENT, sender=0)},
    ),
    "stuck-enrolments-found": OtherSituation(
        workflow=StuckEnrolmentsWorkflow,
        happens=_running(StuckEnrolmentsWorkflow.run),
        answers={"report_stuck": StuckReport(stuck=1, noted=("mfa-enrolment-1",))},
    ),
}

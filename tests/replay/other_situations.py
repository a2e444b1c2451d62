"""Situations of the workflows around enrolments: imports, links, the form, schedules, the switch.

Their activities are answers under the real names; what these really do is tested with them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from temporalio.client import Client

from activities.enrolment.legacy_link import LegacyLinkOutcome
from activities.erasure.erase import EnrolmentEnded, ImportHistories
from activities.imports.part import PartInput
from activities.mail.returned.probe import Probed
from activities.reports.sample import (
    Sample,
    SampleMailInput,
    SampleMailResult,
    SampleOutcome,
)
from domain.bulk.records import BulkInput, RequestAction
from domain.enrolment.messages import LegacyLinkClicked, ResendAddress
from domain.enrolment.policy import Policy
from domain.identifiers import (
    ENROLMENT_WORKFLOW,
    enrolment_workflow_id,
)
from domain.imports.report import ImportReport
from domain.imports.rows import Row
from domain.status import MailKind, Source
from domain.tables.erasure import KnownNames
from tests.replay.other_situation import OtherSituation, running
from tests.replay.scheduled_situations import SCHEDULED
from tests.support.enrolments import ADMIN
from tests.support.eventually import eventually
from workflows.bulk.bulk_request import BulkRequestWorkflow
from workflows.bulk.undo_import import UndoImportWorkflow
from workflows.erasure import ErasureInput, ErasureWorkflow
from workflows.imports.batch import BatchWorkflow
from workflows.legacy_link import LegacyLinkWorkflow
from workflows.resend_request import ResendRequestWorkflow
from workflows.rollout_control import RolloutControlWorkflow
from workflows.sample_mail import SampleMailWorkflow
from workflows.sender_probe import SenderProbeInput, SenderProbeWorkflow

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ADA = "ada@contoso.example"
ENROLLED, NOBODY = str(UUID(int=1, version=4)), str(UUID(int=2, version=4))
SAMPLE_MAIL = SampleMailInput(
    sample=Sample(
        kind=MailKind.INVITATION, language="en", number=1, escalate_after=2, max_reminders=8
    ),
    object_id=ENROLLED,
)
ERASED: dict[str, Any] = {
    "end_enrolment": EnrolmentEnded(names=KnownNames(upns=(ADA,)), ended=True),
    "erase_rows": {"people": 1},
    "delete_list_rows": 1,
    "forget_manager": 2,
    "delete_histories": 1,
    "delete_import_histories": ImportHistories(left=1),
}
BULK: dict[str, Any] = {"request_id": "spring-break", "actor": "admin", "reason": "a test"}


def _part(*, dry_run: bool) -> PartInput:
    rows = (Row(line=2, address=ADA), Row(line=3, address="bob@contoso.example"))
    return PartInput(
        batch_id="spring",
        rows=rows,
        source=Source.CSV_UPLOAD,
        correlation_id="7c9e6679-7425-40de-944b-e07fc1f90ae7",
        dry_run=dry_run,
    )


def _erased_with_more() -> OtherSituation:
    """Erase somebody, whose erasure another joins who asks for more when it has almost ended."""
    is_joined = asyncio.Event()

    async def delete_import_histories(_: object) -> ImportHistories:
        await is_joined.wait()
        return ImportHistories(left=1)

    async def happens(client: Client, queue: str) -> str:
        first = ErasureInput(object_id=ENROLLED)
        handle = await client.start_workflow(
            ErasureWorkflow.run, first, id=f"mfa-{queue}", task_queue=queue
        )

        async def almost_ends() -> bool:
            pending = (await handle.describe()).raw_description.pending_activities
            return [one.activity_type.name for one in pending] == ["delete_import_histories"]

        await eventually(almost_ends)
        more = ErasureInput(object_id=ENROLLED, with_import_histories=True)
        await handle.signal(ErasureWorkflow.also_erase, more)
        is_joined.set()
        await handle.result()
        return handle.id

    return OtherSituation(
        workflow=ErasureWorkflow,
        happens=happens,
        answers=ERASED | {"delete_import_histories": delete_import_histories},
    )


async def _asked_of_an_enrolment(client: Client, queue: str) -> str:
    """Ask for a new link; the enrolment is there, and nobody works on it."""
    enrolment = await client.start_workflow(
        ENROLMENT_WORKFLOW, id=enrolment_workflow_id(ENROLLED), task_queue="nobody"
    )
    workflow_id = await running(ResendRequestWorkflow.run, _address())(client, queue)
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


RESEND, LEGACY = ResendRequestWorkflow, LegacyLinkWorkflow
OTHERS = {
    "import-of-a-part": OtherSituation(
        workflow=BatchWorkflow,
        happens=running(BatchWorkflow.run, _part(dry_run=False)),
        answers={"start_enrolments": ImportReport(rows_done=2, started=2)},
    ),
    "import-tried-dry": OtherSituation(
        workflow=BatchWorkflow,
        happens=running(BatchWorkflow.run, _part(dry_run=True)),
        answers={"start_enrolments": ImportReport.empty(dry_run=True)},
    ),
    "legacy-link-clicked": OtherSituation(
        workflow=LEGACY,
        happens=running(LEGACY.run, _clicked()),
        answers={"find_object_id": NOBODY, "start_from_row": LegacyLinkOutcome.STARTED},
    ),
    "legacy-link-of-nobody": OtherSituation(
        workflow=LEGACY,
        happens=running(LEGACY.run, _clicked()),
        answers={"find_object_id": None},
    ),
    "link-asked-for": OtherSituation(
        workflow=RESEND, happens=_asked_of_an_enrolment, answers={"find_object_ids": [ENROLLED]}
    ),
    "link-asked-for-by-nobody": OtherSituation(
        workflow=RESEND,
        happens=running(RESEND.run, _address()),
        answers={"find_object_ids": []},
    ),
    "link-asked-for-without-enrolment": OtherSituation(
        workflow=RESEND,
        happens=running(RESEND.run, _address()),
        answers={"find_object_ids": [NOBODY]},
    ),
    "mail-stopped-and-started": OtherSituation(
        workflow=RolloutControlWorkflow, happens=_throwing(1), answers={}
    ),
    "mail-stopped-in-many-runs": OtherSituation(
        workflow=RolloutControlWorkflow, happens=_throwing(8), answers={}, many_runs=True
    ),
    "blocked-sender-probed": OtherSituation(
        workflow=SenderProbeWorkflow,
        happens=running(SenderProbeWorkflow.run, SenderProbeInput(sender=0)),
        answers={"probe_sender": Probed(ready=True)},
    ),
    "person-erased": OtherSituation(
        workflow=ErasureWorkflow,
        happens=running(ErasureWorkflow.run, ErasureInput(object_id=ENROLLED)),
        answers=ERASED,
    ),
    "person-erased-with-more": _erased_with_more(),
    "many-people-paused": OtherSituation(
        workflow=BulkRequestWorkflow,
        happens=running(BulkRequestWorkflow.run, BulkInput(**BULK, action=RequestAction.PAUSE)),
        answers={"ask_people": None, "try_again": 0, "finish_request": {"done": 3, "refused": 1}},
    ),
    "people-added-to-the-group": OtherSituation(
        workflow=BulkRequestWorkflow,
        happens=running(
            BulkRequestWorkflow.run, BulkInput(**BULK, action=RequestAction.ADD_TO_GROUP)
        ),
        answers={"add_people_to_group": None, "try_again": 0, "finish_request": {"done": 3}},
    ),
    "import-undone": OtherSituation(
        workflow=UndoImportWorkflow,
        happens=running(
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
    "sample-mail-sent": OtherSituation(
        workflow=SampleMailWorkflow,
        happens=running(SampleMailWorkflow.run, SAMPLE_MAIL),
        answers={"send_sample_mail": SampleMailResult(outcome=SampleOutcome.SENT, sender=0)},
    ),
} | SCHEDULED

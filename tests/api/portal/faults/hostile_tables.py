"""Tables in which every text that somebody else has written is an attack."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from database.audit.chain import append
from database.engine import Database
from database.imports.imports import begin_import
from database.imports.rows import put_rows
from database.imports.uploads import keep_upload
from database.mail.senders import set_sender
from database.portal.reports import add_report
from database.portal.saved_views import save_view
from database.portal.webhooks import add_webhook
from database.requests.begin import NewRequest, begin_request
from database.rollout.control import set_control
from domain.bulk.records import RequestAction
from domain.imports.columns import FoundColumns
from domain.imports.reasons import RowReason
from domain.portal.saved_view import SavedView
from domain.portal.uploads import KeptUpload, UploadOptions
from domain.reports.interval import Interval
from domain.reports.records import ReportSchedule
from domain.status import Concern, MailKind, Source
from domain.tables.attention import AttentionKind
from domain.tables.audit import Actor, AuditAction, AuditEntry
from domain.tables.imports import ImportRow, RowOutcome
from domain.tables.mail import SenderState
from domain.tables.rollout import MailControl
from domain.tables.story import StoryKind
from domain.webhooks.records import Webhook, WebhookTrouble
from tests.api.portal.people.values import SCRIPT, TURNED, hostile, put_mail
from tests.database.test_imports import IMPORT
from tests.database.values import MAILBOX, NOW, event, object_id, put

ATTACK = f"=cmd|' /C calc'!A0 {SCRIPT} javascript:alert(1) {TURNED}"
ACTOR = Actor(name=ATTACK)
IDS = {
    "object_id": object_id(66),
    "update": "pause",
    "text": f"pause.{object_id(5)}.{int(NOW.timestamp())}",
    "upload_id": object_id(1),
    "import_id": IMPORT.import_id,
    "request_id": object_id(2),
    "schedule_id": object_id(3),
    "report_id": object_id(3),
    "webhook_id": object_id(4),
    "batch_id": "wave-1",
    "kind": "csv",
    "key": f"{object_id(66)}/{MailKind.INVITATION}/1",
}


async def fill(database: Database) -> None:
    """Write one of everything."""
    paused = event(1, StoryKind.PAUSED, actor=ATTACK, data={"reason": ATTACK})
    values: dict[str, Any] = {
        "attention": AttentionKind.BOUNCED,
        "attention_since": NOW,
        "problem_concern": Concern.MAIL,
        "paused_by": ATTACK,
        "written": {"Title": ATTACK},
        "refused": {ATTACK: NOW.isoformat()},
    }
    await put(database, hostile(**values), [paused])
    await put(database, hostile(67, batch_id="wave-1"))
    await put_mail(database, 66, MailKind.INVITATION)
    async with database.writing() as connection:
        await _of_admins(connection)
        await _of_imports(connection)


async def _of_admins(connection: AsyncConnection) -> None:
    for person in (object_id(66), None):
        entry = AuditEntry(
            at=NOW, actor=ACTOR, action=AuditAction.PAUSE, person=person, reason=ATTACK
        )
        await append(connection, entry)
    stop = MailControl(mail_stopped=True, since=NOW, actor=ATTACK, reason=ATTACK)
    await set_control(connection, stop)
    await set_sender(connection, MAILBOX, SenderState.STOPPED, now=NOW, reason=ATTACK)
    view = SavedView(
        view_id=object_id(6),
        owner_id=object_id(900),
        name=ATTACK[:80],
        shared=True,
        filters={"text": ATTACK},
        created_at=NOW,
    )
    await save_view(connection, view)
    await begin_request(
        connection,
        NewRequest(
            request_id=IDS["request_id"],
            action=RequestAction.PAUSE,
            actor=ACTOR,
            reason=ATTACK,
            at=NOW,
            selection={"text": ATTACK},
            object_ids=(object_id(66),),
        ),
    )
    await add_report(
        connection,
        ReportSchedule(
            schedule_id=IDS["schedule_id"],
            interval=Interval(hour=7, weekday="Mon"),
            recipients=(ATTACK,),
            created_by=ATTACK,
            created_at=NOW,
        ),
    )
    await add_webhook(
        connection,
        Webhook(
            webhook_id=IDS["webhook_id"],
            url=f"https://tickets.contoso.example/{SCRIPT}",
            secret="whsec_",
            created_by=ATTACK,
            created_at=NOW,
            trouble=WebhookTrouble.UNREACHABLE,
            failing_since=NOW,
        ),
    )


async def _of_imports(connection: AsyncConnection) -> None:
    for import_id, dry_run, at in (("trial", True, NOW), (IMPORT.import_id, False, NOW)):
        record = replace(
            IMPORT,
            import_id=import_id,
            batch_id="wave-1",
            dry_run=dry_run,
            requested_by=ATTACK,
            requested_at=at - timedelta(days=1),
            file_name=ATTACK,
            trouble=ATTACK,
        )
        await begin_import(connection, record)
        rows = [
            ImportRow(
                line=line,
                value=ATTACK,
                outcome=outcome,
                reason=RowReason.UNKNOWN,
                detail=ATTACK,
                candidates=(ATTACK,),
            )
            for line, outcome in ((2, RowOutcome.UNKNOWN), (3, RowOutcome.REJECTED))
        ]
        await put_rows(connection, import_id, rows)
    kept = KeptUpload(
        upload_id=IDS["upload_id"],
        owner_id=object_id(900),
        created_at=NOW,
        source=Source.CSV_UPLOAD,
        content_hash="x",
        people=1,
        options=UploadOptions(batch_id="wave-1"),
        file_name=ATTACK,
        columns=FoundColumns(names=(ATTACK, "UPN"), used=(1,)),
        dry_run_id="trial",
    )
    await keep_upload(connection, kept, [])

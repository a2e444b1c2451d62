"""The tables of the pictures: people, imports, an upload and its preview, mails, the audit log."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from database.audit.chain import append
from database.engine import Database
from database.enrolments.contact import keep_contact
from database.imports.imports import begin_import
from database.imports.rows import put_rows
from database.imports.uploads import keep_upload
from database.mail.senders import set_sender
from database.requests.begin import NewRequest, begin_request
from database.rollout.policy import set_policy
from database.rollout.processes import report_process
from database.schema import sent_mail
from demo.past.people import write
from domain.bulk.records import RequestAction
from domain.imports.columns import FoundColumns
from domain.imports.options.options import ImportOptions
from domain.imports.reasons import RowReason
from domain.portal.call_list import CallEntry
from domain.portal.uploads import KeptUpload, UploadOptions
from domain.status import MailKind, Source
from domain.tables.audit import Actor, AuditAction, AuditEntry, AuditOutcome
from domain.tables.import_parts import PartProgress
from domain.tables.imports import ImportRecord, ImportRow, ImportState, RowOutcome
from domain.tables.mail import MailOrigin, MailState, SenderState
from domain.tables.rollout import Process, ProcessKind
from domain.tables.sending import LimitsInForce
from tests.screenshots.notifications import write_notifications
from tests.screenshots.people import OBJECT_ID, RUN_ID, SENDER, WAVES, population

ADMIN = "c0000000-0000-4000-8000-000000000001"
HELPDESK = "c0000000-0000-4000-8000-000000000002"
UPLOAD = "d0000000-0000-4000-8000-000000000001"
REQUEST = "d0000000-0000-4000-8000-000000000002"
_COUNTS = {
    "resolved": 1_256,
    "already_active": 6,
    "to_invite": 1_250,
    "no_manager": 3,
    "unknown": 1,
    "repeated": 1,
    "rejected": 2,
}
LIMITS = LimitsInForce(per_minute=25, per_hour=350, per_day=750)
_FAULTS = (
    ImportRow(
        line=5,
        value="kwame.mensa@contoso.example",
        outcome=RowOutcome.UNKNOWN,
        reason=RowReason.UNKNOWN,
        candidates=("kwame.mensah@contoso.example",),
    ),
    ImportRow(
        line=11,
        value="Maria <maria.garcia@contoso.example>",
        outcome=RowOutcome.REJECTED,
        reason=RowReason.NAME_AND_ADDRESS,
    ),
    ImportRow(
        line=17,
        value="SEAN.OBRIEN@contoso.example",
        outcome=RowOutcome.REPEATED,
        reason=RowReason.REPEATED,
        detail="3",
    ),
    ImportRow(
        line=24,
        value="ask Chloé",
        outcome=RowOutcome.REJECTED,
        reason=RowReason.NOT_AN_ADDRESS,
        detail="An email address must have an @-sign.",
    ),
)


async def fill(database: Database, now: datetime, version: str) -> None:
    """Write everything that the pictures show into new tables."""
    await write(database, population(now))
    async with database.writing() as connection:
        await set_policy(connection, LIMITS, now=now)
        await set_sender(connection, SENDER, SenderState.READY, now=now - timedelta(days=40))
        await _worker(connection, now, version)
        await _mails(connection, now)
        await _imports(connection, now)
        await _upload(connection, now)
        await write_notifications(connection, now)
        # Ofcom keeps this number for stories.
        calls = CallEntry(phone="+44 20 7946 0017")
        await keep_contact(connection, OBJECT_ID, calls, with_manager=False, now=now)
        for entry in _actions(now):
            number = await append(connection, entry)
            outcome = AuditEntry(
                at=entry.at + timedelta(seconds=2),
                actor=entry.actor,
                action=entry.action,
                answers=number,
                outcome=AuditOutcome.DONE,
            )
            await append(connection, outcome)
        await begin_request(connection, _request(now))


async def _worker(connection: AsyncConnection, now: datetime, version: str) -> None:
    worker = Process(
        process_id=str(uuid4()),
        kind=ProcessKind.WORKER,
        version=version,
        started_at=now - timedelta(days=3),
        last_seen_at=now + timedelta(minutes=5),
    )
    await report_process(connection, worker)


async def _mails(connection: AsyncConnection, now: datetime) -> None:
    """Write the mails of one person, and as many of today as a mailbox sends in a morning."""
    began = now.replace(hour=7, minute=13, second=0) - timedelta(days=17)
    kinds = ((MailKind.INVITATION, 0), (MailKind.REMINDER, 7), (MailKind.REMINDER, 16))
    days = [(OBJECT_ID, kind, began + timedelta(days=day)) for kind, day in kinds]
    today = [
        (str(uuid4()), MailKind.REMINDER, now - timedelta(minutes=3 * number))
        for number in range(1, 82)
    ]
    for number, (object_id, kind, at) in enumerate([*days, *today]):
        values = {
            "key": f"{object_id}/{kind.value}/{RUN_ID}/{number}",
            "sender": SENDER,
            "kind": kind,
            "object_id": object_id,
            "origin": MailOrigin.SCHEDULE,
            "from_form_share": False,
            "state": MailState.SENT,
            "attempt": "1",
            "reserved_at": at - timedelta(seconds=8),
            "sending_at": at,
            "finished_at": at,
            "values": {},
        }
        await connection.execute(sent_mail.insert().values(values))


async def _imports(connection: AsyncConnection, now: datetime) -> None:
    for number in range(1, WAVES + 1):
        at = now.replace(hour=5, minute=30 + number) - timedelta(days=45 - 7 * number)
        await begin_import(connection, _import(f"wave-{number}", at, rows=107))
    record = _import(UPLOAD, now, rows=1_260, dry_run=True, **_COUNTS)
    await begin_import(connection, record)
    await put_rows(connection, UPLOAD, _FAULTS)


def _import(
    import_id: str, at: datetime, *, rows: int, dry_run: bool = False, **counts: int
) -> ImportRecord:
    part = PartProgress(
        number=0,
        of_parts=1,
        rows_done=rows,
        state=ImportState.DONE,
        counts=counts or {"started": rows},
    )
    return ImportRecord(
        import_id=import_id,
        batch_id="wave-7" if dry_run else import_id,
        requested_by=ADMIN,
        requested_at=at,
        file_hash=import_id,
        file_name="wave-7.csv" if dry_run else f"{import_id}.csv",
        dry_run=dry_run,
        rows=rows,
        counts={"0": part.as_json()},
        state=ImportState.DONE,
        finished_at=at + timedelta(minutes=1),
    )


async def _upload(connection: AsyncConnection, now: datetime) -> None:
    kept = KeptUpload(
        upload_id=UPLOAD,
        owner_id=ADMIN,
        created_at=now,
        source=Source.CSV_UPLOAD,
        content_hash=UPLOAD,
        people=1_260,
        options=UploadOptions(
            batch_id="wave-7",
            own=ImportOptions(
                wave_size=400, wave_days=2, send_days=("mon", "tue", "wed", "thu", "fri")
            ),
        ),
        file_name="wave-7.csv",
        columns=FoundColumns(names=("Name", "UPN", "Site"), used=(1,)),
        dry_run_id=UPLOAD,
    )
    await keep_upload(connection, kept, [])


def _request(now: datetime) -> NewRequest:
    """Return a request about one person that waits for a worker."""
    return NewRequest(
        request_id=REQUEST,
        action=RequestAction.RESEND,
        actor=Actor(name="Ada Admin", object_id=ADMIN, address="192.0.2.17"),
        reason="their laptops were replaced",
        at=now - timedelta(minutes=2),
        selection={"people": 1},
        object_ids=(OBJECT_ID,),
    )


def _actions(now: datetime) -> Iterable[AuditEntry]:
    ada = Actor(name="Ada Admin", object_id=ADMIN, address="192.0.2.17")
    hugo = Actor(name="Hugo Helpdesk", object_id=HELPDESK, address="192.0.2.23")
    shell = Actor(name="command line: ada@mfa-worker")
    days = timedelta(days=1)
    for at, actor, action, person, reason in (
        (38 * days, ada, AuditAction.IMPORT, None, "batch wave-1"),
        (17 * days, ada, AuditAction.IMPORT, None, "batch wave-4"),
        (9 * days, hugo, AuditAction.PAUSE, OBJECT_ID, "is on leave for a week"),
        (6 * days, ada, AuditAction.STOP_MAIL, None, "somebody reports our mail as phishing"),
        (5.9 * days, ada, AuditAction.START_MAIL, None, "it was ours: the helpdesk knows"),
        (3 * days, ada, AuditAction.IMPORT, None, "batch wave-6"),
        (2 * days, hugo, AuditAction.RESUME, OBJECT_ID, "is back"),
        (days, shell, AuditAction.PROVISION, None, "new column for the language"),
        (days / 4, hugo, AuditAction.RESEND, OBJECT_ID, "can't find the mail"),
        (days / 9, ada, AuditAction.EXPORT, None, "call-list.xlsx: 12 people"),
    ):
        yield AuditEntry(at=now - at, actor=actor, action=action, person=person, reason=reason)

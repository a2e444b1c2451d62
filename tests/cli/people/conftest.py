"""Verbs that read our tables, run in the test's own process against a database of its own."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from database.engine import Database
from database.mail.senders import set_sender
from database.rollout.control import set_control
from database.rollout.processes import report_process
from domain.instants import microseconds
from domain.status import Concern, EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import NextStep
from domain.tables.mail import SenderState
from domain.tables.rollout import MailControl, Process, ProcessKind
from domain.tables.story import StoryKind
from tests.database.values import MAILBOX, event, object_id, person, put, run_id

Verb = Callable[..., tuple[int, str]]

WHEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOSTILE = "Zoë\x1b[2J\r\n\u202eevil [bold]B[/bold]"
REGISTERED = {"status": InviteStatus.ACTIVE, "registration": RegistrationState.REGISTERED}


@pytest.fixture
async def tables(sqlite_database: Database) -> Database:
    """Give tables with six people; worker and API were just seen."""
    await fill(sqlite_database, datetime.now(UTC))
    return sqlite_database


async def fill(database: Database, now: datetime) -> None:
    """Fill tables with six people, each of whom stands elsewhere; let worker and API be seen."""
    ada: dict[str, Any] = {
        "upn": "ada@contoso.com",
        "display_name": "Ada Lovelace",
        "invite_sent_at": WHEN,
        "reminder_count": 1,
        "next_step": NextStep.REMINDER,
        "due_at": now + timedelta(days=3),
        "item_id": "7",
        "written": {"Title": "ada@contoso.com", "TrackingToken": "a-secret", "Notes": None},
        "refused": {"Department": WHEN.isoformat()},
    }
    story = [
        event(1, StoryKind.IMPORTED, run_id=run_id(1), at=WHEN, data={"batch": "autumn"}),
        event(2, StoryKind.INVITED, run_id=run_id(1), at=WHEN + timedelta(minutes=1)),
        event(3, StoryKind.PAUSED, run_id=run_id(1), actor="Bob", data={"reason": "on leave"}),
    ]
    await put(database, person(1, **ada), story)
    ended = {"ended": EnrolmentEnd.ACTIVE, "ended_at": WHEN, "registered_at": WHEN}
    ended |= {"in_group": True, "escalated": True}
    await put(database, person(2, display_name="Ann Lee", **REGISTERED, **ended))
    manager = {
        "problem_concern": Concern.MANAGER,
        "problem": "There is no manager.",
        "problem_since": WHEN,
        "attention": AttentionKind.NO_MANAGER,
        "attention_since": WHEN,
        "manager_upn": "grace@contoso.com",
        "language": "de-CH",
    }
    await put(database, person(3, display_name="Nora", batch_id="winter", **manager))
    hostile = {"display_name": HOSTILE, "department": "R&D", "language": "de-CH"}
    await put(database, person(4, **hostile))
    # Somebody new under an old name: the old enrolment has ended.
    twice = {"upn": "sam@contoso.com", "display_name": "Sam Same"}
    gone = {"ended": EnrolmentEnd.GONE, "ended_at": WHEN}
    await put(database, person(5, **twice, **gone))
    await put(database, person(6, **twice, revision=microseconds(now)))
    async with database.writing() as connection:
        await set_sender(connection, MAILBOX, SenderState.READY, now=WHEN)
    await worker_seen(database, now)
    await process_seen(database, ProcessKind.API, now)


async def worker_seen(database: Database, at: datetime) -> None:
    """Say that a worker has reported itself last at an instant."""
    await process_seen(database, ProcessKind.WORKER, at)


async def process_seen(database: Database, kind: ProcessKind, at: datetime) -> None:
    """Say that a process of this kind has reported itself last at an instant."""
    process = Process(
        process_id=object_id(90 + list(ProcessKind).index(kind)),
        kind=kind,
        version="1.0",
        started_at=at,
        last_seen_at=at,
    )
    async with database.writing() as connection:
        await report_process(connection, process)


async def stop_mail(database: Database) -> None:
    """Say that Ada has stopped all mail."""
    stop = MailControl(mail_stopped=True, since=WHEN, actor="Ada", reason="phishing alarm")
    async with database.writing() as connection:
        await set_control(connection, stop)


@pytest.fixture
def without_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verb:
    """Give the verbs a folder without a database."""
    return verb_of(tmp_path / "nothing", monkeypatch)


@pytest.fixture
def verb(tables: Database, monkeypatch: pytest.MonkeyPatch) -> Verb:
    """Give the verbs, which read these tables; the terminal's clock is Zurich's."""
    return verb_of(Path(str(tables.url.database)).parent, monkeypatch)


def verb_of(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Verb:
    """Return what runs verbs with the database of this folder."""
    settings = {
        "DATA_DIR": str(data_dir),
        "MFA_ROLLOUT_ENV_FILE": "/dev/null",
        # Nothing listens there: verbs that read our tables alone don't notice.
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
        "COLUMNS": "80",
        "TERM": "dumb",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(words), prog_name="mfa-rollout")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


def read_json(answer: tuple[int, str]) -> Any:
    """Return the document that a verb has printed."""
    status, output = answer
    assert status == 0, output
    return json.loads(output)

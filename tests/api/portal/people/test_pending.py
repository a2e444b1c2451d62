"""What was asked of a person and doesn't show in the tables yet: what a page says and offers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from api.portal.people.pending import SHOWN_WITHIN, read_asked
from api.portal.people.wording import ACTIONS
from client.people.standing import read_standing
from database.audit.chain import begin, finish
from database.engine import Database
from database.rollout.processes import report_process
from domain.enrolment.messages import Update
from domain.instants import microseconds
from domain.portal.roles import Role
from domain.status import EnrolmentEnd
from domain.tables.audit import Actor, AuditAction, AuditEntry, AuditOutcome
from domain.tables.enrolment import NextStep
from domain.tables.rollout import Process, ProcessKind
from domain.tables.sending import SendingPolicy
from domain.tables.story import StoryKind
from tests.api.portal.portal import RunningPortal
from tests.database.values import NOW, event, object_id, person, put

ADA = Actor(name="Ada", object_id=object_id(900))
ASKED = NOW + timedelta(minutes=1)
ANSWERED = ASKED + timedelta(seconds=2)
BEFORE = microseconds(ASKED)
PATH = f"/portal/people/{object_id(1)}"


async def _ask(
    database: Database,
    action: AuditAction,
    outcome: AuditOutcome | None = AuditOutcome.DONE,
    *,
    asked_at: datetime = ASKED,
    number: int = 1,
) -> None:
    entry = AuditEntry(
        at=asked_at, actor=ADA, action=action, person=object_id(number), request_id=str(uuid4())
    )
    async with database.writing() as connection:
        begun = await begin(connection, entry)
        if outcome is not None:
            answered_at = asked_at + (ANSWERED - ASKED)
            answer = replace(
                entry, at=answered_at, person=None, request_id=None, answers=begun, outcome=outcome
            )
            await finish(connection, answer)


PAUSED = {"paused_by": "Ada"}
CASES: dict[str, tuple[AuditAction, AuditOutcome | None, dict[str, Any], Update | None]] = {
    "answered, and the row is older": (AuditAction.PAUSE, AuditOutcome.DONE, {}, Update.PAUSE),
    "not answered yet": (AuditAction.PAUSE, None, {}, Update.PAUSE),
    "its asker was interrupted": (AuditAction.PAUSE, AuditOutcome.INTERRUPTED, {}, Update.PAUSE),
    "refused": (AuditAction.PAUSE, AuditOutcome.FAILED, {}, None),
    "the row shows the pause": (AuditAction.PAUSE, AuditOutcome.DONE, PAUSED, None),
    "the row is later than the answer": (
        AuditAction.PAUSE,
        AuditOutcome.DONE,
        {"revision": microseconds(ANSWERED)},
        None,
    ),
    "the row is between both": (
        AuditAction.PAUSE,
        AuditOutcome.DONE,
        {"revision": microseconds(ANSWERED) - 1},
        Update.PAUSE,
    ),
    "resume": (AuditAction.RESUME, AuditOutcome.DONE, PAUSED, Update.RESUME),
    "resume, and the row shows it": (AuditAction.RESUME, AuditOutcome.DONE, {}, None),
    "try again": (AuditAction.RETRY, AuditOutcome.DONE, {}, Update.RETRY),
    "cancel": (AuditAction.CANCEL, AuditOutcome.DONE, {}, Update.CANCEL),
    "cancel, and the row shows it": (
        AuditAction.CANCEL,
        AuditOutcome.DONE,
        {"ended": EnrolmentEnd.CANCELLED, "ended_at": NOW},
        None,
    ),
    "resend": (AuditAction.RESEND, AuditOutcome.DONE, {}, Update.RESEND),
    "resend, which is next": (
        AuditAction.RESEND,
        AuditOutcome.DONE,
        {"next_step": NextStep.RESEND},
        None,
    ),
    "an erasure is no request of the enrolment": (AuditAction.ERASE, None, {}, None),
}


async def test_a_request_is_pending_until_the_tables_show_it(sqlite_database: Database) -> None:
    """The audit log knows what was asked and answered, and the row from when it is."""
    for number, (case, (action, outcome, values, expected)) in enumerate(CASES.items()):
        await put(sqlite_database, person(number, **values))
        await _ask(sqlite_database, action, outcome, number=number)
        assert await _pending(sqlite_database, number=number) == expected, case


async def test_the_latest_request_counts(sqlite_database: Database) -> None:
    """Who pauses and resumes at once waits for the second; a link that left is no request."""
    await put(sqlite_database, person(1))
    await _ask(sqlite_database, AuditAction.PAUSE)
    await _ask(sqlite_database, AuditAction.RESUME, asked_at=ASKED + timedelta(seconds=1))
    assert await _pending(sqlite_database) is None
    await _ask(sqlite_database, AuditAction.RESEND)
    assert await _pending(sqlite_database) is Update.RESEND
    sent = event(1, StoryKind.RESENT, at=ASKED)
    await put(sqlite_database, person(1, revision=microseconds(NOW) + 1), [sent])
    assert await _pending(sqlite_database) is None


async def test_what_a_worker_never_shows_was_refused(sqlite_database: Database) -> None:
    """While a worker runs the page stops waiting; without one it goes on."""
    await put(sqlite_database, person(1))
    await _ask(sqlite_database, AuditAction.PAUSE)
    later = ANSWERED + SHOWN_WITHIN
    assert await _pending(sqlite_database, now=later + timedelta(days=1)) is Update.PAUSE
    for seen_at, expected in ((later, Update.PAUSE), (later + timedelta(seconds=1), None)):
        worker = Process(
            process_id=object_id(901),
            kind=ProcessKind.WORKER,
            version="1",
            started_at=NOW,
            last_seen_at=seen_at,
        )
        async with sqlite_database.writing() as connection:
            await report_process(connection, worker)
        assert await _pending(sqlite_database, now=later + timedelta(days=1)) is expected


async def _pending(
    database: Database, now: datetime = ANSWERED, *, number: int = 1
) -> Update | None:
    async with database.reading() as connection:
        status = await read_standing(connection, object_id(number), SendingPolicy(), now)
        assert status is not None
        asked = await read_asked(connection, status, now)
    return None if asked.pending is None else asked.pending.update


async def test_the_page_offers_what_can_be_asked_then(portal: RunningPortal) -> None:
    """Not the same once more, but what takes it back; and it says who asked."""
    asked: tuple[tuple[AuditAction, dict[str, Any], set[str]], ...] = (
        (AuditAction.PAUSE, {}, {"resend", "resume", "cancel"}),
        (AuditAction.RESUME, PAUSED, {"resend", "pause", "cancel"}),
        (AuditAction.RESEND, {}, {"pause", "cancel"}),
        (AuditAction.CANCEL, {}, set()),
    )
    async with portal.browser(Role.ADMIN) as browser:
        for number, (action, values, offered) in enumerate(asked):
            await put(portal.database, person(number, **values))
            await _ask(portal.database, action, asked_at=datetime.now(UTC), number=number)
            path = f"/portal/people/{object_id(number)}"
            page = (await browser.get(path)).text
            forms = {one for one in ACTIONS if f'action="{path}/{one}"' in page}
            assert forms == offered, action
            for text in (page, (await browser.get(f"{path}/pending")).text):
                assert "<bdi>Ada</bdi> asked for it" in text
                assert f'hx-get="{path}/pending"' in text


async def test_the_notice_ends_when_the_tables_show_it(portal: RunningPortal) -> None:
    """Then it asks no more; where nothing was asked there is no such page."""
    await put(portal.database, person(1))
    async with portal.browser(Role.HELPDESK) as browser:
        assert (await browser.get(f"{PATH}/pending")).status_code == 404
        await _ask(portal.database, AuditAction.PAUSE, asked_at=datetime.now(UTC))
        await put(portal.database, person(1, revision=BEFORE, **PAUSED))
        said = (await browser.get(f"{PATH}/pending")).text
        assert "hx-get" not in said
        assert f'href="{PATH}"' in said
        assert "asked for it" not in (await browser.get(PATH)).text

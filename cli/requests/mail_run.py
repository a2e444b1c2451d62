"""Stops all mail of the rollout, and starts it again."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from temporalio.client import WorkflowUpdateFailedError

from cli.audit.entry import audited
from cli.database import open_database
from cli.options import answer
from cli.sign_in.identity import acting
from cli.temporal import connect_to_temporal
from cli.terminal import fail
from client.mail_switch import start_all_mail, stop_all_mail
from client.requests import Answer, new_request
from database.engine import Database
from database.errors import DatabaseError
from database.mail.unfinished_mails import count_being_sent
from domain.tables.audit import AuditAction
from domain.wording.counted import counted
from settings import AnswerSettings, load_settings
from temporal.failures import words_of

LOOK_EVERY = timedelta(milliseconds=200)
SENT_WITHIN = timedelta(seconds=1)
# What is said before that mail is stopped.
_STOPPED: Mapping[Answer, str] = {
    Answer.RECORDED: (
        "Recorded: no worker has answered, and none sends mail after this. Withdraw it with "
        "`mfa-rollout mail start`."
    ),
    Answer.TEMPORAL_AWAY: (
        "Recorded in our tables: Temporal can't be reached. Every mail asks them before it leaves, "
        "and a worker tells Temporal once it is back. `mfa-rollout mail start` has to wait until "
        "then."
    ),
}


async def stop_mail(reason: str, *, as_json: bool) -> None:
    """Stop mail; return when none can leave, or say how many are being sent at the moment.

    Mail is stopped though Temporal is away, and though the audit log can't be written.
    """
    within = load_settings(AnswerSettings).answer_within
    client = await connect_to_temporal(lazy=True)
    actor = await acting()
    request = new_request(actor.shown_name, reason)
    try:
        async with (
            audited(AuditAction.STOP_MAIL, actor=actor, reason=reason, acts_unwritten=True),
            _tables() as database,
        ):
            answered = await stop_all_mail(client, database, request, within=within)
    except WorkflowUpdateFailedError as error:
        fail(words_of(error.cause))
    count = await _being_sent()
    sentences = [f"Mail is stopped.{_still_leaving(count)}"]
    if answered in _STOPPED:
        sentences.insert(0, _STOPPED[answered])
    answer(
        {"mailStopped": True, "outcome": answered.value, "mailsBeingSent": count},
        *sentences,
        as_json=as_json,
    )


async def start_mail(reason: str, *, as_json: bool) -> None:
    """Let mails leave again."""
    within = load_settings(AnswerSettings).answer_within
    client = await connect_to_temporal()
    actor = await acting()
    request = new_request(actor.shown_name, reason)
    try:
        async with (
            audited(AuditAction.START_MAIL, actor=actor, reason=reason),
            _tables() as database,
        ):
            answered = await start_all_mail(client, database, request, within=within)
    except WorkflowUpdateFailedError as error:
        fail(words_of(error.cause))
    sentence = "Mail is on again."
    if answered is Answer.RECORDED:
        sentence = (
            "Recorded: no worker has answered. Mail is on again when one runs "
            "(`mfa-rollout worker`). Withdraw it with `mfa-rollout mail stop`."
        )
    answer({"mailStopped": False, "outcome": answered.value}, sentence, as_json=as_json)


@asynccontextmanager
async def _tables() -> AsyncIterator[Database | None]:
    """Give our tables, None where they can't be used: then a worker writes the switch there."""
    async with AsyncExitStack() as stack:
        database = None
        with suppress(DatabaseError):
            database = await stack.enter_async_context(open_database())
        yield database


async def _being_sent() -> int | None:
    """Wait a moment for mails whose request to send is under way, and count the others."""
    give_up_at = asyncio.get_running_loop().time() + SENT_WITHIN.total_seconds()
    with suppress(DatabaseError):
        async with open_database() as database:
            while True:
                async with database.reading() as connection:
                    count = await count_being_sent(connection, datetime.now(UTC))
                if not count or asyncio.get_running_loop().time() > give_up_at:
                    return count
                await asyncio.sleep(LOOK_EVERY.total_seconds())
    return None


def _still_leaving(count: int | None) -> str:
    if count is None:
        return " Whether a mail is being sent at this moment can't be read."
    if count == 0:
        return ""
    mails = f"{counted(count, 'mail')} {'was' if count == 1 else 'were'}"
    return f" {mails} being sent at this moment, and may still arrive."

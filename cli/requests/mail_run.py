"""Stops all mail of the rollout, and starts it again."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from temporalio.client import WorkflowUpdateFailedError

from cli.audit.entry import audited
from cli.database import open_database
from cli.options import answer
from cli.sign_in.identity import acting, name_of
from cli.temporal import connect_to_temporal
from cli.terminal import fail
from client.mail_switch import keep_switch
from client.requests import Answer, new_request, start_mail, stop_mail
from database.errors import DatabaseError
from database.mail.unfinished_mails import count_being_sent
from domain.enrolment.messages import AdminRequest
from domain.tables.audit import AuditAction
from settings import PolicySettings, load_settings
from temporal.failures import words_of

LOOK_EVERY = timedelta(milliseconds=200)
SENT_WITHIN = timedelta(seconds=1)


async def stop_all_mail(reason: str, *, as_json: bool) -> None:
    """Stop mail; return when none can leave, or say how many are being sent at the moment.

    Every mail asks our table in the transaction that counts it, so the table comes first: it holds
    without a worker. Mail is stopped though the audit log can't be written.
    """
    within = load_settings(PolicySettings).answer_within
    client = await connect_to_temporal()
    actor = await acting()
    request = new_request(name_of(actor), reason)
    try:
        async with audited(AuditAction.STOP_MAIL, actor=actor, reason=reason, acts_unwritten=True):
            await _keep(request, stopped=True)
            answered = await stop_mail(client, request, within=within)
    except WorkflowUpdateFailedError as error:
        fail(words_of(error.cause))
    count = await _being_sent()
    sentences = [f"Mail is stopped.{_still_leaving(count)}"]
    if answered is Answer.RECORDED:
        sentences.insert(
            0,
            "Recorded: no worker has answered, and none sends mail after this. Withdraw it with "
            "`mfa-rollout mail start`.",
        )
    answer(
        {"mailStopped": True, "outcome": answered.value, "mailsBeingSent": count},
        *sentences,
        as_json=as_json,
    )


async def start_all_mail(reason: str, *, as_json: bool) -> None:
    """Let mails leave again."""
    within = load_settings(PolicySettings).answer_within
    client = await connect_to_temporal()
    actor = await acting()
    request = new_request(name_of(actor), reason)
    try:
        async with audited(AuditAction.START_MAIL, actor=actor, reason=reason):
            answered = await start_mail(client, request, within=within)
            await _keep(request, stopped=False)
    except WorkflowUpdateFailedError as error:
        fail(words_of(error.cause))
    sentence = "Mail is on again."
    if answered is Answer.RECORDED:
        sentence = (
            "Recorded: no worker has answered. Mail is on again when one runs "
            "(`mfa-rollout worker`). Withdraw it with `mfa-rollout mail stop`."
        )
    answer({"mailStopped": False, "outcome": answered.value}, sentence, as_json=as_json)


async def _keep(request: AdminRequest, *, stopped: bool) -> None:
    """Write the switch into our table; where that fails, a worker does it."""
    with suppress(DatabaseError):
        async with open_database() as database, database.writing() as connection:
            await keep_switch(connection, request, stopped=stopped)


async def _being_sent() -> int | None:
    """Wait a moment for mails whose request to send is under way, and count the others."""
    give_up_at = asyncio.get_running_loop().time() + SENT_WITHIN.total_seconds()
    with suppress(DatabaseError):
        async with open_database() as database:
            while True:
                async with database.reading() as connection:
                    count = await count_being_sent(connection)
                if not count or asyncio.get_running_loop().time() > give_up_at:
                    return count
                await asyncio.sleep(LOOK_EVERY.total_seconds())
    return None


def _still_leaving(count: int | None) -> str:
    if count is None:
        return " Whether a mail is being sent at this moment can't be read."
    if count == 0:
        return ""
    mails = "One mail was" if count == 1 else f"{count} mails were"
    return f" {mails} being sent at this moment, and may still arrive."

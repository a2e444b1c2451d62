"""Asks a person's enrolment for something, and says what came or will come of it."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import typer
from temporalio.client import WorkflowUpdateFailedError

from cli.audit.entry import audited
from cli.database import open_database
from cli.people.finding import enrolment_of
from cli.people.tables import clock, said
from cli.sign_in.identity import acting, name_of
from cli.temporal import connect_to_temporal
from cli.terminal import ExitStatus, fail, out
from client.enrolments import EnrolmentHandle, has_ended
from client.people.standing import read_standing
from client.requests import Answer, EnrolmentEndedError, ask_enrolment, new_request
from database.errors import DatabaseError
from database.mail.under_way import count_unfinished
from domain.enrolment.messages import Update
from domain.identifiers import object_id_of
from domain.standing.sentences import why_sentence
from domain.tables.audit import AuditAction
from domain.tables.sending import SendingPolicy
from settings import PolicySettings, load_settings
from temporal.failures import words_of

LOOK_EVERY = timedelta(milliseconds=200)
ENDS_WITHIN = timedelta(seconds=3)


async def pause_person(who: str, reason: str) -> None:
    """Pause somebody."""
    await _ask(AuditAction.PAUSE, Update.PAUSE, who, reason)
    out.print("Paused.")


async def resume_person(who: str, reason: str) -> None:
    """Go on with somebody."""
    await _ask(AuditAction.RESUME, Update.RESUME, who, reason)
    out.print("Resumed.")


async def resend_link(who: str, reason: str) -> None:
    """Have a new link sent, and say what it still waits for."""
    handle = await _ask(AuditAction.RESEND, Update.RESEND, who, reason)
    held_by = await mail_holds(object_id_of(handle.id))
    if held_by:
        out.print(f"A new link will be sent, but not yet. {' '.join(held_by)}", soft_wrap=True)
    else:
        out.print("A new link is on its way.")


async def cancel_person(who: str, reason: str) -> None:
    """End somebody's enrolment; return when no mail can leave, or say how many still may."""
    handle = await _ask(AuditAction.CANCEL, Update.CANCEL, who, reason)
    give_up_at = asyncio.get_running_loop().time() + ENDS_WITHIN.total_seconds()
    while not await has_ended(handle):
        if asyncio.get_running_loop().time() > give_up_at:
            count = await _unfinished(object_id_of(handle.id))
            out.print(f"Cancelled. {_still_leaving(count)}", soft_wrap=True)
            return
        await asyncio.sleep(LOOK_EVERY.total_seconds())
    out.print("Cancelled.")


# How an admin takes back what no worker has done yet.
_WITHDRAWN_BY = {
    Update.PAUSE: "Withdraw it with `mfa-rollout resume`.",
    Update.RESUME: "Withdraw it with `mfa-rollout pause`.",
    Update.RESEND: "Withdraw it with `mfa-rollout pause`.",
    Update.CANCEL: "It can't be withdrawn; `mfa-rollout import --include-cancelled` starts the "
    "person again afterwards.",
}


async def _ask(action: AuditAction, update: Update, who: str, reason: str) -> EnrolmentHandle:
    """Ask, and return when it is done; leave where it is refused, or waits for a worker."""
    within = load_settings(PolicySettings).answer_within
    client = await connect_to_temporal()
    handle = await enrolment_of(client, who)
    actor = await acting()
    request = new_request(name_of(actor), reason)
    try:
        async with audited(action, actor=actor, reason=reason, person=object_id_of(handle.id)):
            answer = await ask_enrolment(handle, update, request, within=within)
    except WorkflowUpdateFailedError as error:
        fail(words_of(error.cause))
    except EnrolmentEndedError:
        fail("This enrolment has ended.")
    if answer is Answer.RECORDED:
        out.print(
            "Recorded: no worker has answered, and it takes effect when one runs "
            f"(`mfa-rollout worker`). {_WITHDRAWN_BY[update]}",
            soft_wrap=True,
        )
        raise typer.Exit(ExitStatus.DONE)
    return handle


async def mail_holds(object_id: str) -> list[str]:
    """Say what keeps mail from leaving now; nothing while the tables can't be read."""
    settings = load_settings(PolicySettings)
    policy = SendingPolicy(window=settings.window, per_day=settings.mail_per_day)
    with suppress(DatabaseError):
        async with open_database() as database, database.reading() as connection:
            standing = await read_standing(connection, object_id, policy, datetime.now(UTC))
        if standing is not None:
            return [said(why_sentence(hold, clock)) for hold in standing.mail_stops]
    return []


async def _unfinished(object_id: str) -> int | None:
    with suppress(DatabaseError):
        async with open_database() as database, database.reading() as connection:
            return await count_unfinished(connection, object_id)
    return None


def _still_leaving(count: int | None) -> str:
    if count is None:
        return "Whether a mail is under way can't be read at the moment."
    if count == 0:
        return "The enrolment is being ended; no mail is under way."
    mails = "One mail is" if count == 1 else f"{count} mails are"
    return f"{mails} under way: withdrawn if possible, but it may still arrive."

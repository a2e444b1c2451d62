"""Stops all mail and starts it again: in our table, and in the workflow that keeps the switch."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError

from client.requests import Answer, record_stop, start_mail, stop_mail
from database.engine import Database
from database.errors import DatabaseError
from database.rollout.control import read_control, set_control, told
from domain.enrolment.messages import AdminRequest
from domain.failures import PermanentFailure
from domain.identifiers import CONTROL_WORKFLOW_ID
from domain.tables.rollout import MailControl
from temporal.encryption.environment import has_older_keys
from temporal.refusals import is_workflow_not_found, refusal_of
from workflows.rollout_control import RolloutControlWorkflow

# Beyond the wait for a worker's answer. Whoever stops mail in an emergency waits no longer.
TO_RECORD = timedelta(seconds=5)


class MailNotStopped(PermanentFailure):
    """Neither Temporal nor our tables could be told to stop mail."""


class StoppedAgain(Exception):
    """Mail was started and stopped again since the admin looked."""

    def __init__(self, stop: MailControl) -> None:
        """Keep the stop that is in force."""
        super().__init__(stop)
        self.stop = stop


async def stop_all_mail(
    client: Client, database: Database | None, request: AdminRequest, *, within: timedelta
) -> Answer:
    """Let no mail leave any more; the first reason for a stop stays.

    Every mail asks our table in the transaction that counts it, so the table comes first: it holds
    without a worker, and without Temporal. What Temporal hasn't confirmed stands in the table as
    untold, and a worker tells it.

    Raises:
        WorkflowUpdateFailedError: mail is stopped already.
        MailNotStopped: Temporal can't be reached, and the table can't be written.
    """
    is_kept = await _stop_kept(database, request)
    try:
        async with asyncio.timeout((within + TO_RECORD).total_seconds()):
            answer = await stop_mail(client, request, within=within)
    except WorkflowUpdateFailedError:
        await _told(database, request)
        raise
    except (TimeoutError, RPCError, RuntimeError) as error:
        if not isinstance(error, TimeoutError | RPCError) and refusal_of(error) is None:
            raise
        if not is_kept:
            raise MailNotStopped(
                "Mail isn't stopped: Temporal can't be reached, and our tables can't be written. "
                "Stop the workers: without one no mail leaves."
            ) from None
        return Answer.TEMPORAL_AWAY
    if answer is Answer.DONE:
        await _told(database, request)
    return answer


async def start_all_mail(
    client: Client,
    database: Database | None,
    request: AdminRequest,
    *,
    shown: str | None = None,
    within: timedelta,
) -> Answer:
    """Let mails leave again; whatever is due is sent, once each.

    ``shown`` names the stop that the admin was shown (``MailControl.shown``); None lifts any.

    Raises:
        StoppedAgain: nothing was changed; another stop is in force than the admin was shown.
        WorkflowUpdateFailedError: mail isn't stopped.
        RPCError: Temporal can't be reached.
    """
    if stop := await _stop_in_table(database):
        if shown is not None and shown != stop.shown:
            raise StoppedAgain(stop)
        # Before the start, so that it isn't told afterwards, and there is something to start:
        # Temporal may not have been told of it yet, or was restored from an older backup.
        await record_stop(client, _stop_in(stop))
    try:
        answer = await start_mail(client, request, within=within)
    except WorkflowUpdateFailedError:
        if stop is None:
            raise
        # Temporal has lifted it before, and our table hasn't heard of that.
        answer = Answer.DONE
    await _start_kept(database, request, stop)
    return answer


async def tell_owed_stop(client: Client, database: Database, *, within: timedelta) -> bool:
    """Tell Temporal of a stop that it hasn't confirmed yet; return True when none is owed.

    Raises:
        RPCError: Temporal can't be reached.
        DatabaseUnavailable: the database is away.
    """
    async with database.reading() as connection:
        control = await read_control(connection)
    if control is None or control.untold is None:
        return True
    owed = _stop_in(control)
    with suppress(WorkflowUpdateFailedError):
        # Refused is a stop where mail is stopped already.
        if await stop_mail(client, owed, within=within) is not Answer.DONE:
            return False
    async with database.writing() as connection:
        await told(connection, owed.request_id)
    return True


async def renew_switch(client: Client) -> None:
    """Let the workflow that keeps the switch go on in a new run, where a key is to be dropped.

    It never ends, so it alone would need for ever the key with which it was begun. Idempotent.

    Raises:
        RPCError: Temporal can't be reached.
    """
    if not has_older_keys(client):
        return
    try:
        await client.get_workflow_handle(CONTROL_WORKFLOW_ID).signal(RolloutControlWorkflow.renew)
    except RPCError as error:
        if not is_workflow_not_found(error):
            raise


async def _stop_kept(database: Database | None, request: AdminRequest) -> bool:
    """Write the stop into the table; return False where that can't be done."""
    if database is None:
        return False
    with suppress(DatabaseError):
        async with database.writing() as connection:
            known = await read_control(connection, for_update=True)
            if known is None or not known.mail_stopped:
                known = _control(request, mail_stopped=True)
            await set_control(connection, replace(known, untold=request.request_id))
        return True
    return False


async def _told(database: Database | None, request: AdminRequest) -> None:
    """Note that Temporal knows; where that fails, a worker tells it once more."""
    if database is not None:
        with suppress(DatabaseError):
            async with database.writing() as connection:
                await told(connection, request.request_id)


async def _start_kept(
    database: Database | None, request: AdminRequest, stop: MailControl | None
) -> None:
    """Write that mail was started, where the table has no other stop than the one lifted.

    Somebody may have stopped mail again since; what else differs a worker writes.
    """
    if database is None:
        return
    with suppress(DatabaseError):
        async with database.writing() as connection:
            known = await read_control(connection, for_update=True)
            if known is None or not known.mail_stopped or known == stop:
                await set_control(connection, _control(request, mail_stopped=False))


async def _stop_in_table(database: Database | None) -> MailControl | None:
    if database is None:
        return None
    with suppress(DatabaseError):
        async with database.reading() as connection:
            control = await read_control(connection)
        if control is not None and control.mail_stopped:
            return control
    return None


def _stop_in(control: MailControl) -> AdminRequest:
    """Return the stop as Temporal is told of it."""
    return AdminRequest(
        actor=control.actor or "",
        reason=control.reason or "",
        request_id=control.untold or control.request_id or "",
    )


def _control(request: AdminRequest, *, mail_stopped: bool) -> MailControl:
    return MailControl(
        mail_stopped=mail_stopped,
        since=datetime.now(UTC),
        actor=request.actor,
        reason=request.reason,
        request_id=request.request_id if mail_stopped else None,
    )

"""Stops all mail of the rollout and starts it again: in our table, and in Temporal."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from client.requests import Answer, start_mail, stop_mail
from database.engine import Database
from database.errors import DatabaseError
from database.rollout.control import read_control, set_control
from domain.enrolment.messages import AdminRequest
from domain.records.rollout import MailControl


async def stop_all_mail(
    client: Client, database: Database, request: AdminRequest, *, within: timedelta
) -> Answer:
    """Let no mail leave any more.

    Every mail asks our table in the transaction that counts it, so the table comes first: it holds
    without a worker.

    Raises:
        WorkflowUpdateFailedError: mail is stopped already.
        RPCError: Temporal can't be reached; the table holds all the same.
    """
    with suppress(DatabaseError):
        await keep_switch(database, request, stopped=True)
    return await stop_mail(client, request, within=within)


async def start_all_mail(
    client: Client, database: Database, request: AdminRequest, *, within: timedelta
) -> Answer:
    """Let mails leave again.

    Raises:
        WorkflowUpdateFailedError: mail isn't stopped.
        RPCError: Temporal can't be reached; mail stays stopped.
    """
    answer = await start_mail(client, request, within=within)
    with suppress(DatabaseError):
        await keep_switch(database, request, stopped=False)
    return answer


async def keep_switch(database: Database, request: AdminRequest, *, stopped: bool) -> None:
    """Write the switch into our table; the first reason for a stop stays.

    Where that fails, a worker does it.

    Raises:
        DatabaseError: the table can't be written.
    """
    control = MailControl(
        mail_stopped=stopped,
        since=datetime.now(UTC),
        actor=request.actor,
        reason=request.reason,
    )
    async with database.writing() as connection:
        known = await read_control(connection)
        if not (stopped and known and known.mail_stopped):
            await set_control(connection, control)

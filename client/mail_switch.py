"""Stops all mail and starts it again: in our table, and in the workflow that keeps the switch."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.client import Client

from client.requests import Answer, start_mail, stop_mail
from database.engine import Database
from database.errors import DatabaseError
from database.rollout.control import read_control, set_control
from domain.enrolment.messages import AdminRequest
from domain.tables.rollout import MailControl


async def stop_all_mail(
    client: Client, database: Database, request: AdminRequest, *, within: timedelta
) -> Answer:
    """Let no mail leave any more; the first reason for a stop stays.

    Every mail asks our table in the transaction that counts it, so the table comes first: it holds
    without a worker. On PostgreSQL the API may not write it, and a worker does.

    Raises:
        WorkflowUpdateFailedError: mail is stopped already.
        RPCError: Temporal can't be reached.
    """
    await _keep(database, request, stopped=True)
    return await stop_mail(client, request, within=within)


async def start_all_mail(
    client: Client, database: Database, request: AdminRequest, *, within: timedelta
) -> Answer:
    """Let mails leave again; whatever is due is sent, once each.

    Raises:
        WorkflowUpdateFailedError: mail isn't stopped.
        RPCError: Temporal can't be reached.
    """
    answer = await start_mail(client, request, within=within)
    await _keep(database, request, stopped=False)
    return answer


async def keep_switch(connection: AsyncConnection, request: AdminRequest, *, stopped: bool) -> None:
    """Write the switch into our table; the first reason for a stop stays."""
    control = MailControl(
        mail_stopped=stopped,
        since=datetime.now(UTC),
        actor=request.actor,
        reason=request.reason,
    )
    known = await read_control(connection)
    if not (stopped and known and known.mail_stopped):
        await set_control(connection, control)


async def _keep(database: Database, request: AdminRequest, *, stopped: bool) -> None:
    """Write it where that is possible; where it fails, a worker does it."""
    with suppress(DatabaseError):
        async with database.writing() as connection:
            await keep_switch(connection, request, stopped=stopped)

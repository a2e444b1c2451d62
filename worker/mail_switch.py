"""Copies the switch of all mail into our tables, for people and programs that read there."""

import logging
from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.service import RPCError

from activities.mail.kill_switch import MailSwitch
from database.engine import Database
from database.rollout.control import read_control, set_control
from domain.records.rollout import MailControl

log = logging.getLogger(__name__)


async def copy_mail_switch(client: Client, database: Database) -> None:
    """Write whether mail is stopped where the table says otherwise; the workflow is the truth.

    Whoever throws the switch writes the table, too. This covers those who couldn't.

    While Temporal can't be asked, the table stays as it is.

    Raises:
        DatabaseUnavailable: the database is away.
    """
    try:
        stop = await MailSwitch(client=client).stop()
    except RPCError as error:
        log.warning("The switch of all mail can't be read: %s", error.status.name)
        return
    async with database.reading() as connection:
        control = await read_control(connection)
    known = (control.actor, control.reason) if control and control.mail_stopped else None
    wanted = (stop.actor, stop.reason) if stop else None
    if known == wanted:
        return
    copied = MailControl(
        mail_stopped=stop is not None,
        since=datetime.now(UTC),
        actor=stop.actor if stop else None,
        reason=stop.reason if stop else None,
    )
    async with database.writing() as connection:
        await set_control(connection, copied)

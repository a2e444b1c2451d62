"""What a worker tells our tables beside that it runs: the mail switch, and its limits."""

import logging
from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.service import RPCError

from activities.mail.kill_switch import MailSwitch
from database.engine import Database
from database.rollout.control import read_control, set_control
from database.rollout.policy import read_policy, set_policy
from domain.tables.rollout import MailControl
from domain.tables.sending import LimitsInForce
from settings import WorkerSettings

log = logging.getLogger(__name__)


async def report(client: Client, database: Database, settings: WorkerSettings) -> None:
    """Bring the tables up to what is in force; nothing is written where they say so already.

    Raises:
        DatabaseUnavailable: the database is away.
    """
    await copy_mail_switch(client, database)
    limits = LimitsInForce(
        per_minute=settings.mail_per_minute,
        per_hour=settings.mail_per_hour,
        per_day=settings.mail_per_day,
    )
    await tell_limits(database, limits)


async def tell_limits(database: Database, limits: LimitsInForce) -> None:
    """Write the limits in force where the table says otherwise.

    Raises:
        DatabaseUnavailable: the database is away.
    """
    async with database.reading() as connection:
        known = await read_policy(connection)
    if known != limits:
        async with database.writing() as connection:
            await set_policy(connection, limits, now=datetime.now(UTC))


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
        log.warning("mail switch not read", extra={"reason": error.status.name})
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

"""What a worker tells our tables beside that it runs: the mail switch, its settings, what ended."""

import logging
from datetime import UTC, datetime, timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from activities.mail.kill_switch import MailSwitch
from client.bulk.settle import settle_requests
from client.mail_switch import tell_owed_stop
from database.engine import Database
from database.rollout.control import read_control, set_control
from database.rollout.policy import (
    read_policy,
    read_worker_settings,
    set_policy,
    set_worker_settings,
)
from domain.mail_switch import copied_switch
from domain.tables.rollout import WorkerSettingsInForce
from domain.tables.sending import LimitsInForce
from settings import WorkerSettings

# A worker answers itself, once it has done what is due before.
ANSWERS_WITHIN = timedelta(seconds=20)

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
    await tell_settings(database, settings_in_force(settings))
    try:
        await settle_requests(client, database, now=datetime.now(UTC))
    except RPCError as error:
        log.warning("requests not settled", extra={"reason": error.status.name})


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


def settings_in_force(settings: WorkerSettings) -> WorkerSettingsInForce:
    """Return what is told of a worker's other settings: no names of people."""
    return WorkerSettingsInForce(
        deadline=settings.enrolment_deadline,
        has_excluded_group=settings.excluded_group_id is not None,
        excluded_users=len(settings.excluded_users),
        guests=settings.guests,
        counted_methods=settings.counted_methods,
        recheck_active=settings.recheck_active,
        registration_sweep=settings.registration_sweep,
        attention_after_click=settings.attention_after_click,
        retain_ended=settings.retain_ended,
        escalation_fallback=settings.escalation_fallback,
        mail_redirect_to=settings.mail_redirect_to,
    )


async def tell_settings(database: Database, settings: WorkerSettingsInForce) -> None:
    """Write the worker's other settings where the table says otherwise.

    Raises:
        DatabaseUnavailable: the database is away.
    """
    async with database.reading() as connection:
        known = await read_worker_settings(connection)
    if known != settings:
        async with database.writing() as connection:
            await set_worker_settings(connection, settings, now=datetime.now(UTC))


async def copy_mail_switch(client: Client, database: Database) -> None:
    """Write whether mail is stopped where the table says otherwise.

    Whoever stops or starts mail writes the table, too. This covers those who couldn't. A stop that
    Temporal hasn't confirmed is told first, and stays in the table until then. So does one that a
    restored Temporal has forgotten: it is told again.

    While Temporal can't be asked, the table stays as it is.

    Raises:
        DatabaseUnavailable: the database is away.
    """
    try:
        if not await tell_owed_stop(client, database, within=ANSWERS_WITHIN):
            return
        switch = await MailSwitch(client=client).state()
    except RPCError as error:
        log.warning("mail switch not read", extra={"reason": error.status.name})
        return
    now = datetime.now(UTC)
    async with database.reading() as connection:
        if copied_switch(await read_control(connection), switch, now) is None:
            return
    async with database.writing() as connection:
        known = await read_control(connection, for_update=True)
        # Somebody may have stopped mail since Temporal was asked.
        if known is not None and known.untold is not None:
            return
        if copied := copied_switch(known, switch, now):
            await set_control(connection, copied)
            if copied.untold is not None:
                log.warning("stop of all mail not known to Temporal")

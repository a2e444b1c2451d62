"""Asks our own tables, where there are any, what would keep an import's mails from leaving now."""

from collections.abc import Collection
from dataclasses import dataclass

from cli.database import has_file
from cli.terminal import err
from database.engine import database_at
from database.errors import DatabaseError
from database.mail.senders import read_senders
from database.rollout.control import read_control
from database.schema_version import check
from settings import DatabaseSettings, demo_calendar, load_settings

_NOT_READ = (
    "Our tables can't be read, so a stop of all mail or a blocked mailbox would not show here: "
    "`mfa-rollout doctor` says why."
)


@dataclass(frozen=True, slots=True)
class HeldMail:
    """What holds mails now: a stop of all mail, or mailboxes that may not send."""

    mail_stopped: bool = False
    blocked: tuple[str, ...] = ()


async def read_held_mail(mailboxes: Collection[str]) -> HeldMail:
    """Return what holds the mails of these mailboxes now; nothing before the first `migrate`.

    The days of a demo are not those that a plan is made of, nor are its stops.

    Raises:
        SettingsError: a setting is wrong.
    """
    if demo_calendar() is not None:
        return HeldMail()
    settings = load_settings(DatabaseSettings)
    database = database_at(settings.database_address, settings.data_dir)
    if not has_file(database):
        return HeldMail()
    try:
        await check(database)
        async with database.reading() as connection:
            control, known = await read_control(connection), await read_senders(connection)
    except DatabaseError:
        err.print(_NOT_READ, soft_wrap=True)
        return HeldMail()
    finally:
        await database.close()
    return HeldMail(
        mail_stopped=control is not None and control.mail_stopped,
        blocked=tuple(one.address for one in known if one.address in mailboxes and one.is_blocked),
    )

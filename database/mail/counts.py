"""How many mails a mailbox has sent lately, as its budgets ask: one statement for all of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import control, sent_mail
from domain.tables.mail import MailLimits

_m = sent_mail.c
_IN_SHARE = _m.from_form_share.is_(True)
_DAY = _m.sending_at > bindparam("day")
# Put together once: that takes longer than to run it. An index has all that it asks for.
_ALL = select(
    func.count()
    .filter(_m.sending_at > bindparam("minute"), _m.sending_at <= bindparam("soon"))
    .label("minute"),
    func.count().filter(_m.sending_at > bindparam("hour")).label("hour"),
    func.count().filter(_DAY).label("day"),
    func.count().filter(_DAY, _IN_SHARE).label("from_share"),
    func.count().filter(_DAY, _IN_SHARE, _m.network == bindparam("network")).label("by_network"),
    select(control.c.mail_stopped).scalar_subquery().label("stopped"),
).where(
    _m.sender == bindparam("mailbox"),
    _m.sending_at > bindparam("earliest"),
)
# A mail that is sent a second time is counted; with its key each mail's row is read.
_OTHERS = _ALL.where(_m.key != bindparam("mail_key"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Mails that left a mailbox, without the one that asks, and whether all mail is stopped.

    Those of a ``minute`` are without what a clock has counted that was ahead.
    ``from_share`` of the day's used what is kept for the form, and ``by_network`` of these were for
    the network of the mail that asks.
    """

    minute: int
    hour: int
    day: int
    from_share: int
    by_network: int
    is_stopped: bool


async def count_mails(
    connection: AsyncConnection, mail: Row[Any], limits: MailLimits, now: datetime
) -> Counts:
    """Count what its mailbox has sent before this mail."""
    asked = {
        "mailbox": mail.sender,
        "network": mail.network,
        "minute": now - limits.minute,
        "soon": now + limits.minute,
        "hour": now - limits.hour,
        "day": now - limits.day,
        "earliest": now - max(limits.minute, limits.hour, limits.day),
    }
    query = _ALL
    if mail.sending_at is not None:
        query, asked = _OTHERS, asked | {"mail_key": mail.key}
    row = (await connection.execute(query, asked)).one()
    return Counts(
        minute=row.minute,
        hour=row.hour,
        day=row.day,
        from_share=row.from_share,
        by_network=row.by_network,
        is_stopped=bool(row.stopped),
    )

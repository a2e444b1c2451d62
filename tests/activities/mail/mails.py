"""What tests of mails share: people, and the mails that were written to them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from activities.mail.inputs import Delivered, DeliverMailInput
from database.schema import sent_mail
from domain.mail.content import Withheld
from domain.tables.mail import MailState
from simulated_tenant.directory.users import User
from simulated_tenant.exchange.message import Message
from tests.activities.attempts import Attempts
from tests.activities.stage import Stage

_LINK = re.compile(r"""(?:href|src)=["'](https://[^"']+)["']""")


def delivering(stage: Stage, **info: Any) -> Attempts[Delivered]:
    """Return the attempts of one mail."""
    return Attempts(stage.mail_activities.deliver_mail, **info)


def withdrawing(stage: Stage) -> Attempts[Delivered]:
    """Return the attempts of one withdrawal."""
    return Attempts(stage.mail_activities.withdraw_mail)


def links(message: Message) -> set[str]:
    """Return every link and picture of a mail."""
    return {link.replace("&amp;", "&") for link in _LINK.findall(message.html or "")}


def received(stage: Stage, user: User) -> list[Message]:
    """Return what somebody got."""
    return stage.tenant.mailbox(user.user_principal_name)


def only(stage: Stage, to: User | str) -> Message:
    """Return the only mail that was sent to somebody."""
    (message,) = stage.mails(to)
    return message


def receivers(message: Message) -> list[str]:
    """Return whom a mail goes to."""
    return [recipient.address for recipient in message.recipients]


async def state_of(stage: Stage, mail: DeliverMailInput) -> MailState:
    """Return what a mail's row says."""
    return MailState((await row_of(stage, mail))["state"])


async def row_of(stage: Stage, mail: DeliverMailInput) -> dict[str, Any]:
    """Return a mail's row."""
    async with stage.database.reading() as connection:
        query = select(sent_mail).where(sent_mail.c.key == mail.key)
        return dict((await connection.execute(query)).mappings().one())


async def two_minutes_later(stage: Stage, mail: DeliverMailInput) -> None:
    """Let the sending of a mail have begun two minutes earlier than it did."""
    row = await row_of(stage, mail)
    earlier: datetime = (row["sending_at"] or datetime.now(UTC)) - timedelta(minutes=2)
    async with stage.database.writing() as connection:
        mine = sent_mail.c.key == mail.key
        await connection.execute(update(sent_mail).where(mine).values(sending_at=earlier))


def assert_withheld(delivered: Delivered, reason: Withheld) -> None:
    """Make sure that nothing left, and why."""
    assert (delivered.withheld, delivered.sent_at) == (reason, None)

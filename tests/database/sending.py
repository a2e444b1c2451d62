"""A process that sends as much as it may: ``sending URL FIRST LAST``, mails by their numbers."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from database.engine import Database
from database.mail import budget, steps
from database.mail.reservation import reserve
from domain.tables.mail import MailLimits, NotYet
from tests.database.values import mail

LIMITS = MailLimits(
    per_minute=1000, per_hour=25, per_day=1000, minute=timedelta(), hour=timedelta(hours=1)
)


async def send(database: Database, number: int, limits: MailLimits) -> bool:
    """Take a mail through its steps as far as the budget lets it, and say whether it left."""
    key = mail(number).key
    for_whom = mail(number)
    now = datetime.now(UTC)
    async with database.writing() as connection:
        await reserve(connection, for_whom, attempt="one", now=now)
        await steps.drafting(connection, key, "one")
        await steps.drafted(connection, key, "one", draft_id="d", template_hash="t", values={})
    today = (now - timedelta(hours=12), now + timedelta(hours=12))
    async with database.writing() as connection:
        answer = await budget.sending(
            connection, key, "one", limits=limits, clock=lambda: datetime.now(UTC), today=today
        )
    return not isinstance(answer, NotYet)


async def _main(url: str, first: str, last: str) -> None:
    database = Database(url)
    print("ready", flush=True)  # noqa: T201
    await asyncio.to_thread(sys.stdin.readline)
    numbers = range(int(first), int(last))
    left = await asyncio.gather(*(send(database, number, LIMITS) for number in numbers))
    print(sum(left), flush=True)  # noqa: T201
    await database.close()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))

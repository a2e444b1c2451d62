"""How well a long queue of mails uses what its mailbox may send, and never more."""

from datetime import datetime

from sqlalchemy import select

from bench.people import import_people, put_into_tenant, until
from bench.rows import Measured, RowName, busiest
from bench.sizes import Size
from bench.stand import Stand
from database.engine import Database, database_at
from database.schema import sent_mail

MINUTE = 60.0


async def measure_mail_queue(stand: Stand, size: Size) -> list[Measured]:
    """Import more people than their mailbox may mail in a minute, with tables of their own."""
    data = stand.layout.folder / "mail-queue"
    rate = size.mails_per_minute
    async with stand.worker(data=data, MAIL_PER_MINUTE=str(rate)):
        database = database_at(None, data.absolute())
        try:
            await import_people(stand, "mail", await put_into_tenant(stand, size.mails))

            async def all_are_sent() -> bool:
                return len(await _sent_at(database)) >= size.mails

            await until(all_are_sent)
            sent = await _sent_at(database)
        finally:
            await database.close()
    instants = [one.timestamp() for one in sent]
    in_a_minute = (len(instants) - 1) / (instants[-1] - instants[0]) * MINUTE
    most = busiest(instants, MINUTE)
    return [
        Measured(
            name=RowName.MAIL_QUOTA,
            figure=in_a_minute / rate,
            ours=in_a_minute,
            beside=rate,
            measured_in="a minute",
        ),
        Measured(
            name=RowName.BUSIEST_MINUTE,
            figure=most / rate,
            ours=most,
            beside=rate,
            measured_in="mails",
        ),
    ]


async def _sent_at(database: Database) -> list[datetime]:
    query = select(sent_mail.c.sending_at).where(sent_mail.c.sending_at.is_not(None))
    async with database.reading() as connection:
        found = await connection.scalars(query.order_by(sent_mail.c.sending_at))
        return [one for one in found if one is not None]

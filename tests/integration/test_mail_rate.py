"""A long queue of mails uses what its mailbox may send in a minute, and never more."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from database.engine import Database, default_url
from database.schema import sent_mail
from tests.support.eventually import eventually
from tests.support.product import running_product

PER_MINUTE = 25
PEOPLE = 60
MINUTE = timedelta(minutes=1)


def busiest_minute(stamps: list[datetime]) -> int:
    """Return how many stamps lie within a minute, where they are most."""
    return max(sum(one <= other < one + MINUTE for other in stamps) for one in stamps)


@pytest.mark.long
@pytest.mark.alone
async def test_two_workers_use_a_mailbox_and_never_more(tmp_path: Path) -> None:
    """Two workers send 60 mails: at most 25 in any minute, and 0.95 of that at least."""
    settings = {"MAIL_PER_MINUTE": str(PER_MINUTE)}
    async with running_product(tmp_path, day_seconds=86_400, **settings) as product:
        await product.start_worker()
        first = product.worker
        await product.start_worker()
        people = [await product.add_person(f"reader.{number}") for number in range(PEOPLE)]
        await product.import_people(*people, batch_id="rate")
        database = Database(default_url(product.layout.data_dir))

        async def stamps() -> list[datetime]:
            query = select(sent_mail.c.sending_at).order_by(sent_mail.c.sending_at)
            async with database.reading() as connection:
                return list(
                    await connection.scalars(query.where(sent_mail.c.sending_at.is_not(None)))
                )

        async def all_are_sent() -> bool:
            return len(await stamps()) == PEOPLE

        await eventually(all_are_sent, seconds=600)
        sent = await stamps()
        await database.close()
        assert first is not None
        first.kill()
        await first.wait()
    used = (PEOPLE - 1) / ((sent[-1] - sent[0]) / MINUTE) / PER_MINUTE
    print(f"\nbusiest minute {busiest_minute(sent)} of {PER_MINUTE}, used {used:.3f}")  # noqa: T201 - a figure for the note
    assert busiest_minute(sent) <= PER_MINUTE
    assert used >= 0.95

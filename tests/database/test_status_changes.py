"""Webhooks are to be told of a change exactly when the person's row is written."""

from datetime import timedelta

import pytest

from database.engine import Database
from database.erasure.erase import erase
from database.portal.webhooks import (
    WebhookQueue,
    add_webhook,
    count_pending,
    read_webhooks,
    remove_webhook,
)
from domain.status import EnrolmentEnd, InviteStatus
from domain.webhooks.records import StatusChange, Webhook
from tests.database.values import NOW, TOMBSTONES, object_id, person, put

IDS = [f"{number}0000000-0000-4000-8000-000000000000" for number in (1, 2, 3)]
SENT, CLICKED = InviteStatus.SENT, InviteStatus.CLICKED


@pytest.fixture
async def queue(database: Database) -> WebhookQueue:
    """Give the messages of three webhooks, of which the last was given up."""
    for number, webhook_id in enumerate(IDS):
        async with database.writing() as connection:
            new = Webhook(
                webhook_id=webhook_id,
                url="https://hooks.contoso.com",
                secret="whsec_c2VjcmV0",
                created_by="ada",
                created_at=NOW + timedelta(seconds=number),
            )
            await add_webhook(connection, new)
    queue = WebhookQueue(database)
    await queue.give_up(IDS[2])
    return queue


def changes(*steps: tuple[int, InviteStatus, InviteStatus | None]) -> list[StatusChange]:
    """Return the changes of one person."""
    return [
        StatusChange(
            object_id=object_id(1),
            revision=revision,
            status=status,
            previous_status=previous,
            ended=None,
            batch_id=person(1).batch_id,
        )
        for revision, status, previous in steps
    ]


async def test_a_change_is_kept_once_for_each_webhook(
    database: Database, queue: WebhookQueue
) -> None:
    """Not for a write that changes nothing, comes late or comes twice; nor if it was given up."""
    for revision, status in ((1, SENT), (2, SENT), (4, CLICKED), (4, CLICKED), (3, SENT)):
        await put(database, person(1, revision=revision, status=status))
    expected = changes((1, SENT, None), (4, CLICKED, SENT))
    for webhook_id in IDS[:2]:
        assert await queue.pending(webhook_id, 9) == expected
        assert await queue.pending(webhook_id, 1) == expected[:1]
    assert await queue.pending(IDS[2], 9) == []


async def test_a_row_that_a_mail_brought_along_is_told_by_the_next_write(
    database: Database, queue: WebhookQueue
) -> None:
    """It has the revision 0, and nobody knows since when it is so."""
    await put(database, person(1, revision=0, status=SENT))
    assert await queue.pending(IDS[0], 9) == []
    await put(database, person(1, revision=7, status=SENT))
    assert await queue.pending(IDS[0], 9) == changes((7, SENT, None))


async def test_an_end_is_told(database: Database, queue: WebhookQueue) -> None:
    """An enrolment that is cancelled keeps its status, and somebody may want to know."""
    await put(database, person(1, revision=1, status=SENT))
    await put(database, person(1, revision=2, status=SENT, ended=EnrolmentEnd.CANCELLED))
    (_, end) = await queue.pending(IDS[0], 9)
    assert (end.status, end.previous_status, end.ended) == (SENT, SENT, EnrolmentEnd.CANCELLED)


async def test_what_is_removed_or_erased_is_not_told(
    database: Database, queue: WebhookQueue
) -> None:
    """The messages of a webhook go with it, and those about a person with them."""
    await put(database, person(1, revision=1))
    await put(database, person(2, revision=1))
    async with database.writing() as connection:
        assert await remove_webhook(connection, IDS[0])
        assert not await remove_webhook(connection, IDS[0])
        gone = await erase(connection, object_id(1), now=NOW, tombstones=TOMBSTONES)
        assert gone["webhook_delivery"] == 1
    async with database.reading() as connection:
        assert await count_pending(connection) == {IDS[1]: 1}
        assert [one.webhook_id for one in await read_webhooks(connection)] == IDS[1:]

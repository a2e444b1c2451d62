"""Telling a webhook: in order, each message until it is taken, and no longer than three days."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from activities.webhooks.deliver import WebhookActivities, WebhookInput, WebhookReport
from database.engine import Database
from database.portal.webhooks import (
    ATTEMPTS_KEPT,
    WebhookQueue,
    add_webhook,
    count_pending,
    read_attempts,
    read_webhook,
    resume_webhook,
)
from database.schema import webhook as webhook_table
from domain.failures import FailureType
from domain.status import InviteStatus
from domain.webhooks.records import PostAnswer, Webhook, WebhookTrouble
from tests.activities.attempts import Attempts, assert_passing
from tests.database.values import NOW, person, put
from tests.support.receiver import Receiver, receiver
from webhooks.endpoint import Endpoints

ID = "3f2a0000-0000-4000-8000-000000000001"
INPUT = WebhookInput(webhook_id=ID)
SENT, ACTIVE = InviteStatus.SENT, InviteStatus.ACTIVE


@pytest.fixture
async def here() -> AsyncIterator[Receiver]:
    """Listen for messages."""
    async with receiver() as here:
        yield here


def delivering(database: Database) -> Attempts[WebhookReport]:
    """Return the attempts of one delivery."""
    endpoints = Endpoints(allow_private=True)
    activities = WebhookActivities(queue=WebhookQueue(database), endpoints=endpoints)
    return Attempts(activities.deliver_webhook)


async def add(database: Database, here: Receiver, *statuses: InviteStatus) -> None:
    """Add a webhook that leads to the receiver, and two people with two statuses each."""
    async with database.writing() as connection:
        new = Webhook(
            webhook_id=ID,
            url=here.url,
            secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            created_by="ada",
            created_at=NOW,
            statuses=statuses,
        )
        await add_webhook(connection, new)
    for step, status in enumerate((SENT, ACTIVE)):
        for number in (1, 2):
            await put(database, person(number, status=status, revision=10 * step + number))


async def known(database: Database) -> Webhook:
    """Return the webhook as the tables have it."""
    async with database.reading() as connection:
        found = await read_webhook(connection, ID)
    assert found is not None
    return found


async def waiting(database: Database) -> int:
    """Return how many messages wait."""
    async with database.reading() as connection:
        return (await count_pending(connection)).get(ID, 0)


def told(here: Receiver) -> list[tuple[str, str]]:
    """Return of whom the receiver was told what."""
    bodies = [json.loads(body)["data"] for _, body in here.requests]
    return [(body["objectId"][-1], body["status"]) for body in bodies]


async def test_messages_come_in_order_and_are_repeated_until_taken(
    sqlite_database: Database, here: Receiver
) -> None:
    """The next attempt goes on with the message that failed, under the same id."""
    await add(sqlite_database, here)
    here.answers += ["204 No Content", "503 Busy\nretry-after: 7"]
    attempts = delivering(sqlite_database)
    failure = await attempts.failure(INPUT)
    assert_passing(failure, FailureType.SERVICE_UNAVAILABLE)
    assert failure.next_retry_delay == timedelta(seconds=7)
    failed = await known(sqlite_database)
    assert (failed.trouble, failed.answered) == (WebhookTrouble.ANSWERED, 503)
    assert failed.failing_since is not None
    assert failed.delivered_at is not None

    assert await attempts.next(INPUT) == WebhookReport(delivered=3)

    order = [("1", "Sent"), ("2", "Sent"), ("2", "Sent"), ("1", "Active"), ("2", "Active")]
    assert told(here) == order
    ids = [headers["webhook-id"] for headers, _ in here.requests]
    assert ids[1] == ids[2]
    assert len(set(ids)) == 4
    well = await known(sqlite_database)
    assert (well.trouble, well.answered, well.failing_since) == (None, None, None)
    assert await waiting(sqlite_database) == 0
    assert await delivering(sqlite_database).next(INPUT) == WebhookReport()
    async with sqlite_database.reading() as connection:
        attempts_kept = await read_attempts(connection, ID)
    assert [(one.status, one.answered) for one in reversed(attempts_kept)] == [
        (SENT, None),
        (SENT, 503),
        (SENT, None),
        (ACTIVE, None),
        (ACTIVE, None),
    ]


async def test_a_webhook_is_told_of_the_statuses_that_it_wants(
    sqlite_database: Database, here: Receiver
) -> None:
    """The others are forgotten."""
    await add(sqlite_database, here, ACTIVE)
    assert await delivering(sqlite_database).next(INPUT) == WebhookReport(delivered=2)
    assert told(here) == [("1", "Active"), ("2", "Active")]
    assert await waiting(sqlite_database) == 0


@pytest.mark.parametrize("answer", ["410 Gone", "500 Oh"])
async def test_a_webhook_is_given_up(
    sqlite_database: Database, here: Receiver, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    """At once at a 410, and when every attempt of three days has failed; a log says so."""
    await add(sqlite_database, here)
    here.answers += [answer] * 2
    if answer == "500 Oh":
        await delivering(sqlite_database).failure(INPUT)
        assert (await known(sqlite_database)).enabled
        async with sqlite_database.writing() as connection:
            days_ago = NOW - timedelta(days=400)
            await connection.execute(update(webhook_table).values(failing_since=days_ago))

    assert await delivering(sqlite_database).next(INPUT) == WebhookReport(given_up=True)

    assert ["webhooks list" in str(vars(one)) for one in caplog.records] == [True]
    given_up = await known(sqlite_database)
    assert (given_up.enabled, given_up.answered) == (False, int(answer[:3]))
    await put(sqlite_database, person(3, revision=30))
    assert await waiting(sqlite_database) == 0
    requests = len(here.requests)
    assert await delivering(sqlite_database).next(INPUT) == WebhookReport()
    assert len(here.requests) == requests

    here.answers.clear()
    async with sqlite_database.writing() as connection:
        assert await resume_webhook(connection, ID)
    anew = await known(sqlite_database)
    assert (anew.enabled, anew.trouble, anew.answered, anew.failing_since) == (True, *[None] * 3)
    await put(sqlite_database, person(4, revision=40))
    assert await delivering(sqlite_database).next(INPUT) == WebhookReport(delivered=1)


async def test_the_latest_attempts_are_kept(sqlite_database: Database, here: Receiver) -> None:
    """Tests among them; each webhook keeps its own, and they go with it."""
    await add(sqlite_database, here)
    queue = WebhookQueue(sqlite_database)
    for number in range(ATTEMPTS_KEPT + 2):
        await queue.tested(ID, PostAnswer(), NOW + timedelta(minutes=number))
    await queue.tested(ID.replace("3f2a", "3f2b"), PostAnswer(), NOW)
    async with sqlite_database.reading() as connection:
        kept = await read_attempts(connection, ID)
        nobodys = await read_attempts(connection, ID.replace("3f2a", "3f2b"))
    assert [one.at for one in kept] == [
        NOW + timedelta(minutes=number) for number in range(21, 1, -1)
    ]
    assert {one.status for one in kept} == {None}
    assert nobodys == []


async def test_a_webhook_that_was_removed_is_told_nothing(sqlite_database: Database) -> None:
    """Its last schedule may start a delivery once more; a trial says that it is gone."""
    assert await delivering(sqlite_database).next(INPUT) == WebhookReport()
    activities = WebhookActivities(
        queue=WebhookQueue(sqlite_database), endpoints=Endpoints(allow_private=True)
    )
    answer: PostAnswer = await Attempts(activities.test_webhook).next(INPUT)
    assert answer.trouble is WebhookTrouble.GONE

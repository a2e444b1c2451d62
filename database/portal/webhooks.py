"""Webhooks, and what each of them is still to be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.engine import Database
from database.schema import webhook, webhook_attempt, webhook_delivery
from database.types import Instant
from database.upsert import insert_if_absent
from domain.webhooks.records import PostAnswer, StatusChange, Webhook, WebhookAttempt

# So many of the latest attempts are kept for each webhook.
ATTEMPTS_KEPT = 20

_COLUMNS = tuple(webhook.c[one.name] for one in fields(Webhook))
_ATTEMPT = tuple(webhook_attempt.c[one.name] for one in fields(WebhookAttempt))
_CHANGE = tuple(webhook_delivery.c[one.name] for one in fields(StatusChange))


async def add_webhook(connection: AsyncConnection, new: Webhook) -> bool:
    """Add a webhook, which is told of what changes from now on; False where its id is there."""
    values = {one.name: getattr(new, one.name) for one in fields(Webhook)}
    added = await connection.execute(insert_if_absent(connection.dialect.name, webhook), values)
    return added.rowcount == 1


async def remove_webhook(connection: AsyncConnection, webhook_id: str) -> bool:
    """Remove a webhook and what it was still to be told; say whether there was one."""
    gone = await connection.execute(delete(webhook).where(webhook.c.webhook_id == webhook_id))
    return gone.rowcount == 1


async def read_webhooks(connection: AsyncConnection) -> list[Webhook]:
    """Return all webhooks, the oldest first."""
    query = select(*_COLUMNS).order_by(webhook.c.created_at, webhook.c.webhook_id)
    return [_webhook(row) for row in (await connection.execute(query)).mappings()]


async def read_webhook(connection: AsyncConnection, webhook_id: str) -> Webhook | None:
    """Return one webhook."""
    query = select(*_COLUMNS).where(webhook.c.webhook_id == webhook_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else _webhook(row)


async def count_pending(connection: AsyncConnection) -> dict[str, int]:
    """Count the messages that wait for each webhook; those for which none waits are left out."""
    by = webhook_delivery.c.webhook_id
    rows: Iterable[Any] = await connection.execute(select(by, func.count()).group_by(by))
    return {str(webhook_id): int(count) for webhook_id, count in rows}


async def resume_webhook(connection: AsyncConnection, webhook_id: str) -> bool:
    """Tell a webhook again that was given up, of what changes from now on; False without one."""
    mine = webhook.c.webhook_id == webhook_id
    anew = {"enabled": True, "trouble": None, "answered": None, "failing_since": None}
    return (await connection.execute(update(webhook).where(mine).values(anew))).rowcount == 1


async def read_attempts(connection: AsyncConnection, webhook_id: str) -> list[WebhookAttempt]:
    """Return the latest messages that were posted to a webhook, the latest first."""
    mine = webhook_attempt.c.webhook_id == webhook_id
    query = select(*_ATTEMPT).where(mine).order_by(webhook_attempt.c.number.desc())
    return [WebhookAttempt(**row) for row in (await connection.execute(query)).mappings()]


class WebhookQueue:
    """What webhooks are still to be told, as activities use it: each call is a transaction."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self._database = database

    async def webhook(self, webhook_id: str) -> Webhook | None:
        """Return the webhook, None when it was removed."""
        async with self._database.reading() as connection:
            return await read_webhook(connection, webhook_id)

    async def pending(self, webhook_id: str, limit: int) -> Sequence[StatusChange]:
        """Return the next changes of which it is to be told, the earliest first."""
        query = (
            select(*_CHANGE)
            .where(webhook_delivery.c.webhook_id == webhook_id)
            .order_by(webhook_delivery.c.revision, webhook_delivery.c.object_id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings()
            return [StatusChange(**row) for row in rows]

    async def drop(self, webhook_id: str, change: StatusChange) -> None:
        """Forget a change of which the webhook isn't told."""
        async with self._database.writing() as connection:
            await _drop(connection, webhook_id, change)

    async def delivered(self, webhook_id: str, change: StatusChange, now: datetime) -> None:
        """Say that the webhook has taken the message about a change."""
        well = {"delivered_at": now, "trouble": None, "answered": None, "failing_since": None}
        async with self._database.writing() as connection:
            await _drop(connection, webhook_id, change)
            mine = webhook.c.webhook_id == webhook_id
            await connection.execute(update(webhook).where(mine).values(well))
            await _note(connection, webhook_id, WebhookAttempt(at=now, status=change.status))

    async def tested(self, webhook_id: str, answer: PostAnswer, now: datetime) -> None:
        """Keep what became of a test message."""
        attempt = WebhookAttempt(at=now, trouble=answer.trouble, answered=answer.answered)
        async with self._database.writing() as connection:
            await _note(connection, webhook_id, attempt)

    async def failed(
        self, webhook_id: str, change: StatusChange, answer: PostAnswer, now: datetime
    ) -> datetime:
        """Keep why the webhook didn't take a message, and return since when it takes none."""
        attempt = WebhookAttempt(
            at=now, status=change.status, trouble=answer.trouble, answered=answer.answered
        )
        changes = {
            "trouble": answer.trouble,
            "answered": answer.answered,
            "failing_since": func.coalesce(webhook.c.failing_since, literal(now, Instant)),
        }
        failing = update(webhook).where(webhook.c.webhook_id == webhook_id).values(changes)
        async with self._database.writing() as connection:
            since = await connection.scalars(failing.returning(webhook.c.failing_since))
            await _note(connection, webhook_id, attempt)
            return since.one_or_none() or now

    async def give_up(self, webhook_id: str) -> None:
        """Tell the webhook nothing any more, and forget what it was to be told."""
        async with self._database.writing() as connection:
            mine = webhook.c.webhook_id == webhook_id
            await connection.execute(update(webhook).where(mine).values(enabled=False))
            pending = delete(webhook_delivery).where(webhook_delivery.c.webhook_id == webhook_id)
            await connection.execute(pending)


async def _note(connection: AsyncConnection, webhook_id: str, attempt: WebhookAttempt) -> None:
    """Keep an attempt in place of the oldest; nothing where the webhook was removed meanwhile."""
    names = [column.name for column in _ATTEMPT]
    values = [literal(getattr(attempt, column.name), column.type) for column in _ATTEMPT]
    known = select(webhook.c.webhook_id, *values).where(webhook.c.webhook_id == webhook_id)
    await connection.execute(insert(webhook_attempt).from_select(["webhook_id", *names], known))
    mine = webhook_attempt.c.webhook_id == webhook_id
    latest = select(webhook_attempt.c.number).where(mine)
    kept = latest.order_by(webhook_attempt.c.number.desc()).limit(ATTEMPTS_KEPT)
    older = delete(webhook_attempt).where(mine, webhook_attempt.c.number.not_in(kept))
    await connection.execute(older)


async def _drop(connection: AsyncConnection, webhook_id: str, change: StatusChange) -> None:
    await connection.execute(
        delete(webhook_delivery).where(
            webhook_delivery.c.webhook_id == webhook_id,
            webhook_delivery.c.revision == change.revision,
            webhook_delivery.c.object_id == change.object_id,
        )
    )


def _webhook(row: Mapping[Any, Any]) -> Webhook:
    return Webhook(**{**row, "statuses": tuple(row["statuses"])})

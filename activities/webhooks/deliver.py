"""Telling one webhook what it is still to be told, in order."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from temporalio import activity

from domain.failures import ServiceUnavailable
from domain.webhooks.messages import status_changed, trial_message
from domain.webhooks.records import Message, PostAnswer, StatusChange, Webhook, WebhookTrouble
from domain.webhooks.retry_period import is_given_up

if TYPE_CHECKING:
    from database.portal.webhooks import WebhookQueue

# Then the activity ends, and the next one goes on: no attempt lasts for hours.
WORKS_FOR = timedelta(minutes=5)
AT_ONCE = 100


class Endpoint(Protocol):
    """One webhook's address."""

    async def post(self, message: Message) -> PostAnswer:
        """Sign and post a message in one try."""


class Endpoints(Protocol):
    """Opens the addresses of webhooks."""

    def open(self, webhook: Webhook) -> AbstractAsyncContextManager[Endpoint]:
        """Open the address of a webhook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookInput:
    """Which webhook."""

    webhook_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReport:
    """How many messages a webhook took, and whether it was given up."""

    delivered: int = 0
    given_up: bool = False


class WebhookActivities:
    """Delivers the messages of webhooks."""

    def __init__(self, *, queue: "WebhookQueue", endpoints: Endpoints) -> None:
        """Take the messages, and what opens addresses."""
        self._queue = queue
        self._endpoints = endpoints

    @activity.defn
    async def deliver_webhook(self, input: WebhookInput) -> WebhookReport:
        """Post what the webhook is still to be told, until nothing is left or it takes no more.

        A message is forgotten when the receiver has taken it: at least once, with the same id at
        every attempt. A webhook that has taken nothing for three days, or answers 410, is given up:
        it is told nothing any more until an admin tries it again.

        Raises:
            ServiceUnavailable: a message was not taken; tried again, an hour apart at most.
            DatabaseUnavailable: the database is away.
        """
        webhook = await self._queue.webhook(input.webhook_id)
        if webhook is None or not webhook.enabled:
            return WebhookReport()
        delivered = 0
        ends_at = datetime.now(UTC) + WORKS_FOR
        async with self._endpoints.open(webhook) as endpoint:
            while changes := await self._queue.pending(input.webhook_id, AT_ONCE):
                for change in changes:
                    if webhook.statuses and change.status not in webhook.statuses:
                        await self._queue.drop(input.webhook_id, change)
                        continue
                    answer = await endpoint.post(status_changed(input.webhook_id, change))
                    now = datetime.now(UTC)
                    if answer.trouble is not None:
                        return await self._failed(input.webhook_id, change, answer, delivered)
                    await self._queue.delivered(input.webhook_id, change, now)
                    delivered += 1
                    activity.heartbeat()
                    if now > ends_at:
                        return WebhookReport(delivered=delivered)
        return WebhookReport(delivered=delivered)

    @activity.defn
    async def test_webhook(self, input: WebhookInput) -> PostAnswer:
        """Post a message that says nothing, in one try, and return what became of it.

        Raises:
            DatabaseUnavailable: the database is away.
        """
        webhook = await self._queue.webhook(input.webhook_id)
        if webhook is None:
            return PostAnswer(trouble=WebhookTrouble.GONE)
        async with self._endpoints.open(webhook) as endpoint:
            answer = await endpoint.post(trial_message(input.webhook_id, datetime.now(UTC)))
        await self._queue.tested(input.webhook_id, answer, datetime.now(UTC))
        return answer

    async def _failed(
        self, webhook_id: str, change: StatusChange, answer: PostAnswer, delivered: int
    ) -> WebhookReport:
        now = datetime.now(UTC)
        failing_since = await self._queue.failed(webhook_id, change, answer, now)
        if answer.trouble is WebhookTrouble.GONE or is_given_up(failing_since, now):
            await self._queue.give_up(webhook_id)
            remedy = "`mfa-rollout webhooks list` says why."
            activity.logger.warning("webhook given up", extra={"remedy": remedy})
            return WebhookReport(delivered=delivered, given_up=True)
        wait = answer.retry_after_seconds
        raise ServiceUnavailable(
            "The webhook did not take the message: `mfa-rollout webhooks list` says why.",
            retry_after=None if wait is None else timedelta(seconds=wait),
        )

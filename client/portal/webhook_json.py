"""How a webhook looks as JSON, without its secret: on the command line and over REST."""

from datetime import datetime
from typing import Any

from domain.webhooks.records import PostAnswer, Webhook, WebhookAttempt


def webhook_json(webhook: Webhook, waiting: int) -> dict[str, Any]:
    """Return where a webhook leads, what it is told, what is wrong, and how much waits for it."""
    return {
        "webhookId": webhook.webhook_id,
        "url": webhook.url,
        "statuses": list(webhook.statuses),
        "enabled": webhook.enabled,
        "createdBy": webhook.created_by,
        "createdById": webhook.created_by_id,
        "createdAt": _iso(webhook.created_at),
        "deliveredAt": _iso(webhook.delivered_at),
        "failingSince": _iso(webhook.failing_since),
        "trouble": webhook.trouble,
        "answered": webhook.answered,
        "waiting": waiting,
    }


def attempt_json(attempt: WebhookAttempt) -> dict[str, Any]:
    """Return one message that was posted, and what became of it."""
    return {
        "at": _iso(attempt.at),
        "status": attempt.status,
        "trouble": attempt.trouble,
        "answered": attempt.answered,
    }


def trial_json(webhook: Webhook, posted: PostAnswer) -> dict[str, Any]:
    """Return what became of a test message."""
    return {
        "webhookId": webhook.webhook_id,
        "taken": posted.trouble is None,
        "trouble": posted.trouble,
        "answered": posted.answered,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()

"""What is said of a webhook that has trouble."""

from domain.webhooks.records import PostAnswer, Webhook, WebhookAttempt, WebhookTrouble

TROUBLES = {
    WebhookTrouble.UNREACHABLE: "no connection, or its certificate isn't trusted",
    WebhookTrouble.TIMED_OUT: "no answer in 15 seconds",
    WebhookTrouble.NOT_PUBLIC: (
        "its host leads to a private address; WEBHOOK_PRIVATE_ADDRESSES allows that"
    ),
    WebhookTrouble.ANSWERED: "it answered {answered}",
    WebhookTrouble.GONE: "it answered 410: it wants no messages any more",
}


def trouble_text(of: Webhook | WebhookAttempt | PostAnswer) -> str:
    """Return why a message was not taken; empty where it was."""
    return TROUBLES[of.trouble].format(answered=of.answered) if of.trouble else ""

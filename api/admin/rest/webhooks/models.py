"""A webhook, as REST takes and tells it."""

from datetime import datetime

from pydantic import Field

from api.admin.rest.models import RestModel
from api.admin.rest.request import Reason
from domain.status import InviteStatus
from domain.webhooks.records import WebhookTrouble
from domain.webhooks.url import LONGEST

_ID = Field(description="Its id.", examples=["3f2a0c1e-5f4f-4a34-9d11-1a7a5b2f0f0a"])
_URL = "https://hooks.contoso.com/mfa"
_STATUSES = "The statuses that it is told of; none: all."
_ANSWERED = "The HTTP status, where that is the trouble."


class WebhookModel(RestModel):
    """An address that is told of status changes; its secret is shown when it is added."""

    webhook_id: str = _ID
    url: str = Field(description="Where it leads.", examples=[_URL])
    statuses: list[InviteStatus] = Field(description=_STATUSES, examples=[["Sent", "Active"]])
    enabled: bool = Field(description="Whether it is told; false: it was given up.")
    created_by: str = Field(description="Who added it.", examples=["Ada Lovelace"])
    created_by_id: str | None = Field(
        description="Their ObjectId; null: nobody has verified the name."
    )
    created_at: datetime = Field(description="When it was added.")
    delivered_at: datetime | None = Field(description="When it took a message last.")
    failing_since: datetime | None = Field(description="Since when it takes none.")
    trouble: WebhookTrouble | None = Field(description="Why it didn't take the last message.")
    answered: int | None = Field(description=_ANSWERED)
    waiting: int = Field(description="How many messages wait for it.")


class AttemptModel(RestModel):
    """One message that was posted."""

    at: datetime = Field(description="When.")
    status: InviteStatus | None = Field(description="The status that was told; null: a test.")
    trouble: WebhookTrouble | None = Field(description="Why it was not taken; null: it was.")
    answered: int | None = Field(description=_ANSWERED)


class OneWebhookModel(WebhookModel):
    """A webhook, and the latest messages that were posted to it."""

    attempts: list[AttemptModel] = Field(description="The messages, the latest first.")


class WebhooksModel(RestModel):
    """The webhooks, the oldest first."""

    webhooks: list[WebhookModel] = Field(description="The webhooks.")


class WantedWebhookModel(RestModel):
    """A new webhook."""

    url: str = Field(description="Where it leads: https.", max_length=LONGEST, examples=[_URL])
    statuses: list[InviteStatus] = Field(
        default=[], description=_STATUSES, examples=[["Sent", "Active"]]
    )
    reason: Reason = Field(
        description="Why: it stays in the audit log.", examples=["for the ticket system"]
    )


class AddedWebhookModel(RestModel):
    """A webhook that was added."""

    webhook_id: str = _ID
    secret: str | None = Field(
        description="What a receiver checks signatures with: it is told this once. Null: it was "
        "added earlier with the same key, and its secret was told then."
    )


class TrialModel(RestModel):
    """What became of a test message."""

    webhook_id: str = _ID
    taken: bool | None = Field(
        description="Whether it was taken; null: no worker has answered in time.", examples=[True]
    )
    trouble: WebhookTrouble | None = Field(description="Why it was not taken.")
    answered: int | None = Field(description=_ANSWERED)


class ResumedWebhookModel(RestModel):
    """A webhook that is told again."""

    webhook_id: str = _ID
    enabled: bool = Field(description="It is told what changes from now on.", examples=[True])


class RemovedWebhookModel(RestModel):
    """A webhook that is removed."""

    webhook_id: str = _ID
    removed: bool = Field(description="It is told nothing any more.", examples=[True])

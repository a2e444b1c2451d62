"""Webhooks: listed, added, tested, told again after they were given up, and removed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Depends, HTTPException, Path
from fastapi.exceptions import RequestValidationError
from temporalio.client import WorkflowFailureError

from api.admin.auth import allowed
from api.admin.bearers import Caller
from api.admin.rest.models import body_of, problems, rest_router
from api.admin.rest.request import Asked, AskedOf, ReasonModel
from api.admin.rest.tables import TablesOf
from api.admin.rest.webhooks.models import (
    AddedWebhookModel,
    AttemptModel,
    OneWebhookModel,
    RemovedWebhookModel,
    ResumedWebhookModel,
    TrialModel,
    WantedWebhookModel,
    WebhookModel,
    WebhooksModel,
)
from api.temporal_calls import TO_RECORD, TemporalUnreachable, calling_temporal
from client.audit.entry import audited
from client.portal import webhooks
from client.portal.webhook_json import attempt_json, trial_json, webhook_json
from client.portal.webhook_trial import try_webhook
from database.engine import Database
from database.portal.webhooks import count_pending, read_attempts, read_webhook, read_webhooks
from domain.portal.roles import Permission
from domain.tables.audit import AuditAction
from domain.webhooks.records import Webhook
from domain.webhooks.url import read_webhook_url
from temporal.failures import innermost_message

router = rest_router("webhooks")

WEBHOOKS = "/api/webhooks"
WEBHOOK = WEBHOOKS + "/{webhookId}"
WebhookId = Annotated[UUID, Path(alias="webhookId", description="`webhookId` of the webhook.")]
WebhookAdminOf = Annotated[Caller, Depends(allowed(Permission.WEBHOOKS))]
"""Somebody who may decide which other systems are told of changes."""


@router.get(WEBHOOKS, operation_id="listWebhooks")
async def list_webhooks(_: WebhookAdminOf, tables: TablesOf) -> WebhooksModel:
    """List the webhooks, without their secrets."""
    async with tables.reading() as connection:
        known, pending = await read_webhooks(connection), await count_pending(connection)
    return WebhooksModel(
        webhooks=[
            WebhookModel.model_validate(webhook_json(one, pending.get(one.webhook_id, 0)))
            for one in known
        ]
    )


@router.get(WEBHOOK, operation_id="showWebhook", responses=problems(404))
async def show_webhook(
    webhook_id: WebhookId, _: WebhookAdminOf, tables: TablesOf
) -> OneWebhookModel:
    """Tell where a webhook leads, and the latest messages that were posted to it."""
    webhook = await _read(tables, webhook_id)
    async with tables.reading() as connection:
        attempts = await read_attempts(connection, webhook.webhook_id)
        pending = await count_pending(connection)
    told = webhook_json(webhook, pending.get(webhook.webhook_id, 0))
    posted = [AttemptModel.model_validate(attempt_json(one)) for one in attempts]
    return OneWebhookModel.model_validate(told | {"attempts": posted})


@router.post(
    WEBHOOKS,
    operation_id="addWebhook",
    status_code=HTTPStatus.CREATED,
    responses={
        200: {"model": AddedWebhookModel, "description": "It was added earlier."},
        **problems(413),
    },
    openapi_extra=body_of(WantedWebhookModel),
)
async def add(caller: WebhookAdminOf, asked: AskedOf) -> AddedWebhookModel:
    """Add a webhook, which is told of what changes from now on; the answer has its secret."""
    wanted = await asked.body(WantedWebhookModel)
    actor, config = asked.actor(caller), asked.services.config
    url = _url(
        wanted.url, allow_private=config.portal is not None and config.portal.private_webhooks
    )
    new = Webhook(
        webhook_id=asked.request_id(caller, f"webhook {url} {' '.join(sorted(wanted.statuses))}"),
        url=url,
        secret=webhooks.new_secret(),
        statuses=tuple(wanted.statuses),
        created_by=actor.name,
        created_by_id=actor.object_id,
        created_at=datetime.now(UTC),
    )
    async with asked.tables.reading() as connection:
        is_new = await read_webhook(connection, new.webhook_id) is None
    if is_new:
        async with (
            audited(
                asked.tables,
                actor,
                AuditAction.ADD_WEBHOOK,
                reason=wanted.reason,
                request_id=new.webhook_id,
            ),
            calling_temporal(asked.within),
        ):
            is_new = await webhooks.add_webhook(
                asked.services.client, asked.tables, new, task_queue=config.task_queue
            )
    if not is_new:
        asked.response.status_code = HTTPStatus.OK
    asked.response.headers["Location"] = f"{config.root_path}{WEBHOOKS}/{new.webhook_id}"
    return AddedWebhookModel(webhook_id=new.webhook_id, secret=new.secret if is_new else None)


@router.post(
    WEBHOOK + "/test",
    operation_id="testWebhook",
    responses={
        202: {"model": TrialModel, "description": "No worker has answered in time."},
        **problems(404, 413),
    },
    openapi_extra=body_of(ReasonModel),
)
async def test(webhook_id: WebhookId, caller: WebhookAdminOf, asked: AskedOf) -> TrialModel:
    """Let a worker post a test message, and say whether it was taken."""
    wanted = await asked.body(ReasonModel)
    webhook = await _read(asked.tables, webhook_id)
    within = asked.services.config.result_within
    request_id = asked.request_id(caller, f"test webhook {webhook.webhook_id}")
    try:
        async with _acting(
            asked,
            caller,
            AuditAction.TEST_WEBHOOK,
            wanted.reason,
            within=within + TO_RECORD,
            request_id=request_id,
        ):
            posted = await try_webhook(
                asked.services.client,
                webhook.webhook_id,
                request_id=request_id,
                task_queue=asked.services.config.task_queue,
                within=within,
            )
    except WorkflowFailureError as error:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE, f"The test failed: {innermost_message(error.cause)}"
        ) from None
    if posted is None:
        asked.response.status_code = HTTPStatus.ACCEPTED
        return TrialModel(webhook_id=webhook.webhook_id, taken=None, trouble=None, answered=None)
    return TrialModel.model_validate(trial_json(webhook, posted))


@router.post(
    WEBHOOK + "/resume",
    operation_id="resumeWebhook",
    responses=problems(404, 409, 413),
    openapi_extra=body_of(ReasonModel),
)
async def resume(
    webhook_id: WebhookId, caller: WebhookAdminOf, asked: AskedOf
) -> ResumedWebhookModel:
    """Tell a webhook again that was given up, of what changes from now on."""
    wanted = await asked.body(ReasonModel)
    webhook = await _read(asked.tables, webhook_id)
    if webhook.enabled:
        raise HTTPException(
            HTTPStatus.CONFLICT, "This webhook was not given up: it gets every change."
        )
    async with _acting(asked, caller, AuditAction.RESUME_WEBHOOK, wanted.reason):
        await webhooks.resume_webhook(
            asked.services.client,
            asked.tables,
            webhook.webhook_id,
            task_queue=asked.services.config.task_queue,
        )
    return ResumedWebhookModel(webhook_id=webhook.webhook_id, enabled=True)


@router.post(
    WEBHOOK + "/remove",
    operation_id="removeWebhook",
    responses={
        202: {
            "model": RemovedWebhookModel,
            "description": "Removed; Temporal is away, and a worker that starts deletes its "
            "schedule.",
        },
        **problems(404, 413),
    },
    openapi_extra=body_of(ReasonModel),
)
async def remove(
    webhook_id: WebhookId, caller: WebhookAdminOf, asked: AskedOf
) -> RemovedWebhookModel:
    """Remove a webhook, and what it was still to be told."""
    wanted = await asked.body(ReasonModel)
    webhook = await _read(asked.tables, webhook_id)
    try:
        async with _acting(asked, caller, AuditAction.REMOVE_WEBHOOK, wanted.reason):
            await webhooks.remove_webhook(asked.services.client, asked.tables, webhook.webhook_id)
    except TemporalUnreachable:
        asked.response.status_code = HTTPStatus.ACCEPTED
    return RemovedWebhookModel(webhook_id=webhook.webhook_id, removed=True)


@asynccontextmanager
async def _acting(
    asked: Asked,
    caller: Caller,
    action: AuditAction,
    reason: str,
    *,
    within: timedelta | None = None,
    request_id: str | None = None,
) -> AsyncIterator[None]:
    """Write an action to the audit log, and bound it in time."""
    async with (
        audited(asked.tables, asked.actor(caller), action, reason=reason, request_id=request_id),
        calling_temporal(within or asked.within),
    ):
        yield


def _url(text: str, *, allow_private: bool) -> str:
    """Return the address as it is stored.

    Raises:
        RequestValidationError: it is none, or leads where no webhook may.
    """
    try:
        return read_webhook_url(text, allow_private=allow_private)
    except ValueError as error:
        wrong = {"loc": ("body", "url"), "msg": f"The address {error}."}
        raise RequestValidationError([wrong]) from None


async def _read(tables: Database, webhook_id: UUID) -> Webhook:
    async with tables.reading() as connection:
        webhook = await read_webhook(connection, str(webhook_id))
    if webhook is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "No webhook has this id.")
    return webhook

"""One webhook: what it was told, a test, trying again after it was given up, and its removal."""

from http import HTTPStatus
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from temporalio.client import WorkflowFailureError

from api.portal.access import FormOf, Visitor, reason_in, request_id_in
from api.portal.services import Portal, PortalOf
from api.portal.webhooks.webhooks import WEBHOOKS, WebhookAdmin, state_of
from api.temporal_calls import TO_RECORD, TemporalUnreachable, calling_temporal
from client.audit.entry import audited
from client.portal import webhooks
from client.portal.webhook_trial import try_webhook
from database.portal.webhooks import count_pending, read_attempts, read_webhook
from domain.enrolment.messages import LONGEST_REASON
from domain.tables.audit import AuditAction
from domain.webhooks.records import Webhook
from domain.webhooks.texts import trouble_text
from temporal.failures import innermost_message

router = APIRouter(include_in_schema=False)

_WEBHOOK = f"{WEBHOOKS}/{{webhook_id:uuid}}"


@router.get(_WEBHOOK)
async def show_webhook(webhook_id: UUID, visitor: WebhookAdmin, portal: PortalOf) -> Response:
    """Show where it leads, what waits for it, and the latest messages that were posted."""
    async with portal.database.reading() as connection:
        webhook = await read_webhook(connection, str(webhook_id))
        attempts = await read_attempts(connection, str(webhook_id))
        pending = await count_pending(connection)
    if webhook is None:
        return await _no_webhook(visitor, portal)
    state, tone = state_of(webhook)
    return await portal.pages.page(
        visitor,
        "webhooks/webhook",
        title="Webhook",
        section="settings",
        webhook=webhook,
        state=state,
        tone=tone,
        trouble=trouble_text(webhook),
        waiting=pending.get(webhook.webhook_id, 0),
        attempts=[(one, trouble_text(one)) for one in attempts],
        here=f"{WEBHOOKS}/{webhook.webhook_id}",
        longest=LONGEST_REASON,
        request_id=str(uuid4()),
    )


@router.post(f"{_WEBHOOK}/test")
async def test(webhook_id: UUID, visitor: WebhookAdmin, portal: PortalOf, form: FormOf) -> Response:
    """Let a worker post a test message, and say what became of it.

    A form that is sent twice is one request, and has one message.

    Raises:
        AuditUnavailable: it can't be logged, and nothing was done.
        TemporalUnreachable: Temporal is away.
    """
    webhook = await _read(portal, webhook_id)
    if webhook is None:
        return await _no_webhook(visitor, portal)
    within, request_id = portal.config.result_within, request_id_in(form)
    try:
        async with (
            audited(
                portal.database,
                visitor.actor,
                AuditAction.TEST_WEBHOOK,
                reason=f"webhook {webhook.webhook_id[:8]}",
                request_id=request_id,
            ),
            calling_temporal(within + TO_RECORD),
        ):
            answer = await try_webhook(
                portal.client,
                webhook.webhook_id,
                request_id=request_id,
                task_queue=portal.config.task_queue,
                within=within,
            )
    except WorkflowFailureError as error:
        await visitor.tell("bad", f"The test failed: {innermost_message(error.cause)}")
        return _back(portal, webhook)
    if answer is None:
        told = (
            f"No worker has answered in {within.total_seconds():.0f} seconds. The page Health says "
            "whether one runs."
        )
        await visitor.tell("busy", told)
    elif answer.trouble is not None:
        await visitor.tell("bad", f"The message was not accepted: {trouble_text(answer)}.")
    else:
        await visitor.tell("good", "The message was taken.")
    return _back(portal, webhook)


@router.post(f"{_WEBHOOK}/resume")
async def resume(
    webhook_id: UUID, visitor: WebhookAdmin, portal: PortalOf, form: FormOf
) -> Response:
    """Tell a webhook again that was given up, of what changes from now on.

    Raises:
        AuditUnavailable: it can't be logged, and nothing was done.
        TemporalUnreachable: Temporal is away, and nothing was changed.
    """
    webhook = await _read(portal, webhook_id)
    if webhook is None:
        return await _no_webhook(visitor, portal)
    if webhook.enabled:
        await visitor.tell("busy", "This webhook was not given up: it gets every change.")
        return _back(portal, webhook)
    reason = await _reason(visitor, reason_in(form))
    if reason is None:
        return _back(portal, webhook)
    async with (
        audited(portal.database, visitor.actor, AuditAction.RESUME_WEBHOOK, reason=reason),
        calling_temporal(portal.config.answer_within + TO_RECORD),
    ):
        await webhooks.resume_webhook(
            portal.client,
            portal.database,
            webhook.webhook_id,
            task_queue=portal.config.task_queue,
        )
    await visitor.tell("good", "Resumed: it gets what changes from now on.")
    return _back(portal, webhook)


@router.post(f"{_WEBHOOK}/remove")
async def remove(
    webhook_id: UUID, visitor: WebhookAdmin, portal: PortalOf, form: FormOf
) -> Response:
    """Remove it; while Temporal is away its schedule stays, and does nothing.

    Raises:
        AuditUnavailable: it can't be logged, and nothing was done.
    """
    webhook = await _read(portal, webhook_id)
    if webhook is None:
        return await _no_webhook(visitor, portal)
    reason = await _reason(visitor, reason_in(form))
    if reason is None:
        return _back(portal, webhook)
    try:
        async with (
            audited(portal.database, visitor.actor, AuditAction.REMOVE_WEBHOOK, reason=reason),
            calling_temporal(portal.config.answer_within + TO_RECORD),
        ):
            await webhooks.remove_webhook(portal.client, portal.database, webhook.webhook_id)
    except TemporalUnreachable:
        told = (
            "The webhook is removed. Temporal is away: a worker that starts deletes its schedule."
        )
        await visitor.tell("busy", told)
    else:
        await visitor.tell("good", "The webhook is removed.")
    return portal.go_to(WEBHOOKS)


async def _reason(visitor: Visitor, reason: str) -> str | None:
    if not reason:
        await visitor.tell("bad", "Nothing was done: a reason is missing.")
        return None
    return reason


async def _read(portal: Portal, webhook_id: UUID) -> Webhook | None:
    async with portal.database.reading() as connection:
        return await read_webhook(connection, str(webhook_id))


def _back(portal: Portal, webhook: Webhook) -> Response:
    return portal.go_to(f"{WEBHOOKS}/{webhook.webhook_id}")


async def _no_webhook(visitor: Visitor, portal: Portal) -> Response:
    return await portal.pages.page(
        visitor,
        "webhooks/no_webhook",
        title="There is no such webhook",
        section="settings",
        status=HTTPStatus.NOT_FOUND,
    )

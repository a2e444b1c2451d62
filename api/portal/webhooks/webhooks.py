"""The webhooks, and a new one, whose secret is shown this once."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Response

from api.portal.access import FormOf, Visitor, allowed, reason_in, request_id_in
from api.portal.paths import PORTAL
from api.portal.services import Portal, PortalOf
from api.temporal_calls import TO_RECORD, calling_temporal
from client.audit.entry import audited
from client.portal import webhooks
from database.portal.webhooks import count_pending, read_webhook, read_webhooks
from domain.enrolment.messages import LONGEST_REASON
from domain.portal.roles import Permission
from domain.status import InviteStatus
from domain.tables.audit import AuditAction
from domain.webhooks.records import Webhook
from domain.webhooks.texts import trouble_text
from domain.webhooks.url import LONGEST, read_webhook_url

router = APIRouter(include_in_schema=False)

WEBHOOKS = f"{PORTAL}/settings/webhooks"
WebhookAdmin = Annotated[Visitor, Depends(allowed(Permission.WEBHOOKS))]
"""Somebody who may decide which other systems are told of changes."""


@router.get(WEBHOOKS)
async def show_webhooks(visitor: WebhookAdmin, portal: PortalOf) -> Response:
    """Show where webhooks lead, what waits for them, what is wrong, and the form for a new one."""
    return await _page(visitor, portal)


@router.post(WEBHOOKS)
async def add(visitor: WebhookAdmin, portal: PortalOf, form: FormOf) -> Response:
    """Add a webhook, and show its secret, which no page shows again.

    Raises:
        AuditUnavailable: it can't be logged, and nothing was done.
        TemporalUnreachable: Temporal is away, and nothing was added.
    """
    url, reason = str(form.get("url", "")), reason_in(form)
    statuses = tuple(one for one in InviteStatus if one.value in form.getlist("status"))
    webhook_id = request_id_in(form)
    try:
        checked = read_webhook_url(url, allow_private=portal.portal.private_webhooks)
    except ValueError as error:
        fault = f"Nothing was added: the address {error}."
        return await _page(visitor, portal, url=url, statuses=statuses, reason=reason, fault=fault)
    if not reason:
        fault = "Nothing was added: a reason is missing."
        return await _page(visitor, portal, url=url, statuses=statuses, fault=fault)
    async with portal.database.reading() as connection:
        if await read_webhook(connection, webhook_id) is not None:
            return await _added_already(webhook_id, visitor, portal)
    new = Webhook(
        webhook_id=webhook_id,
        url=checked,
        secret=webhooks.new_secret(),
        statuses=statuses,
        created_by=visitor.session.actor_name,
        created_by_id=visitor.session.actor_id,
        created_at=datetime.now(UTC),
    )
    async with (
        audited(
            portal.database,
            visitor.actor,
            AuditAction.ADD_WEBHOOK,
            reason=reason,
            request_id=webhook_id,
        ),
        calling_temporal(portal.config.answer_within + TO_RECORD),
    ):
        is_new = await webhooks.add_webhook(
            portal.client, portal.database, new, task_queue=portal.config.task_queue
        )
    if not is_new:
        # The same form came while this one was under way: its secret is the one that counts.
        return await _added_already(webhook_id, visitor, portal)
    return await portal.pages.page(
        visitor,
        "webhooks/added",
        title="The webhook is added",
        section="settings",
        webhook=new,
        here=WEBHOOKS,
    )


async def _added_already(webhook_id: str, visitor: Visitor, portal: Portal) -> Response:
    told = "The webhook was added already. Its secret was shown then, and isn't shown again."
    await visitor.tell("busy", told)
    return portal.go_to(f"{WEBHOOKS}/{webhook_id}")


def state_of(webhook: Webhook) -> tuple[str, str]:
    """Return how a webhook is, and the tone of its badge."""
    if not webhook.enabled:
        return "given up", "bad"
    return ("in order", "good") if webhook.trouble is None else ("fails", "busy")


async def _page(
    visitor: Visitor,
    portal: Portal,
    *,
    url: str = "",
    statuses: tuple[InviteStatus, ...] = (),
    reason: str = "",
    fault: str | None = None,
) -> Response:
    async with portal.database.reading() as connection:
        known, pending = await read_webhooks(connection), await count_pending(connection)
    return await portal.pages.page(
        visitor,
        "webhooks/webhooks",
        title="Webhooks",
        section="settings",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        webhooks=[
            (one, pending.get(one.webhook_id, 0), *state_of(one), trouble_text(one))
            for one in known
        ],
        every_status=list(InviteStatus),
        url=url,
        statuses=statuses,
        reason=reason,
        fault=fault,
        request_id=str(uuid4()),
        here=WEBHOOKS,
        longest=LONGEST_REASON,
        longest_url=LONGEST,
    )

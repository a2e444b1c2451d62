"""Adds, lists, removes and tests webhooks."""

from datetime import UTC, datetime
from uuid import uuid4

import typer
from rich.markup import escape

from cli.audit.entry import audited
from cli.database import open_database
from cli.id_prefix import only_one
from cli.options import answer
from cli.output.tables import clock, said, table
from cli.sign_in.identity import acting
from cli.temporal import connect_to_temporal
from cli.terminal import ExitStatus, fail, out, print_json
from client.portal import webhooks as changes
from client.portal.webhook_json import attempt_json, trial_json, webhook_json
from client.portal.webhook_trial import try_webhook
from database.engine import Database
from database.portal.webhooks import count_pending, read_attempts, read_webhooks
from domain.status import InviteStatus
from domain.tables.audit import Actor, AuditAction
from domain.webhooks.records import Webhook
from domain.webhooks.texts import trouble_text
from domain.webhooks.url import read_webhook_url
from settings import WebhookSettings, load_settings


async def add_one(
    url: str, statuses: tuple[InviteStatus, ...], *, reason: str | None, as_json: bool
) -> None:
    """Add a webhook, and print its secret."""
    actor = await acting()
    new = Webhook(
        webhook_id=str(uuid4()),
        url=_checked(url, allows_private=load_settings(WebhookSettings).allows_private_webhooks),
        secret=changes.new_secret(),
        statuses=statuses,
        created_by=actor.name,
        created_by_id=actor.object_id,
        created_at=datetime.now(UTC),
    )
    client = await connect_to_temporal()
    entry = audited(AuditAction.ADD_WEBHOOK, actor=actor, reason=reason)
    async with entry, open_database() as database:
        await changes.add_webhook(client, database, new)
    answer(
        {"webhookId": new.webhook_id, "secret": new.secret},
        f"Webhook {new.webhook_id} is added.",
        "Its secret is shown this once; the receiver checks signatures with it:",
        new.secret,
        f"Try it: `mfa-rollout webhooks test {new.webhook_id[:8]}`. How a receiver checks a"
        " message: docs/webhooks.md.",
        as_json=as_json,
    )


async def list_all(*, as_json: bool) -> None:
    """Print all webhooks, without their secrets."""
    async with open_database() as database, database.reading() as connection:
        webhooks, pending = await read_webhooks(connection), await count_pending(connection)
    if as_json:
        print_json([webhook_json(one, pending.get(one.webhook_id, 0)) for one in webhooks])
        return
    if not webhooks:
        out.print("There are no webhooks: `mfa-rollout webhooks add URL` adds one.")
        return
    listed = table("Id", "Address", "Statuses", "Waiting", "Last delivery", "Added by", "State")
    for one in webhooks:
        listed.add_row(
            one.webhook_id[:8],
            said(one.url),
            ", ".join(one.statuses) or "all",
            str(pending.get(one.webhook_id, 0)),
            clock(one.delivered_at) if one.delivered_at else "never",
            said(Actor(name=one.created_by, object_id=one.created_by_id).shown_name),
            escape(_state(one)),
        )
    out.print(listed)


async def show_one(begins: str, *, as_json: bool) -> None:
    """Print a webhook, and the latest messages that were posted to it."""
    async with open_database() as database:
        webhook = await _find(database, begins)
        async with database.reading() as connection:
            attempts = await read_attempts(connection, webhook.webhook_id)
            pending = await count_pending(connection)
    waiting = pending.get(webhook.webhook_id, 0)
    if as_json:
        told = [attempt_json(one) for one in attempts]
        print_json(webhook_json(webhook, waiting) | {"attempts": told})
        return
    for name, value in (
        ("Webhook", webhook.webhook_id),
        ("Address", webhook.url),
        ("Statuses", ", ".join(webhook.statuses) or "all"),
        ("State", _state(webhook)),
        ("Waiting", waiting),
    ):
        out.print(f"{name + ':':<10}{said(value)}", soft_wrap=True)
    if not attempts:
        out.print("Nothing was posted yet.")
        return
    listed = table("When", "Status", "What became of it")
    for one in attempts:
        listed.add_row(clock(one.at), one.status or "test", said(trouble_text(one) or "accepted"))
    out.print(listed)


async def remove_one(begins: str, *, reason: str | None, as_json: bool) -> None:
    """Remove a webhook and its schedule."""
    client = await connect_to_temporal()
    async with open_database() as database:
        webhook = await _find(database, begins)
        async with audited(AuditAction.REMOVE_WEBHOOK, reason=reason):
            await changes.remove_webhook(client, database, webhook.webhook_id)
    answer(
        {"webhookId": webhook.webhook_id, "removed": True},
        f"Webhook {webhook.webhook_id} is removed.",
        as_json=as_json,
    )


async def resume_one(begins: str, *, reason: str | None, as_json: bool) -> None:
    """Tell a webhook again that was given up."""
    client = await connect_to_temporal()
    async with open_database() as database:
        webhook = await _find(database, begins)
        if webhook.enabled:
            fail("This webhook was not given up: it gets every change.", ExitStatus.USAGE)
        async with audited(AuditAction.RESUME_WEBHOOK, reason=reason):
            await changes.resume_webhook(client, database, webhook.webhook_id)
    answer(
        {"webhookId": webhook.webhook_id, "enabled": True},
        "It gets what changes from now on. Try it: "
        f"`mfa-rollout webhooks test {webhook.webhook_id[:8]}`.",
        as_json=as_json,
    )


async def test_one(begins: str, *, as_json: bool) -> None:
    """Let a worker post a test message; leave with 1 where it wasn't taken."""
    client = await connect_to_temporal()
    async with open_database() as database:
        webhook = await _find(database, begins)
        async with audited(AuditAction.TEST_WEBHOOK, reason=f"webhook {webhook.webhook_id[:8]}"):
            posted = await try_webhook(client, webhook.webhook_id)
    if posted is None:
        fail("No worker has answered in 30 seconds: start one with `mfa-rollout worker`.")
    taken = posted.trouble is None
    if as_json:
        print_json(trial_json(webhook, posted))
        raise typer.Exit(ExitStatus.DONE if taken else ExitStatus.FAILED)
    if not taken:
        fail(f"The message was not accepted: {trouble_text(posted)}.")
    out.print("The message was taken.")


def _checked(url: str, *, allows_private: bool) -> str:
    """Return the address as it is stored."""
    try:
        return read_webhook_url(url, allow_private=allows_private)
    except ValueError as error:
        fail(f"The address {error}.", ExitStatus.USAGE)


async def _find(database: Database, begins: str) -> Webhook:
    async with database.reading() as connection:
        webhooks = await read_webhooks(connection)
    return only_one(
        webhooks,
        begins,
        id_of=lambda one: one.webhook_id,
        noun="webhook",
        shown_by="mfa-rollout webhooks list",
        made_by="mfa-rollout webhooks add",
    )


def _state(webhook: Webhook) -> str:
    if webhook.trouble is None:
        return "in order" if webhook.enabled else "given up"
    trouble = trouble_text(webhook)
    if not webhook.enabled:
        return f"given up: {trouble}; `mfa-rollout webhooks resume` tries again"
    since = f" since {clock(webhook.failing_since)}" if webhook.failing_since else ""
    return f"fails{since}: {trouble}"

"""Webhooks from the command line: their secret is shown once, and a worker tries them."""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import update
from temporalio.client import Client
from temporalio.worker import Worker

from activities.webhooks.deliver import WebhookActivities
from client.portal.row_schedules import ensure_row_schedules
from database.audit.entries import read_entries
from database.engine import Database
from database.portal.webhooks import WebhookQueue
from database.schema import webhook
from domain.identifiers import TASK_QUEUE, WEBHOOK_PREFIX
from domain.webhooks.records import PostAnswer, WebhookTrouble
from domain.webhooks.texts import trouble_text
from tests.database.values import NOW, person, put
from tests.support.eventually import eventually
from tests.support.in_process import run_in_process
from tests.support.json_documents import read_document
from tests.support.namespaces import own_namespace
from tests.support.receiver import Receiver, receiver
from webhooks.endpoint import Endpoints
from worker.build import SANDBOX
from workflows.scheduled.webhooks import WebhookDeliveryWorkflow, WebhookTestWorkflow

WRONG = (
    ("http://127.0.0.1:1/x", "off", "WEBHOOK_PRIVATE_ADDRESSES"),
    ("http://hooks.contoso.com", "on", "https"),
)


def _answered(status: int) -> str:
    """Return what is said of a webhook that answered with this status."""
    return trouble_text(PostAnswer(trouble=WebhookTrouble.ANSWERED, answered=status))


async def are_scheduled(client: Client, *webhook_ids: str) -> None:
    """Wait until these webhooks, and no others, have a schedule."""

    async def so() -> bool:
        found = await client.list_schedules()
        ids = {one.id async for one in found if one.id.startswith(WEBHOOK_PREFIX)}
        return ids == {WEBHOOK_PREFIX + webhook_id for webhook_id in webhook_ids}

    await eventually(so)


async def _tried(verb: Callable[..., Awaitable[str]], here: Receiver, webhook_id: str) -> None:
    """A test is taken or not, and the messages that were posted are shown, the latest first."""
    assert json.loads(await verb("test", webhook_id[:8], "--json"))["taken"] is True
    here.answers.append("500 Oh")
    assert _answered(500) in await verb("test", webhook_id[:8], status=1)
    shown = await verb("show", webhook_id[:8])
    assert "accepted" in shown
    assert _answered(500) in " ".join(shown.split())
    attempts = json.loads(await verb("show", webhook_id, "--json"))["attempts"]
    assert [one["answered"] for one in attempts] == [500, None]


def _check_document(words: tuple[str, ...], output: str) -> None:
    if "--json" in words and words[0] not in {"list", "show"}:
        read_document(f"webhooks {words[0]}", output)


async def test_a_webhook_from_its_beginning_to_its_end(
    temporal_address: str, sqlite_database: Database, tmp_path: Path
) -> None:
    """Added, refused, tried, told, in trouble, given up, removed; and all of it is audited."""
    client = await own_namespace(temporal_address)
    environment = {
        "MFA_ROLLOUT_ENV_FILE": "/dev/null",
        "COLUMNS": "80",
        "TERM": "dumb",
        "DATA_DIR": str(tmp_path),
        "TEMPORAL_ADDRESS": temporal_address,
        "TEMPORAL_NAMESPACE": client.namespace,
    }

    async def verb(*words: str, status: int = 0, private: str = "on") -> str:
        settings = environment | {"WEBHOOK_PRIVATE_ADDRESSES": private}
        ended, output, errors = await run_in_process(settings, "webhooks", *words)
        assert ended == status, output + errors
        _check_document(words, output)
        return output + errors

    assert "There are no webhooks" in await verb("list")
    for url, private, why in WRONG:
        assert why in await verb("add", url, status=2, private=private)
    async with receiver() as here:
        added = json.loads(await verb("add", here.url, "--status", "Sent", "--json"))
        webhook_id, secret = added["webhookId"], added["secret"]
        # Its minute must not come in the middle of what follows.
        await client.get_schedule_handle(WEBHOOK_PREFIX + webhook_id).pause()
        assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
        shown = await verb("add", "https://hooks.contoso.invalid/x")
        (other_id, _) = re.findall(r"Webhook (\S+) is added|^whsec_\S{44}$", shown, re.MULTILINE)
        await client.get_schedule_handle(WEBHOOK_PREFIX + other_id).pause()
        assert webhook_id[:8] in await verb("remove", "zzz", status=2)
        await put(sqlite_database, person(1, revision=1))
        (listed, _) = json.loads(await verb("list", "--json"))
        assert (listed["waiting"], listed["statuses"], listed["enabled"]) == (1, ["Sent"], True)

        activities = WebhookActivities(
            queue=WebhookQueue(sqlite_database), endpoints=Endpoints(allow_private=True)
        )
        async with Worker(
            client,
            task_queue=TASK_QUEUE,
            workflows=[WebhookDeliveryWorkflow, WebhookTestWorkflow],
            activities=[activities.deliver_webhook, activities.test_webhook],
            workflow_runner=SANDBOX,
        ):
            await _tried(verb, here, webhook_id)
            await client.get_schedule_handle(WEBHOOK_PREFIX + webhook_id).trigger()
            await eventually(lambda: len(here.requests) == 3)
    assert [json.loads(body)["type"] for _, body in here.requests] == [
        *("webhook.test", "webhook.test", "enrolment.status_changed")
    ]

    async with sqlite_database.writing() as connection:
        changes = {"trouble": WebhookTrouble.ANSWERED, "answered": 503, "failing_since": NOW}
        mine = webhook.c.webhook_id == webhook_id
        await connection.execute(update(webhook).where(mine).values(changes))
    assert re.search(r"(?s)\bAdded\b.*\bcommand\b.*\b503\b", await verb("list"))
    await WebhookQueue(sqlite_database).give_up(webhook_id)
    said = await verb("list") + await verb("resume", webhook_id, "--reason", "it is back", "--json")
    assert re.search('given up.*"enabled": true', said, re.DOTALL)
    await WebhookQueue(sqlite_database).give_up(webhook_id)
    # Lists of schedules follow what was done after a while.
    await are_scheduled(client, webhook_id, other_id)
    await ensure_row_schedules(client, sqlite_database, time_zone="UTC")
    await are_scheduled(client, other_id)
    await verb("remove", webhook_id, "--reason", "another system", "--json")
    everything = await verb("list") + await verb("list", "--json")
    assert not re.search(f"whsec_|{webhook_id}", everything)
    async with sqlite_database.reading() as connection:
        entries = (await read_entries(connection)).values()
    actions = [entry.action for entry in entries if entry.outcome is None]
    assert sorted(actions) == [
        *("add-webhook", "add-webhook", "remove-webhook"),
        *("resume-webhook", "test-webhook", "test-webhook"),
    ]
    assert sorted(entry.reason for entry in entries if entry.reason) == [
        *("another system", "it is back"),
        *[f"webhook {webhook_id[:8]}"] * 2,
    ]

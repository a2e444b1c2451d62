"""Webhooks: added, listed, tested, told again and removed by admins alone."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.webhooks.deliver import WebhookInput
from database.engine import Database
from database.portal.reports import add_report
from database.portal.webhooks import WebhookQueue, add_webhook, read_webhook
from domain.identifiers import WEBHOOK_PREFIX
from domain.portal.roles import Role
from domain.reports.interval import Interval
from domain.reports.records import ReportSchedule
from domain.webhooks.records import PostAnswer, Webhook, WebhookTrouble
from tests.api.admin.admins import Entra
from tests.api.admin.rest.rest import Rest, is_problem, running_rest
from tests.database.values import NOW, object_id
from worker.build import SANDBOX
from workflows.scheduled.webhooks import WebhookTestWorkflow

WEBHOOKS = "/api/webhooks"
NEW: dict[str, Any] = {
    "url": "https://Hooks.contoso.com/x",
    "statuses": ["Sent"],
    "reason": "for tickets",
}
WHY = {"reason": "a test"}


async def _refused(rest: Rest, path: str) -> None:
    for role in (Role.HELPDESK, Role.READER):
        for looked_at in (WEBHOOKS, path):
            assert is_problem(await rest.call("GET", looked_at, role), 403)
        for asked in (WEBHOOKS, *(f"{path}/{verb}" for verb in ("test", "resume", "remove"))):
            assert is_problem(await rest.call("POST", asked, role, json=NEW), 403)
    for verb in ("test", "resume", "remove"):
        nobodys = f"{WEBHOOKS}/{object_id(5)}/{verb}"
        assert is_problem(await rest.call("POST", nobodys, Role.ADMIN, json=WHY), 404)
    private = await rest.call("POST", WEBHOOKS, Role.ADMIN, json=NEW | {"url": "http://[::1]/x"})
    assert is_problem(private, 422)
    assert "WEBHOOK_PRIVATE_ADDRESSES" in private.text


async def test_a_webhook_from_its_beginning_to_its_end(
    client: Client,
    unique: Callable[[str], str],
    tmp_path: Path,
    sqlite_database: Database,
    entra: Entra,
) -> None:
    """Its secret is told once; no worker answers its test; given up, told again, removed."""
    async with running_rest(
        client,
        tmp_path,
        sqlite_database,
        entra,
        task_queue=unique("queue"),
        answer_within=timedelta(minutes=10),
        result_within=timedelta(seconds=2),
    ) as rest:
        status, added = await rest.post(WEBHOOKS, NEW)
        assert status == 201
        webhook_id = added["webhookId"]
        assert await rest.post(WEBHOOKS, NEW) == (200, {"webhookId": webhook_id, "secret": None})
        status, other = await rest.post(WEBHOOKS, NEW | {"url": "https://hooks.contoso.com/y"})
        assert (status, other["secret"] in {None, added["secret"]}) == (201, False)
        assert (await rest.post(f"{WEBHOOKS}/{other['webhookId']}/remove", WHY))[0] == 200
        async with sqlite_database.reading() as connection:
            known = await read_webhook(connection, webhook_id)
        assert known is not None
        assert (known.secret, known.created_by) == (added["secret"], "Ada Lovelace")
        path = f"{WEBHOOKS}/{webhook_id}"
        await client.get_schedule_handle(WEBHOOK_PREFIX + webhook_id).pause()
        await _refused(rest, path)
        status, tried = await rest.post(f"{path}/test", WHY)
        assert (status, tried["taken"]) == (202, None)
        assert (await rest.post(f"{path}/resume", WHY))[0] == 409
        queue = WebhookQueue(sqlite_database)
        busy = PostAnswer(trouble=WebhookTrouble.ANSWERED, answered=503)
        await queue.tested(webhook_id, busy, NOW)
        await queue.give_up(webhook_id)
        (listed,) = (await rest.get(WEBHOOKS)).json()["webhooks"]
        assert (listed["enabled"], listed["url"]) == (False, "https://hooks.contoso.com/x")
        (attempt,) = (await rest.get(path)).json()["attempts"]
        assert (attempt["trouble"], attempt["answered"], attempt["status"]) == (
            *("answered", 503),
            None,
        )
        assert await rest.post(f"{path}/resume", WHY) == (
            200,
            {"webhookId": webhook_id, "enabled": True},
        )
        removed = {"webhookId": webhook_id, "removed": True}
        assert await rest.post(f"{path}/remove", WHY) == (200, removed)
        assert is_problem(await rest.get(path), 404)
        everything = (await rest.get("/api/audit")).json()
    assert added["secret"] not in str(everything)
    entries = reversed(everything["entries"])
    assert [(one["action"], one["reason"]) for one in entries if not one["outcome"]] == [
        ("add-webhook", "for tickets"),
        ("add-webhook", "for tickets"),
        ("remove-webhook", "a test"),
        ("test-webhook", "a test"),
        ("resume-webhook", "a test"),
        ("remove-webhook", "a test"),
    ]


async def test_a_test_with_the_same_key_is_one(
    client: Client,
    unique: Callable[[str], str],
    tmp_path: Path,
    sqlite_database: Database,
    entra: Entra,
) -> None:
    """A request that is sent again posts nothing more, and has the same answer."""
    posted: list[WebhookInput] = []

    @activity.defn
    async def test_webhook(input: WebhookInput) -> PostAnswer:
        posted.append(input)
        return PostAnswer(answered=200 + len(posted))

    queue = unique("queue")
    webhook = Webhook(
        webhook_id=object_id(1), url=NEW["url"], secret="x", created_by="Ada", created_at=NOW
    )
    async with sqlite_database.writing() as connection:
        await add_webhook(connection, webhook)
    async with (
        Worker(
            client,
            task_queue=queue,
            workflows=[WebhookTestWorkflow],
            activities=[test_webhook],
            workflow_runner=SANDBOX,
        ),
        running_rest(
            client,
            tmp_path,
            sqlite_database,
            entra,
            task_queue=queue,
            result_within=timedelta(minutes=10),
        ) as rest,
    ):
        path = f"{WEBHOOKS}/{webhook.webhook_id}/test"
        answered = [(await rest.post(path, WHY, key))[1]["answered"] for key in ("a", "a", "b")]
        entries = (await rest.get("/api/audit")).json()["entries"]
    assert answered == [201, 201, 202]
    assert len(posted) == 2
    assert len(entries) == 4


async def test_what_is_removed_while_temporal_is_away(rest: Rest) -> None:
    """It is removed all the same, and the answer is 202, as a worker deletes the schedule."""
    told: dict[str, Any] = {"created_by": "Ada", "created_at": NOW}
    webhook = Webhook(webhook_id=object_id(1), url=NEW["url"], secret="x", **told)
    report = ReportSchedule(
        schedule_id=object_id(2), interval=Interval(hour=7), recipients=("a@contoso.com",), **told
    )
    async with rest.database.writing() as connection:
        await add_webhook(connection, webhook)
        await add_report(connection, report)
    for path in (f"{WEBHOOKS}/{object_id(1)}", f"/api/reports/{object_id(2)}"):
        assert (await rest.ask(f"{path}/remove")).status_code == 202
        assert is_problem(await rest.get(path), 404)
    assert is_problem(await rest.call("POST", WEBHOOKS, Role.ADMIN, json=NEW), 503)

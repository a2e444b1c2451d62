"""Webhooks in the portal: added, tested, tried again and removed by admins alone."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client, ScheduleActionStartWorkflow
from temporalio.worker import Worker

from activities.webhooks.deliver import WebhookActivities
from api.config import PortalConfig
from database.audit.entries import read_entries
from database.engine import Database
from database.portal.webhooks import WebhookQueue, read_webhooks
from domain.identifiers import WEBHOOK_PREFIX
from domain.portal.roles import Role
from domain.webhooks.records import PostAnswer, WebhookTrouble
from domain.webhooks.texts import trouble_text
from tests.api.portal.portal import CSRF, RunningPortal, running_portal
from tests.api.running import BASE_URL
from tests.database.values import object_id
from tests.support.receiver import receiver
from webhooks.endpoint import Endpoints
from worker.build import SANDBOX
from workflows.scheduled.webhooks import WebhookDeliveryWorkflow, WebhookTestWorkflow

PATH = "/portal/settings/webhooks"
ID = object_id(78)
FORM = {"csrf": CSRF, "reason": "for <tickets>", "request_id": ID}


async def test_a_webhook_from_its_beginning_to_its_end(
    client: Client, tmp_path: Path, sqlite_database: Database, unique: Callable[[str], str]
) -> None:
    """Its secret is shown once; it is tested, given up, told again and removed, and audited."""
    queue = unique("queue")
    activities = WebhookActivities(
        queue=WebhookQueue(sqlite_database), endpoints=Endpoints(allow_private=True)
    )
    async with (
        receiver() as here,
        running_portal(
            client,
            tmp_path,
            sqlite_database,
            portal=PortalConfig(base_url=BASE_URL, private_webhooks=True),
            task_queue=queue,
            answer_within=timedelta(minutes=10),
            result_within=timedelta(minutes=10),
        ) as served,
        Worker(
            client,
            task_queue=queue,
            # Its minute may come: there is nothing to deliver.
            workflows=[WebhookDeliveryWorkflow, WebhookTestWorkflow],
            activities=[activities.deliver_webhook, activities.test_webhook],
            workflow_runner=SANDBOX,
        ),
        served.browser(Role.ADMIN) as browser,
    ):
        for change, why in (({"url": "x"}, "is not a URL"), ({"reason": ""}, "reason is missing")):
            refused = await browser.post(PATH, data=FORM | {"url": here.url} | change)
            assert (refused.status_code, why in refused.text) == (422, True)
        data = FORM | {"url": here.url, "status": ["Sent", "Active", "nothing"]}
        # One press too many: one of the two answers has the secret that counts.
        both = await asyncio.gather(*(browser.post(PATH, data=data) for _ in range(2)))
        added, second = sorted(both, key=lambda answer: answer.status_code)
        assert (second.status_code, second.headers["location"]) == (303, f"{PATH}/{ID}")
        (secret,) = re.findall(r"whsec_[A-Za-z0-9+/]{43}=", added.text)
        assert added.headers["cache-control"] == "no-store"
        # A page that is loaded again sends the form once more.
        again = await browser.post(PATH, data=data)
        assert again.headers["location"] == f"{PATH}/{ID}"
        page = (await browser.get(f"{PATH}/{ID}")).text
        assert "Sent, Active" in page
        assert secret not in page + (await browser.get(PATH)).text
        async with sqlite_database.reading() as connection:
            (known,) = await read_webhooks(connection)
        assert (known.secret, known.url) == (secret, here.url)
        action = (await client.get_schedule_handle(WEBHOOK_PREFIX + ID).describe()).schedule.action
        assert isinstance(action, ScheduleActionStartWorkflow)
        assert action.task_queue == queue

        here.answers += ["204 No Content", "503 Busy"]
        busy = PostAnswer(trouble=WebhookTrouble.ANSWERED, answered=503)
        for said in ("The message was taken.", trouble_text(busy)):
            page = (await browser.get(f"{PATH}/{ID}")).text
            (shown,) = re.findall(r'name="request_id" value="([^"]+)"', page)
            # A button that is pressed twice posts once.
            pressed = {"csrf": CSRF, "request_id": shown}
            await asyncio.gather(
                *(browser.post(f"{PATH}/{ID}/test", data=pressed) for _ in range(2))
            )
            assert said in (await browser.get(f"{PATH}/{ID}")).text
        attempts = (await browser.get(f"{PATH}/{ID}")).text
        assert (attempts.count(">accepted<"), attempts.count(">not accepted<")) == (1, 1)

        await browser.post(f"{PATH}/{ID}/resume", data=FORM)
        assert "it gets every change" in (await browser.get(PATH)).text
        await WebhookQueue(sqlite_database).give_up(ID)
        await browser.post(f"{PATH}/{ID}/resume", data=FORM | {"reason": ""})
        assert "a reason is missing" in (await browser.get(f"{PATH}/{ID}")).text
        await browser.post(f"{PATH}/{ID}/resume", data=FORM)
        assert ">in order<" in (await browser.get(PATH)).text
        await browser.post(f"{PATH}/{ID}/remove", data=FORM)
        assert "There are no webhooks yet" in (await browser.get(PATH)).text
        for verb in ("test", "resume", "remove"):
            assert (await browser.post(f"{PATH}/{ID}/{verb}", data=FORM)).status_code == 404
    async with sqlite_database.reading() as connection:
        entries = [one for one in (await read_entries(connection)).values() if not one.outcome]
    assert [(one.action, one.reason) for one in reversed(entries)] == [
        ("add-webhook", "for <tickets>"),
        ("test-webhook", f"webhook {ID[:8]}"),
        ("test-webhook", f"webhook {ID[:8]}"),
        ("resume-webhook", "for <tickets>"),
        ("remove-webhook", "for <tickets>"),
    ]


async def test_helpdesk_and_readers_are_refused(portal: RunningPortal) -> None:
    """Neither page, nor action; with Temporal away, or to this machine, nothing is added."""
    data = FORM | {"url": "https://hooks.contoso.example/x"}
    async with portal.browser(Role.HELPDESK, Role.READER) as browser:
        for path in (PATH, f"{PATH}/{ID}"):
            assert (await browser.get(path)).status_code == 403
        for path in (PATH, *(f"{PATH}/{ID}/{one}" for one in ("test", "resume", "remove"))):
            assert (await browser.post(path, data=data)).status_code == 403
    async with portal.browser(Role.ADMIN) as browser:
        assert (await browser.post(PATH, data=data | {"csrf": "x"})).status_code == 403
        assert (await browser.post(PATH, data=data)).status_code == 503
        refused = await browser.post(PATH, data=data | {"url": "http://127.0.0.1/x"})
        assert "WEBHOOK_PRIVATE_ADDRESSES" in refused.text
        assert "There are no webhooks yet" in (await browser.get(PATH)).text

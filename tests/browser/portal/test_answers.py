"""Pages that only another system's answer makes, before axe: from SharePoint, and from Temporal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page
from temporalio.client import Client

from client.schedules import delete_schedule
from database.engine import Database
from database.portal.webhooks import read_webhooks
from domain.identifiers import WEBHOOK_PREFIX
from graph.http.client import GraphClient
from graph.http.transport import open_exchange
from graph.tracking_list import TrackingList
from tests.api.portal.people.test_list_item import COLUMNS, PAGE, WRITTEN
from tests.browser.conftest import OpenWindow
from tests.browser.eyes import complaints
from tests.browser.portal.conftest import PortalSite, serving
from tests.database.values import person, put
from tests.graph.conftest import LONG, NumberedTokens
from tests.graph.http.peer import Answer, scripted_peer
from tests.graph.tenant import HASTY

pytestmark = pytest.mark.long

LOOKS: tuple[dict[str, Any], ...] = (
    {"color_scheme": "dark", "viewport": {"width": 320, "height": 900}},
    {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
)


async def test_an_item_beside_what_was_written_can_be_read(
    window: OpenWindow, tmp_path: Path, sqlite_database: Database
) -> None:
    """A column that is the same, one that differs and one that the list hasn't."""
    await put(sqlite_database, person(1, item_id="17", written=WRITTEN))
    fields = {"Title": "ada@contoso.com", "InviteStatus": "Clicked"}
    async with scripted_peer() as peer, open_exchange() as http:
        graph = GraphClient(
            http, f"{peer.origin}/v1.0", NumberedTokens(), patience=HASTY, timeout=LONG
        )
        tracking_list = TrackingList(graph, "contoso.sharepoint.com,1,2", "the-list")
        async with serving(sqlite_database, tmp_path, window, tracking_list=tracking_list) as site:
            for look in LOOKS:
                peer.answers(Answer(body={"id": "17", "fields": fields}), COLUMNS)
                page = await site.open(**look)
                await page.goto(f"{site.url}{PAGE}")
                assert await page.get_by_text("no such column").count() == 1
                await _check(page)


async def test_the_secret_of_a_new_webhook_can_be_read(
    window: OpenWindow,
    client: Client,
    unique: Callable[[str], str],
    tmp_path: Path,
    sqlite_database: Database,
) -> None:
    """It is shown in full in the narrowest room."""
    async with serving(
        sqlite_database, tmp_path, window, client=client, task_queue=unique("queue")
    ) as site:
        for look in LOOKS:
            await _add_webhook(site, look)
        async with sqlite_database.reading() as connection:
            webhooks = await read_webhooks(connection)
    for webhook in webhooks:
        await delete_schedule(client, WEBHOOK_PREFIX + webhook.webhook_id)
    assert len(webhooks) == len(LOOKS)


async def _add_webhook(site: PortalSite, look: dict[str, Any]) -> None:
    page = await site.open(**look)
    await page.goto(f"{site.url}/portal/settings/webhooks")
    await page.get_by_label("Address").fill("https://hooks.contoso.example/a-rather-long-path")
    await page.get_by_label("Reason").fill("tickets")
    await page.locator("main form button").click()
    assert "whsec_" in await page.locator("main pre code").inner_text()
    await _check(page)


async def _check(page: Page) -> None:
    assert await complaints(page) == []
    root = "document.documentElement"
    assert not await page.evaluate(f"{root}.scrollWidth > {root}.clientWidth")

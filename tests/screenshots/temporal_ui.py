"""A picture of the Temporal UI with a saved view, of enrolments of made-up people."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

from playwright.async_api import Browser, Page
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from demo.layout import free_ports
from domain.identifiers import ENROLMENT_WORKFLOW, enrolment_workflow_id
from domain.status import InviteStatus
from temporal.search_attributes import INVITE_STATUS, USER_PRINCIPAL_NAME
from tests.database.values import object_id
from tests.support import temporal_server

VIEW, QUERY = "Clicked and running", 'InviteStatus = "Clicked" AND ExecutionStatus = "Running"'
_PEOPLE = (
    ("ada", InviteStatus.CLICKED),
    ("bjorn", InviteStatus.CLICKED),
    ("chloe", InviteStatus.SENT),
    ("dan", InviteStatus.CLICKED),
    ("eve", InviteStatus.ADDED_TO_GROUP),
)
_SIZE = {"width": 1280, "height": 640}


async def take_saved_view(browser: Browser) -> bytes:
    """Save a view as a person does, and return a screenshot of it with the menu of views open."""
    async with _server() as url:
        page = await browser.new_page(viewport=_SIZE)  # type: ignore[arg-type]
        await page.goto(f"{url}/namespaces/default/workflows?{urlencode({'query': QUERY})}")
        await _save(page)
        image = await page.screenshot()
        await page.close()
    return image


async def _save(page: Page) -> None:
    await page.get_by_role("button", name="Save as New").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox").fill(VIEW)
    await dialog.get_by_role("button", name="Save", exact=True).click()
    await dialog.wait_for(state="hidden")
    await page.get_by_role("button", name=VIEW).first.click()
    await page.get_by_text("enrolment-").first.wait_for()


@asynccontextmanager
async def _server() -> AsyncIterator[str]:
    """Run a server with its UI and some enrolments, for which no worker runs."""
    (ui_port,) = free_ports(1)
    process, address = temporal_server.start(ui_port=ui_port)
    try:
        await asyncio.to_thread(temporal_server.wait_until_ready, process, address)
        client = await Client.connect(address)
        for number, (name, status) in enumerate(_PEOPLE):
            await client.start_workflow(
                ENROLMENT_WORKFLOW,
                id=enrolment_workflow_id(object_id(number)),
                task_queue="nobody",
                search_attributes=TypedSearchAttributes(
                    [
                        SearchAttributePair(USER_PRINCIPAL_NAME, f"{name}@contoso.com"),
                        SearchAttributePair(INVITE_STATUS, status.value),
                    ]
                ),
            )
        yield f"http://127.0.0.1:{ui_port}"
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)

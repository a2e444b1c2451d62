"""A browser, windows of it that leave evidence when a test fails, and a site to look at."""

import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from temporalio.client import Client

from api.public.pages import Pages
from tests.api.public.test_pages import ALL, DEADLINE, TODAY
from tests.api.running import BRANDING, Api, running_api, served

CHROMIUM = shutil.which("chromium")
# Every step may wait for processes that share a core with much else.
PATIENCE_MS = 600_000
_FAILED = pytest.StashKey[bool]()

OpenWindow = Callable[..., Awaitable[Page]]

expect.set_options(timeout=PATIENCE_MS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a failure, and tell where its evidence will be."""
    report = yield
    if report.when == "call" and report.failed and "window" in getattr(item, "fixturenames", ()):
        item.stash[_FAILED] = True
        report.sections.append(("Browser", f"Screenshots and traces: {_evidence(item)}"))
    return report


def _evidence(item: pytest.Item) -> Path:
    assert item.config.cache is not None
    return item.config.cache.mkdir("browser") / re.sub(r"[^\w.-]+", "-", item.nodeid)


async def stop_the_clock(page: Page) -> None:
    """Let the page's time pass only as it is told to, however long this machine takes."""
    await page.clock.install(time=1_000)
    await page.clock.pause_at(2_000)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Start Chromium once."""
    if CHROMIUM is None:
        pytest.skip("Chromium is missing: install Debian's package chromium")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        await chromium.close()


@pytest.fixture
async def window(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[OpenWindow]:
    """Open windows, each a visitor of its own; a failed test leaves screenshots and traces."""
    visitors: list[BrowserContext] = []

    async def open_window(**options: Any) -> Page:
        visitor = await browser.new_context(**options)
        visitor.set_default_timeout(PATIENCE_MS)
        await visitor.tracing.start(snapshots=True)
        visitors.append(visitor)
        return await visitor.new_page()

    yield open_window
    for number, visitor in enumerate(visitors):
        if request.node.stash.get(_FAILED, False):
            folder = _evidence(request.node)
            for page in visitor.pages:
                await page.screenshot(path=folder / f"{number}.png", full_page=True)
            await visitor.tracing.stop(path=folder / f"{number}.zip")
        else:
            await visitor.tracing.stop()
        await visitor.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The product's pages at an address, and the page that they lead to."""

    url: str
    setup_url: str
    api: Api

    def link(self, token: str) -> str:
        """Return the link of a mail."""
        return f"{self.url}/api/enrol?token={token}"


@pytest.fixture
async def site(client: Client, tmp_path: Path) -> AsyncIterator[Site]:
    """Serve the real API over HTTP, and in the place of Microsoft's a setup page."""
    setup = FastAPI()

    @setup.get("/mfasetup", response_class=HTMLResponse)
    async def security_info() -> str:
        return "<!doctype html><html lang=en><title>Security info</title><h1>Security info</h1>"

    async with served(setup) as setup_url:
        address = f"{setup_url}/mfasetup"
        async with (
            running_api(
                client, tmp_path, setup_url=address, public_base_url="http://127.0.0.1"
            ) as api,
            served(api.app) as url,
        ):
            yield Site(url=url, setup_url=address, api=api)


@pytest.fixture(scope="session")
async def gallery(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Serve the API with one more path, which shows every page in every language."""
    folder = tmp_path_factory.mktemp("gallery")
    pages = Pages(
        branding=BRANDING,
        root_path="",
        setup_url="https://aka.ms/mfasetup",
        deadline=DEADLINE,
        today=lambda: TODAY,
    )
    async with running_api(client, folder, public_base_url="http://127.0.0.1") as api:

        @api.app.get("/gallery/{language}/{name}")
        async def show(language: str, name: str) -> HTMLResponse:
            return ALL[name](pages.in_language(language))

        async with served(api.app) as url:
            yield f"{url}/gallery/"

"""What the people of the walk do on any page: sign in, open, ask with a reason, read a download."""

import csv
import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.support.eventually import eventually
from tests.support.product import Product

CSRF = re.compile(r'"X-CSRF-Token": "([^"]+)"')


class Person:
    """Somebody at the portal in a window of their own."""

    def __init__(self, page: Page, product: Product) -> None:
        """Wait long for everything in this window."""
        page.set_default_timeout(PATIENCE_MS)
        page.set_default_navigation_timeout(PATIENCE_MS)
        self.page = page
        self.portal = product.layout.portal

    async def sign_in(self, name: str) -> None:
        """Go to the portal, and pick oneself where the tenant asks who one is."""
        await self.page.goto(self.portal)
        await self.page.get_by_role("button", name=name).click()
        await self.is_at("Overview")

    async def open(self, path: str) -> None:
        """Open a page of the portal."""
        await self.page.goto(f"{self.portal}{path}")

    async def follow(self, entry: str) -> None:
        """Follow an entry of the navigation."""
        await self.navigation.get_by_role("link", name=entry, exact=True).click()
        await self.is_at(entry)

    async def is_at(self, heading: str) -> None:
        """Wait for the page with this heading."""
        title = self.page.get_by_role("heading", level=1, name=heading)
        await expect(title).to_be_visible(timeout=PATIENCE_MS)

    async def find(self, text: str, name: str) -> None:
        """Type a part of somebody's name, and open the page of the one whom the list finds."""
        await self.follow("People")
        await self.page.get_by_role("searchbox").press_sequentially(text)
        found = self.page.locator("#people a.person")
        await expect(found).to_have_count(1, timeout=PATIENCE_MS)
        await found.click()
        await self.is_at(name)

    async def ask(self, name: str, reason: str) -> str:
        """Open what is folded under this name, give the reason, press, and return what is said."""
        summary = self.page.locator("summary").filter(has_text=re.compile(rf"^\s*{name}\s*$"))

        async def is_offered() -> bool:
            # The tables follow what was asked before; a page that is older doesn't offer it yet.
            if not await summary.count():
                await self.page.reload()
            return bool(await summary.count())

        await eventually(is_offered)
        await summary.click()
        folded = self.page.locator("details").filter(has=summary)
        await folded.get_by_label("Reason").fill(reason)
        await folded.get_by_role("button", name=name, exact=True).last.click()
        return await self.said()

    async def said(self, kind: str = "") -> str:
        """Return the notice that a page begins with after something was asked."""
        notice = self.page.locator(f"main > .notice{kind}").first
        await expect(notice).to_be_visible(timeout=PATIENCE_MS)
        return await notice.inner_text()

    async def download(self, link: Locator, folder: Path) -> Path:
        """Follow a link that downloads, and return the file."""
        async with self.page.expect_download(timeout=PATIENCE_MS) as coming:
            await link.click()
        download = await coming.value
        file = folder / download.suggested_filename
        await download.save_as(file)
        return file

    async def post(self, path: str, form: Mapping[str, str]) -> int:
        """Send a form without any page's button, with the token of a page; return the status."""
        body = await self.page.locator("body").get_attribute("hx-headers") or ""
        found = CSRF.search(body)
        assert found is not None
        answer = await self.page.context.request.post(
            f"{self.portal}{path}", form={**form, "csrf": found[1]}, max_redirects=0
        )
        return answer.status

    @property
    def navigation(self) -> Locator:
        """The portal's navigation."""
        return self.page.get_by_role("navigation", name="Portal")

    async def sections(self) -> list[str]:
        """Return the names of the navigation's entries."""
        return await self.navigation.get_by_role("link").all_inner_texts()

    @property
    def posting(self) -> Locator:
        """The forms of the page by which something is asked for."""
        return self.page.locator("main form[method=post]")


def rows_of(file: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV that was downloaded."""
    return list(csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"))))

"""Every page of the portal that one gets to: narrow, wide, light, dark, and before axe."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.eyes import complaints, lightness, too_wide
from tests.browser.portal.conftest import PortalSite

NARROW, MIDDLE, WIDE = ({"width": width, "height": 900} for width in (320, 768, 1440))
MATRIX = [
    pytest.param(scheme, size, id=f"{scheme}-{size['width']}")
    for scheme in ("dark", "light")
    for size in (NARROW, MIDDLE, WIDE)
]
# On its own a box that scrolls is fine; the page itself is not to scroll sideways.
_SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def complaints_of_browser(page: Page) -> list[str]:
    """Return the list to which the browser adds what it has to say: errors, refused, missing."""
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    return said


async def _paths(page: Page, site: PortalSite) -> list[str]:
    """Return the pages that the navigation names, and those that the first rows lead to."""
    await page.goto(f"{site.url}/portal")
    links = page.get_by_role("navigation", name="Portal").get_by_role("link")
    paths = [await link.get_attribute("href") or "" for link in await links.all()]
    for start, row in (("/portal/people", "a.person"), ("/portal/batches", "main tbody a")):
        if start in paths:
            await page.goto(f"{site.url}{start}")
            paths.append(await page.locator(row).first.get_attribute("href") or "")
    return paths


async def _found(page: Page, site: PortalSite, paths: list[str], scheme: str) -> dict[str, Any]:
    """Return what is wrong with each page."""
    said = complaints_of_browser(page)
    found = {}
    for path in paths:
        said.clear()
        await page.goto(f"{site.url}{path}")
        wrong = await complaints(page)
        if await page.evaluate(_SCROLLS):
            wrong += await too_wide(page)
        if (await lightness(page.locator("html")) < 0.2) is not (scheme == "dark"):
            wrong.append("the colours are the other scheme's")
        if wrong or said:
            found[path] = [*wrong, *said]
    return found


async def test_the_pages_most_used_can_be_read(portal_site: PortalSite) -> None:
    """The overview and the list pass where it is hardest: in the dark, in the narrowest room."""
    page = await portal_site.open(color_scheme="dark", viewport=NARROW)
    assert await _found(page, portal_site, ["/portal", "/portal/people"], "dark") == {}


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "size"), MATRIX)
async def test_every_page_can_be_read(
    portal_site: PortalSite, scheme: Any, size: dict[str, int]
) -> None:
    """Axe has nothing to say, no page scrolls sideways, and nothing is refused or missing."""
    page = await portal_site.open(color_scheme=scheme, viewport=size)
    paths = await _paths(page, portal_site)
    assert len(paths) > 9
    assert await _found(page, portal_site, paths, scheme) == {}


async def test_figures_come_again_by_themselves(portal_site: PortalSite) -> None:
    """The live part is asked for again, and takes the place of the one before."""
    page = await portal_site.open()
    said = complaints_of_browser(page)
    await page.clock.install()
    await page.goto(f"{portal_site.url}/portal")
    async with page.expect_response("**/portal/overview/live") as answered:
        await page.clock.fast_forward(11_000)
    assert (await answered.value).ok
    figures = page.locator("#live .figure")
    assert await figures.first.locator(".number").inner_text() == "60"
    assert said == []

"""Every page in every light: narrow, zoomed, dark, and before axe's rules."""

import pytest
from playwright.async_api import ViewportSize

from tests.api.public.test_pages import ALL
from tests.browser.conftest import OpenWindow
from tests.browser.eyes import colour_name, complaints, lightness, too_wide

NARROW: ViewportSize = {"width": 320, "height": 640}
# A window of 1280 by 720 whose reader has zoomed to 200 %.
ZOOMED: ViewportSize = {"width": 640, "height": 360}
LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"
COLOURS = {
    "started": "green",
    "already": "green",
    "invalid": "red",
    "not recognised": "orange",
    "error": "red",
}


@pytest.mark.parametrize("name", ALL)
async def test_no_page_scrolls_sideways(gallery: str, window: OpenWindow, name: str) -> None:
    """Everything fits at 320 px, at 200 % zoom, and with text twice as large."""
    page = await window(viewport=NARROW, device_scale_factor=2)
    await page.goto(gallery + name)
    assert await too_wide(page) == []
    await page.set_viewport_size(ZOOMED)
    assert await too_wide(page) == []
    await page.set_viewport_size(NARROW)
    await page.evaluate(LARGE_TEXT)
    assert await too_wide(page) == []


@pytest.mark.parametrize("name", ALL)
async def test_axe_finds_nothing(gallery: str, window: OpenWindow, name: str) -> None:
    """Axe complains neither of the light and wide page nor of the dark and narrow one."""
    page = await window()
    await page.goto(gallery + name)
    assert await complaints(page) == []
    assert await lightness(page.locator("body")) > 0.9
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size(NARROW)
    assert await complaints(page) == []
    assert await lightness(page.locator("body")) < 0.2


@pytest.mark.parametrize("name", COLOURS)
async def test_the_colours_of_the_five(gallery: str, window: OpenWindow, name: str) -> None:
    """The original's colours are what people would call them, light and dark."""
    page = await window()
    await page.goto(gallery + name)
    assert await colour_name(page.locator(".band")) == COLOURS[name]
    await page.emulate_media(color_scheme="dark")
    assert await colour_name(page.locator(".band")) == COLOURS[name]


async def test_nothing_is_refused_by_the_policy(gallery: str, window: OpenWindow) -> None:
    """No page makes the browser complain: every style, script and icon is allowed and there."""
    page = await window()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    # Leaving a page breaks off what it still loads; that is nobody's refusal.
    page.on(
        "requestfailed",
        lambda request: (
            None if "ERR_ABORTED" in (request.failure or "") else said.append(request.url)
        ),
    )
    for name in ("landing", "started", "form", "sent"):
        await page.goto(gallery + name)
    assert said == []

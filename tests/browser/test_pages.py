"""Every page in every light and language: narrow, zoomed, dark, and before axe's rules."""

from typing import Any

import pytest
from playwright.async_api import Page, ViewportSize

from domain.mail.languages import LANGUAGES
from tests.api.public.test_pages import ALL
from tests.browser.conftest import OpenWindow, stop_the_clock
from tests.browser.eyes import colour_name, complaints, lightness, too_wide

NARROW: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1024, "height": 640}
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


def in_turn(*some: str) -> list[Any]:
    """Return all languages; `make long` looks at all, and every run at some."""
    return [
        language if language in some else pytest.param(language, marks=pytest.mark.long)
        for language in LANGUAGES
    ]


# The longest words, and the other direction.
@pytest.mark.parametrize("language", in_turn("de", "ar"))
async def test_no_page_scrolls_sideways(gallery: str, window: OpenWindow, language: str) -> None:
    """Everything fits at 320 px, at 200 % zoom, and with text twice as large."""
    page = await window(device_scale_factor=2)
    for name in ALL:
        await page.set_viewport_size(NARROW)
        await page.goto(f"{gallery}{language}/{name}")
        assert await too_wide(page) == [], name
        await page.set_viewport_size(ZOOMED)
        assert await too_wide(page) == [], name
        await page.set_viewport_size(NARROW)
        await page.evaluate(LARGE_TEXT)
        assert await too_wide(page) == [], name


async def test_axe_finds_nothing_on_any_page(gallery: str, window: OpenWindow) -> None:
    """Axe complains neither of the light and wide page nor of the dark and narrow one."""
    page = await window()
    for name in ALL:
        await page.goto(f"{gallery}en/{name}")
        assert await complaints(page) == [], name
        assert await lightness(page.locator("body")) > 0.9
        await page.emulate_media(color_scheme="dark")
        await page.set_viewport_size(NARROW)
        assert await complaints(page) == [], name
        assert await lightness(page.locator("body")) < 0.2
        await page.emulate_media(color_scheme="light")
        await page.set_viewport_size(WIDE)


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
async def test_axe_finds_nothing_in_any_language(
    gallery: str, window: OpenWindow, language: str
) -> None:
    """What differs from English is text, direction and room: the page is narrow."""
    page = await window(viewport=NARROW)
    for name in ALL:
        await page.goto(f"{gallery}{language}/{name}")
        assert await complaints(page) == [], name


async def test_the_button_is_seen_without_scrolling(gallery: str, window: OpenWindow) -> None:
    """On the smallest phone the landing page's button is above the fold, in all languages."""
    page = await window(viewport=NARROW)
    for language in LANGUAGES:
        await page.goto(f"{gallery}{language}/landing")
        box = await page.get_by_role("button").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < NARROW["height"], language


async def test_arabic_is_mirrored(gallery: str, window: OpenWindow) -> None:
    """What stands on the left in English stands on the right; an address runs as it always does."""
    page = await window(viewport=WIDE)
    left = [await _places(page, f"{gallery}en/{name}") for name in ("landing", "form")]
    right = [await _places(page, f"{gallery}ar/{name}") for name in ("landing", "form")]
    assert left == [["left"] * len(one) for one in left]
    assert right == [["right"] * len(one) for one in right]
    assert (
        await page.locator("#email").evaluate("field => getComputedStyle(field).direction") == "ltr"
    )


async def _places(page: Page, address: str) -> list[str]:
    """Return at which side of the card its icon, its button and its numbers begin."""
    await page.goto(address)
    sides: list[str] = await page.evaluate(
        """() => {
          const card = document.querySelector("main").getBoundingClientRect();
          return [...document.querySelectorAll(".band .icon, form .button, .monogram")].map(
            (element) => {
              const box = element.getBoundingClientRect();
              return box.left - card.left < card.right - box.right ? "left" : "right";
            });
        }"""
    )
    return sides


async def test_the_countdown_speaks_the_pages_language(gallery: str, window: OpenWindow) -> None:
    """The script counts on in the words and digits with which the page began."""
    page = await window()
    await stop_the_clock(page)
    for language, said in (
        ("pl", ["za 10 sekund", "za 4 sekundy", "za 1 sekundę"]),
        ("ar", ["خلال 10 ثوانٍ", "خلال 4 ثوانٍ", "خلال ثانية واحدة"]),
    ):
        await page.goto(f"{gallery}{language}/started")
        seconds = page.locator(".seconds")
        heard = [await seconds.text_content()]
        for passed in (6000, 3000):
            await page.clock.run_for(passed)
            heard.append(await seconds.text_content())
        assert heard == said


@pytest.mark.parametrize("name", COLOURS)
async def test_the_colours_of_the_five(gallery: str, window: OpenWindow, name: str) -> None:
    """The original's colours are what people would call them, light and dark."""
    page = await window()
    await page.goto(f"{gallery}en/{name}")
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
        await page.goto(f"{gallery}en/{name}")
    assert said == []

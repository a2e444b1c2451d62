"""Every mail in every language as a mail program shows it: images off, narrow, dark."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, Route

from domain.status import MailKind
from templates.catalogue import sentence
from tests.browser.conftest import OpenWindow
from tests.browser.eyes import NOT_OF_MAILS, complaints, lightness, lightness_of_text, too_wide
from tests.browser.test_pages import in_turn
from tests.templates.samples import rendered


async def _without_images(page: Page) -> list[str]:
    """Load nothing that a mail refers to; return what was asked for."""
    asked: list[str] = []

    async def refuse(route: Route) -> None:
        asked.append(route.request.url)
        await route.abort()

    await page.route("**/*", refuse)
    return asked


@pytest.mark.parametrize("language", in_turn("en", "ar"))
async def test_a_mail_in_every_light(window: OpenWindow, language: str) -> None:
    """Axe finds nothing, light or dark, nothing scrolls sideways, and only the pixel is loaded."""
    page = await window()
    asked = await _without_images(page)
    for kind in MailKind:
        asked.clear()
        await page.set_viewport_size({"width": 700, "height": 900})
        await page.emulate_media(color_scheme="light")
        mail = rendered(kind, language, nudge_count=2, is_repeated=True)
        await page.set_content(mail.html)
        assert await complaints(page, without=NOT_OF_MAILS) == [], kind
        bright = await lightness(page.locator(".card"))
        await page.emulate_media(color_scheme="dark")
        assert await complaints(page, without=NOT_OF_MAILS) == [], kind
        assert bright > 0.9
        assert await lightness(page.locator(".card")) < 0.25
        await page.set_viewport_size({"width": 320, "height": 640})
        assert await too_wide(page) == [], kind
        (loaded,) = [address for address in asked if not address.startswith("cid:")]
        assert "/api/track-open?token=" in loaded


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_stands_in_place_of_images_can_be_read(window: OpenWindow, scheme: Any) -> None:
    """Where images are off, which most programs have at first, their texts are dark on light."""
    page = await window(color_scheme=scheme)
    await _without_images(page)
    await page.set_content(rendered(MailKind.INVITATION).html)
    codes = page.locator("img.code")
    assert await codes.count() == 2
    for code in await codes.all():
        assert await code.get_attribute("alt")
        assert await lightness(code) - await lightness_of_text(code) > 0.7


@pytest.mark.parametrize("kind", MailKind)
async def test_a_program_that_drops_the_head(window: OpenWindow, kind: MailKind) -> None:
    """Where the style sheet is thrown away, as some programs do, the mail is still in order."""
    page = await window(viewport={"width": 360, "height": 640})
    await _without_images(page)
    html = rendered(kind).html
    bare = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    assert bare != html
    await page.set_content(bare)
    assert await complaints(page, without=NOT_OF_MAILS) == []
    assert await too_wide(page) == []


async def test_the_button_by_keyboard(window: OpenWindow) -> None:
    """The first thing that Tab reaches is the button, and it has a name."""
    page = await window()
    await _without_images(page)
    await page.set_content(rendered(MailKind.INVITATION).html)
    await page.keyboard.press("Tab")
    focused = page.get_by_role("link", name=sentence("en", "invitation", "button"))
    assert await focused.evaluate("element => element === document.activeElement")

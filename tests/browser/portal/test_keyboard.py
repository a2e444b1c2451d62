"""The portal without a mouse: Tab reaches everything, in the order of the page, and is seen."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.portal.conftest import PortalSite
from tests.browser.portal.every_page import every_page

# What can be operated from where the page begins, which is a refusal where there is one, in the
# order of the page. Of a group of radio buttons Tab reaches one; a mail in a frame stands below it
# as text, too.
_OPERABLE = """() => {
  const start = document.activeElement;
  const follows = Node.DOCUMENT_POSITION_FOLLOWING;
  window.operable = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']"
  )].filter((one) => (start === document.body || start.compareDocumentPosition(one) & follows)
    && !one.disabled && one.type !== "hidden" && one.checkVisibility()
    && !(one.type === "radio" && !one.checked
      && document.querySelector(`input[name="${one.name}"]:checked`)));
  return window.operable.map((one) => one.outerHTML.slice(0, 90));
}"""
_FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    place: window.operable.indexOf(one),
    html: one.outerHTML.slice(0, 90),
    isMarked: one.matches(":focus-visible") && style.outlineStyle !== "none"
      && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none",
    isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0
      && box.left < innerWidth,
  };
}"""

_STOPS_OF_A_DATE = 4


async def walk(page: Page) -> list[str]:
    """Press Tab through the page that is open, and return what is wrong with the way."""
    operable: list[str] = await page.evaluate(_OPERABLE)
    wrong: list[str] = []
    for place, html in enumerate(operable):
        focus = await _after_tab(page)
        # Day, month and year of a date are a stop each, and so is its calendar.
        for _ in range(_STOPS_OF_A_DATE - 1):
            if focus["place"] == place - 1 and 'type="date"' in focus["html"]:
                focus = await _after_tab(page)
        if focus["place"] != place:
            return [*wrong, f"after {place} not {html}, but {focus['html']}"]
        if not focus["isMarked"]:
            wrong.append(f"focus is not marked: {html}")
        if not focus["isSeen"]:
            wrong.append(f"focus is not in sight: {html}")
    return wrong


async def _after_tab(page: Page) -> dict[str, Any]:
    await page.keyboard.press("Tab")
    focus: dict[str, Any] = await page.evaluate(_FOCUSED)
    return focus


async def walked(page: Page, site: PortalSite, paths: list[str]) -> dict[str, list[str]]:
    """Return what is wrong with each page that isn't in order."""
    found = {}
    for path in paths:
        await page.goto(f"{site.url}{path}", wait_until="networkidle")
        if wrong := await walk(page):
            found[path] = wrong
    return found


async def test_tab_leads_through_the_pages_most_used(portal_site: PortalSite) -> None:
    """Everything that can be operated gets the focus, in the order of the page, and shows it."""
    page = await portal_site.open(viewport={"width": 1280, "height": 900})
    assert await walked(page, portal_site, ["/portal/attention", "/portal/import"]) == {}


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 1280])
async def test_tab_leads_through_every_page(full_site: PortalSite, width: int) -> None:
    """No page holds the keyboard, leaves anything out, or hides where one is."""
    page = await full_site.open(viewport={"width": width, "height": 900})
    await page.clock.install()
    assert await walked(page, full_site, await every_page(page, full_site)) == {}


async def test_figures_that_come_again_leave_the_focus(portal_site: PortalSite) -> None:
    """The live part is replaced under the keyboard, which stays on the same link."""
    page = await portal_site.open()
    await page.clock.install()
    await page.goto(f"{portal_site.url}/portal")
    link = page.locator("#live a").nth(3)
    href = await link.get_attribute("href")
    await link.evaluate("one => { window.former = one; one.focus(); }")
    async with page.expect_response("**/portal/overview/live"):
        await page.clock.fast_forward(11_000)
    await page.wait_for_function("!window.former.isConnected")
    await page.wait_for_function("document.activeElement !== document.body")
    assert await page.locator(":focus").get_attribute("href") == href


async def test_a_refused_form_begins_at_what_is_wrong(portal_site: PortalSite) -> None:
    """The message has the focus, so that it is read first and Tab leads on to the fields."""
    page = await portal_site.open()
    await page.goto(f"{portal_site.url}/portal/settings/webhooks")
    await page.get_by_label("Address").fill("https://user:password@hooks.contoso.example")
    await page.get_by_label("Reason").fill("tickets")
    await page.locator("main form button").click()
    await page.wait_for_url("**/webhooks")
    assert await page.locator(":focus").get_attribute("role") == "alert"

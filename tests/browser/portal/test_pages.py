"""Every page of the portal that one gets to: narrow, wide, light, dark, and before axe."""

from typing import Any

import pytest
from playwright.async_api import Page, ViewportSize

from database.engine import Database
from tests.browser.eyes import broken_words, complaints, lightness, too_wide
from tests.browser.portal.conftest import READER_SESSION, PortalSite
from tests.browser.portal.every_page import ERRORS, every_page
from tests.database.values import person, put

SIZES = [ViewportSize(width=width, height=900) for width in (320, 768, 1280, 1440)]
NARROW, MIDDLE, WIDE, _ = SIZES
MATRIX = [
    pytest.param(scheme, size, id=f"{scheme}-{size['width']}")
    for scheme in ("dark", "light")
    for size in SIZES
]
# On its own a box that scrolls is fine; the page itself is not to scroll sideways.
_WIDE_TABLES = """() => [...document.querySelectorAll(".scroll")].filter(
  (box) => box.scrollWidth > box.clientWidth + 1
).map((box) => `${box.getAttribute("aria-label")}: ${box.scrollWidth} in ${box.clientWidth}`)"""
# A table whose cells are read a word a line belongs into cards: `stacked`, on a phone.
_TALL_ROWS = """() => [...document.querySelectorAll("tbody tr")].filter(
  (row) => row.getBoundingClientRect().height > 300
).map((row) => `taller than a third of a phone: ${row.textContent.trim().slice(0, 60)}`)"""
_SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def complaints_of_browser(page: Page) -> list[str]:
    """Return the list to which the browser adds what it has to say: errors, refused, missing."""
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    # Leaving a page breaks off what it still loads; that is nobody's fault.
    page.on(
        "requestfailed",
        lambda request: (
            None
            if "ERR_ABORTED" in (request.failure or "")
            else said.append(f"failed: {request.url}")
        ),
    )
    return said


# The trace of a window tries to run a script in the mail, whose frame may run none.
_TRACING = "Blocked script execution in"
_STATUS = "Failed to load resource: the server responded with a status of"


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
        if await page.evaluate("innerWidth") >= WIDE["width"]:
            wrong += await page.evaluate(_WIDE_TABLES)
        if await page.evaluate("innerWidth") <= NARROW["width"]:
            wrong += await page.evaluate(_TALL_ROWS)
            wrong += await broken_words(page)
        if (await lightness(page.locator("html")) < 0.2) is not (scheme == "dark"):
            wrong.append("the colours are the other scheme's")
        said[:] = [line for line in said if _TRACING not in line]
        if path in ERRORS:
            said[:] = [line for line in said if _STATUS not in line]
        if wrong or said:
            found[path] = [*wrong, *said]
    return found


@pytest.mark.wording
async def test_the_pages_most_used_can_be_read(portal_site: PortalSite) -> None:
    """These pass where it is hardest: in the dark, in the narrowest room."""
    page = await portal_site.open(color_scheme="dark", viewport=NARROW)
    paths = ["/portal", "/portal/people", "/portal/attention", "/portal/settings", "/portal/audit"]
    assert await _found(page, portal_site, paths, "dark") == {}


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "size"), MATRIX)
async def test_every_page_can_be_read(
    full_site: PortalSite, scheme: Any, size: dict[str, int]
) -> None:
    """Axe has nothing to say, no page scrolls sideways, and nothing is refused or missing."""
    page = await full_site.open(color_scheme=scheme, viewport=size)
    found = await _found(page, full_site, await every_page(page, full_site), scheme)
    found |= await _after_forms(page, full_site)
    assert found == {}


async def _after_forms(page: Page, site: PortalSite) -> dict[str, list[str]]:
    """Return what is wrong with pages that answer a form: a preview, a refusal, the way out."""
    found = {}
    await page.goto(f"{site.url}/portal/people?batch=wave-1")
    await page.locator("select[name=scope]").select_option("all")
    await page.locator("form.bulk button").click()
    found["bulk"] = await complaints(page)
    await page.get_by_label("Reason").fill("the machines are away")
    await page.locator("main form button").click()
    found["Temporal away"] = await complaints(page)
    await page.goto(f"{site.url}/portal/settings/webhooks")
    await page.get_by_label("Address").fill("https://user:password@hooks.contoso.example")
    await page.get_by_label("Reason").fill("tickets")
    await page.locator("main form button").click()
    found["a webhook that is refused"] = await complaints(page)
    await page.goto(f"{site.url}/portal/audit")
    token = page.locator("form[action$=verify] input[name=csrf]")
    await token.evaluate("field => field.value = 'forged'")
    await page.locator("form[action$=verify] button").click()
    found["forged form"] = await complaints(page)
    reader = await site.open(READER_SESSION, color_scheme="dark", viewport=NARROW)
    await reader.goto(f"{site.url}/portal/import")
    found["not allowed"] = await complaints(reader)
    await page.goto(f"{site.url}/portal")
    await page.locator(".sign-out button").click()
    found["signed out"] = await complaints(page)
    return {name: wrong for name, wrong in found.items() if wrong}


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
    await _away_for_a_while(page)


async def _away_for_a_while(page: Page) -> None:
    """Let the live part fail once: a line says so, and goes when it comes again."""
    told = page.locator("#not-fresh")
    live = "**/portal/overview/live"
    await page.route(live, lambda route: route.fulfill(status=503))
    await page.clock.fast_forward(11_000)
    await told.filter(has_text="503").wait_for()
    await page.unroute(live)
    await page.clock.fast_forward(11_000)
    await told.filter(has_not_text="503").wait_for(state="attached")


async def test_a_long_name_hides_no_column(
    portal_site: PortalSite, sqlite_database: Database
) -> None:
    """The table of people fits at 1280 and at 4K; in the narrowest room each person is a card."""
    name = "Wolfeschlegelsteinhausenbergerdorff" * 6
    upn = f"{'long' * 20}@contoso.example"
    await put(sqlite_database, person(1, display_name=name, upn=upn, problem="x"))
    page = await portal_site.open(viewport={"width": 1280, "height": 900})
    await page.goto(f"{portal_site.url}/portal/people?text=Wolfeschlegel")
    assert await page.locator("tbody tr").count() == 1
    assert await page.evaluate(_WIDE_TABLES) == []
    await page.set_viewport_size(ViewportSize(width=3840, height=2160))
    assert await too_wide(page) == []
    assert not await page.evaluate(_SCROLLS)
    main = await page.locator("main").bounding_box()
    # A line as long as such a screen can't be read.
    assert main is not None
    assert 1280 < main["width"] <= 1800
    await page.set_viewport_size(NARROW)
    assert await page.evaluate(_WIDE_TABLES) == []
    for cell in await page.get_by_role("cell").all():
        box = await cell.bounding_box()
        assert box is None or box["x"] + box["width"] <= NARROW["width"]
    assert await page.get_by_role("cell", name="autumn").is_visible()


@pytest.mark.wording
async def test_a_departments_name_is_not_broken_within(
    portal_site: PortalSite, sqlite_database: Database
) -> None:
    """On a phone the table of a batch's departments scrolls, and its names stay words."""
    await put(sqlite_database, person(1, department="Management"))
    page = await portal_site.open(viewport=NARROW)
    await page.goto(f"{portal_site.url}/portal/batches/autumn")
    assert await page.get_by_role("rowheader", name="Management").is_visible()
    assert await broken_words(page) == []
    assert not await page.evaluate(_SCROLLS)

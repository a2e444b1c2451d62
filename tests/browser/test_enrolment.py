"""From the link in the mail to Microsoft's page, as a person goes."""

import re

import pytest
from playwright.async_api import Page, expect
from temporalio.client import Client

from domain.status import InviteStatus
from templates.catalogue import sentence
from tests.api.enrolments import FAIL, Enrolment, start_enrolment
from tests.browser.conftest import OpenWindow, Site, stop_the_clock
from tests.browser.eyes import colour_name

STARTED = "MFA Enrolment Started"
ALREADY = "Already Registered"
START = sentence("en", "landing", "button")
CONTINUE = sentence("en", "enrolment_started", "button")
STAY = sentence("en", "enrolment_started", "stay")
FINISH = sentence("en", "already_registered", "button")
FIELD = sentence("en", "resend_form", "field")
SEND = sentence("en", "resend_form", "button")


async def shows(page: Page, title: str) -> None:
    """Wait until a page has this heading."""
    await expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


async def press_start(page: Page) -> None:
    """Press the landing page's one button."""
    await page.get_by_role("button", name=START).click()


@pytest.fixture
async def invited(client: Client) -> Enrolment:
    """Invite somebody."""
    return await start_enrolment(client)


async def test_button_then_countdown(site: Site, window: OpenWindow, invited: Enrolment) -> None:
    """The button starts a countdown beside a visible link, and at its end the setup page opens."""
    page = await window()
    await stop_the_clock(page)
    await page.goto(site.link(invited.token))
    await press_start(page)
    await shows(page, STARTED)
    await expect(page.get_by_role("link", name=CONTINUE)).to_have_attribute("href", site.setup_url)
    await expect(page.locator(".opens", has_text="in 10 seconds")).to_be_visible()
    await page.clock.run_for(4000)
    await expect(page.locator(".opens", has_text="in 6 seconds")).to_be_visible()
    await expect(page.get_by_role("status")).to_contain_text("in 10 seconds")
    await page.clock.run_for(6000)
    await page.wait_for_url(site.setup_url)
    assert [signal.name for signal in await invited.signals()] == ["link_clicked"]


async def test_the_countdown_can_be_stopped(
    site: Site, window: OpenWindow, invited: Enrolment
) -> None:
    """Who needs more time presses one button: nothing opens any more, and the link has focus."""
    page = await window()
    await stop_the_clock(page)
    await page.goto(site.link(invited.token))
    await press_start(page)
    await page.get_by_role("button", name=STAY).click()
    await expect(page.locator(".opens")).to_be_hidden()
    await expect(page.get_by_role("link", name=CONTINUE)).to_be_focused()
    await page.clock.run_for(60_000)
    await shows(page, STARTED)


async def test_without_javascript(site: Site, window: OpenWindow, invited: Enrolment) -> None:
    """Without scripts there is no countdown, and the link does the same."""
    page = await window(java_script_enabled=False)
    await page.goto(site.link(invited.token))
    await press_start(page)
    await shows(page, STARTED)
    await expect(page.locator(".opens")).to_be_hidden()
    await page.get_by_role("link", name=CONTINUE).click()
    await shows(page, "Security info")
    assert len(await invited.signals()) == 1


async def test_back_from_the_countdown(site: Site, window: OpenWindow, invited: Enrolment) -> None:
    """Going back after the click shows that the link has been used, and no second button."""
    page = await window()
    await page.goto(site.link(invited.token))
    await press_start(page)
    await shows(page, STARTED)
    await page.go_back()
    await shows(page, ALREADY)
    await expect(page.get_by_role("link", name=FINISH)).to_have_attribute("href", site.setup_url)


async def test_back_from_the_setup_page(site: Site, window: OpenWindow, invited: Enrolment) -> None:
    """Going back from Microsoft's page asks nobody to send a form again, and sends nobody there."""
    page = await window()
    await page.goto(site.link(invited.token))
    await press_start(page)
    await page.get_by_role("link", name=CONTINUE).click()
    await page.wait_for_url(site.setup_url)
    await page.go_back()
    await shows(page, ALREADY)
    assert len(await invited.signals()) == 1


async def test_with_the_keyboard_alone(site: Site, window: OpenWindow, invited: Enrolment) -> None:
    """Tab and Enter lead through, the focus can be seen, and nothing else takes it on the way."""
    page = await window()
    await stop_the_clock(page)
    await page.goto(site.link(invited.token))
    await page.keyboard.press("Tab")
    start = page.get_by_role("button", name=START)
    await expect(start).to_be_focused()
    await expect(start).to_have_css("outline-style", "solid")
    await page.keyboard.press("Enter")
    await shows(page, STARTED)
    # The script brings it; before that, the link would be the first stop.
    await expect(page.get_by_role("button", name=STAY)).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name=STAY)).to_be_focused()
    await page.keyboard.press("Space")
    await expect(page.get_by_role("link", name=CONTINUE)).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url(site.setup_url)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_the_resend_form(site: Site, window: OpenWindow, scripts: bool) -> None:
    """A wrong address is explained and can be corrected; a right one is thanked for."""
    page = await window(java_script_enabled=scripts)
    await page.goto(f"{site.url}/api/resend")
    field = page.get_by_label(FIELD)
    await field.fill("ada")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("name@company.com")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description(re.compile("name@company.com"))
    await expect(field).to_be_focused()
    await field.fill("ada@contoso.example")
    await page.get_by_role("button", name=SEND).click()
    await shows(page, "Check Your Email")


async def test_the_five_pages(site: Site, window: OpenWindow, client: Client) -> None:
    """Each of the original's pages has its title, its colour and its status, in a real visit."""
    page = await window()
    sent = await start_enrolment(client)
    clicked = await start_enrolment(client, InviteStatus.CLICKED)
    failed = await start_enrolment(client, None)
    await failed.answer_workflow_task(FAIL)

    async def seen(status: int) -> tuple[int, str, str]:
        title = await page.title()
        return status, title.partition(" · ")[0], await colour_name(page.locator(".band"))

    async def visited(path: str) -> tuple[int, str, str]:
        response = await page.goto(site.url + path)
        assert response is not None
        return await seen(response.status)

    await page.goto(site.link(sent.token))
    async with page.expect_response("**/api/enrol") as pressed:
        await press_start(page)
    await shows(page, STARTED)
    assert await seen((await pressed.value).status) == (200, STARTED, "green")
    used = f"/api/enrol?token={clicked.token}"
    over = f"/api/enrol?token={failed.token}"
    assert await visited(used) == (200, ALREADY, "green")
    assert await visited(over) == (404, "Link Not Recognised", "orange")
    assert await visited("/api/enrol") == (400, "Invalid Link", "red")
    assert await visited("/api/enrol?token=x") == (400, "Invalid Link", "red")

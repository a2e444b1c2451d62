"""The pages of the portal: those of the navigation, those behind them, and those that refuse."""

from playwright.async_api import Page

from tests.browser.portal.conftest import PortalSite
from tests.screenshots.notifications import GIVEN_UP, REPORT, WEBHOOK
from tests.screenshots.people import OBJECT_ID
from tests.screenshots.tables import REQUEST, UPLOAD

# The pages to which the navigation alone doesn't lead.
_FURTHER = (
    f"/portal/people/{OBJECT_ID}",
    f"/portal/people/{OBJECT_ID}?do=pause",
    f"/portal/people/{OBJECT_ID}/erase",
    f"/portal/people/{OBJECT_ID}/list-item/compare",
    "/portal/people?text=nobody+at+all",
    "/portal/attention?kind=bounced",
    f"/portal/import/{UPLOAD}",
    "/portal/imports/wave-1",
    f"/portal/imports/{UPLOAD}",
    "/portal/batches/wave-1",
    "/portal/batches/wave-1/undo",
    f"/portal/requests/{REQUEST}",
    "/portal/mails/invitation/1/en",
    "/portal/mails/reminder/2/ar",
    "/portal/settings/reports",
    f"/portal/settings/reports/{REPORT}",
    "/portal/settings/webhooks",
    f"/portal/settings/webhooks/{WEBHOOK}",
    f"/portal/settings/webhooks/{GIVEN_UP}",
)
# Pages that say that there is nothing, or that something can't be; the browser notes the status.
ERRORS = (
    f"/portal/people/{UPLOAD}",
    "/portal/batches/none",
    "/portal/imports/none",
    f"/portal/import/{OBJECT_ID}",
    "/portal/mails/none/1/en",
    f"/portal/settings/reports/{UPLOAD}",
    f"/portal/settings/webhooks/{UPLOAD}",
    "/portal/signed-in?error=access_denied",
)


async def every_page(page: Page, site: PortalSite) -> list[str]:
    """Return the pages that the navigation names, and all others that a link leads to."""
    await page.goto(f"{site.url}/portal")
    links = page.get_by_role("navigation", name="Portal").get_by_role("link")
    paths = [await link.get_attribute("href") or "" for link in await links.all()]
    assert len(paths) == 10
    return [*paths, *_FURTHER, *ERRORS]

"""What holds up everybody, on pages that stay open."""

from datetime import UTC, datetime
from re import search

from database.rollout.control import set_control
from domain.portal.roles import Role
from domain.tables.rollout import MailControl
from tests.api.portal.portal import RunningPortal


async def test_a_page_that_stays_open_gets_new_banners(portal: RunningPortal) -> None:
    """It asks with the key of what it shows: nothing comes while that is so, else the new ones."""
    async with portal.browser(Role.READER) as browser:
        page = (await browser.get("/portal/people")).text
        assert "All mail is stopped" not in page
        shown = search(r'hx-get="(/portal/banners\?shown=\w+)" hx-trigger="every 10s"', page)
        assert shown is not None
        assert (await browser.get(shown[1])).status_code == 204
        control = MailControl(mail_stopped=True, since=datetime.now(UTC), actor="Ada")
        async with portal.database.writing() as connection:
            await set_control(connection, control)
        part = await browser.get(shown[1])
    assert part.status_code == 200
    assert "All mail is stopped" in part.text
    assert "<html" not in part.text
    assert shown[1] not in part.text

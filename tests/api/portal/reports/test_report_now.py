"""The report as it would be sent now, on a page: the mail is in a frame that lets it do nothing."""

from html import unescape

from domain.portal.roles import Role
from domain.status import InviteStatus
from tests.api.portal.portal import RunningPortal
from tests.database.values import person, put

PATH = "/portal/settings/reports/now"


async def test_the_report_is_looked_at_before_it_is_sent(portal: RunningPortal) -> None:
    """Its subject, its words and its looks, in each language; admins come to it from the list."""
    for number in range(3):
        await put(portal.database, person(number, status=InviteStatus.SENT))
    async with portal.browser(Role.ADMIN) as browser:
        assert f'href="{PATH}"' in (await browser.get("/portal/settings/reports")).text
        answer = await browser.get(PATH)
        page = unescape(answer.text)
        german = unescape((await browser.get(PATH, params={"language": "de"})).text)
        content = await browser.get(f"{PATH}/content", params={"language": "de"})
        unknown = await browser.get(PATH, params={"language": "tlh"})
    assert "frame-src 'self'" in answer.headers["content-security-policy"]
    assert "no report was sent yet" in page
    assert f'src="{PATH}/content?language=en"' in page
    assert f'src="{PATH}/content?language=de"' in german
    assert content.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert 'lang="de"' in content.text
    assert "href=" not in content.text
    assert unknown.status_code == 200, "what isn't a language of ours is the organisation's"


async def test_others_do_not_see_it(portal: RunningPortal) -> None:
    """It names people who need an admin."""
    for role in (Role.HELPDESK, Role.READER):
        async with portal.browser(role) as browser:
            for path in (PATH, f"{PATH}/content"):
                assert (await browser.get(path)).status_code == 403

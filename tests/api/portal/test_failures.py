"""Addresses that the portal doesn't have, and what nobody foresaw: pages of its own."""

import httpx

from domain.portal.roles import Role
from tests.api.portal.portal import CSRF, RunningPortal
from tests.database.values import object_id


def is_the_portals(answer: httpx.Response) -> bool:
    """Say whether a page leads back to the overview, and is none that employees get."""
    return 'href="/portal"' in answer.text and "portal.css" in answer.text


async def test_an_unknown_address_has_a_page_of_the_portal(portal: RunningPortal) -> None:
    """Below the portal it is the portal's, elsewhere that of the public pages."""
    async with portal.browser(Role.READER) as browser:
        answer = await browser.get("/portal/nope")
        other = await browser.get("/nope")
    assert answer.status_code == other.status_code == 404
    assert is_the_portals(answer)
    assert not is_the_portals(other)


async def test_an_address_that_cannot_be_read_is_none_of_the_portals(
    portal: RunningPortal,
) -> None:
    """An id that is none, or an action: a page like any other, which quotes nothing."""
    form = {"csrf": CSRF}
    async with portal.browser(Role.ADMIN) as browser:
        answers = [
            await browser.get("/portal/import/nonsense"),
            await browser.post("/portal/import/nonsense", data=form),
            await browser.post("/portal/people/views/nonsense", data=form),
            await browser.post(f"/portal/people/{object_id(1)}/nonsense", data=form),
        ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert all(map(is_the_portals, answers))
    assert not any("nonsense" in answer.text for answer in answers)


async def test_a_wrong_method_has_a_page_of_the_portal(portal: RunningPortal) -> None:
    """It names the methods that there are."""
    async with portal.browser(Role.READER) as browser:
        answer = await browser.post("/portal/people")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert is_the_portals(answer)


async def test_an_unexpected_failure_has_a_page_of_the_portal(portal: RunningPortal) -> None:
    """It has the reference of the log, and not what the exception says."""

    @portal.api.app.get("/portal/broken")
    async def broken() -> None:
        raise RuntimeError("a secret")

    async with portal.browser(Role.READER) as browser:
        answer = await browser.get("/portal/broken")
    assert answer.status_code == 500
    assert is_the_portals(answer)
    assert "reference" in answer.text
    assert "a secret" not in answer.text

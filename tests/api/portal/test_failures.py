"""Addresses that the portal doesn't have, and what nobody foresaw: pages of its own."""

import httpx
import pytest

from api.portal.access import MOST_FIELDS
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


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", "name=" + "a" * 2**21),
        ("application/x-www-form-urlencoded", "id=1&" * (MOST_FIELDS + 1)),
        ("multipart/form-data", "--B\r\n"),
        ("multipart/form-data; boundary=B", "name=a"),
    ],
    ids=["a field without end", "more fields than there may be", "no boundary", "no part"],
)
async def test_a_form_that_cannot_be_read_has_a_page_of_the_portal(
    portal: RunningPortal, kind: str, body: str
) -> None:
    """It says that nothing was done, and has none of a library's words."""
    async with portal.browser(Role.ADMIN) as browser:
        answer = await browser.post(
            "/portal/people/views",
            content=body,
            headers={"Content-Type": kind, "X-CSRF-Token": CSRF},
        )
    assert answer.status_code == 400
    assert is_the_portals(answer)
    assert "Nothing was done" in answer.text


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

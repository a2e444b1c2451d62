"""Pages of many things: a part at a time, searched, filtered and grouped."""

import html
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.people.app import create_people_app
from simulated_tenant.testing import deliver
from small_tenant import GROUP_ID, LIST_ID, SITE_ID, Clock

MANY = 120
KINDS = ("invitation", "reminder", "escalation")
SEVEN = "p007@contoso.example"


@pytest.fixture
async def pages(tenant: SimulatedTenant, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """The pages of a tenant with many users, rows, members and mails."""
    tracking = tenant.sites.find_list(SITE_ID, LIST_ID)
    assert tracking is not None
    for number in range(MANY):
        name = f"p{number:03}@contoso.example"
        user = tenant.add_user(name, display_name=f"Person {number:03}")
        fields = {"Title": name, "Status": "Sent" if number % 3 else "Pending"}
        tracking.add(fields, by="app", now=clock.now, visible_at=clock.now)
        tenant.add_member(GROUP_ID, user.id)
        deliver(tenant, name, f"Mail {number:03}", KINDS[number % 3])
        clock.advance(timedelta(minutes=1))
    deliver(tenant, SEVEN, "Another", "reminder")
    transport = httpx.ASGITransport(app=create_people_app(tenant))
    async with httpx.AsyncClient(transport=transport, base_url="http://people.example") as client:
        yield client


def rows_of(page: str) -> list[str]:
    """Return the first cell of each row of a page's table, without its tags."""
    cells = re.findall(r"<tr>\s*<td[^>]*>(.*?)</td>", page, flags=re.DOTALL)
    return [" ".join(html.unescape(re.sub("<[^>]+>", " ", cell)).split()) for cell in cells]


def link(page: str, words: str) -> str:
    """Return where a link of the page leads."""
    found = re.search(rf'href="([^"]+)">(?:<bdi>)?{words}<', page)
    assert found is not None
    return html.unescape(found[1])


@pytest.mark.parametrize(
    ("address", "told", "first", "last"),
    [
        ("/outbox", "1 to 50 of 121 mails", SEVEN, "p071@contoso.example"),
        ("/list", "1 to 50 of 120 rows", "p000@contoso.example", "p049@contoso.example"),
        ("/group", "1 to 50 of 120 members", "Person 000", "Person 049"),
        ("/security-info", "1 to 50 of 123 people", "Ann", "Person 046"),
    ],
)
async def test_a_page_shows_fifty(
    pages: httpx.AsyncClient, address: str, told: str, first: str, last: str
) -> None:
    """It says how many there are, and the last page, reached by its link, has the rest."""
    page = (await pages.get(address)).text
    assert told in page
    assert [rows_of(page)[0], rows_of(page)[-1]] == [first, last]
    end = (await pages.get(link(page, "Last"))).text
    assert len(rows_of(end)) == MANY - 100 + {"/outbox": 1, "/security-info": 3}.get(address, 0)
    assert 'rel="next"' not in end
    assert rows_of((await pages.get(link(end, "Previous"))).text)[0] != first


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/outbox?q=mail+007", [SEVEN]),
        (f"/outbox?person={SEVEN}", [SEVEN, SEVEN]),
        (f"/outbox?person={SEVEN}&kind=reminder&q=another", [SEVEN]),
        (f"/outbox?person={SEVEN}&kind=invitation", []),
        ("/outbox?q=p00&kind=escalation&page=77", ["p008", "p005", "p002"]),
        ("/list?q=P007", [SEVEN]),
        ("/list?q=p00&column=Status&value=Pending", ["p000", "p003", "p006", "p009"]),
        ("/group?q=person+007", ["Person 007"]),
        ("/security-info?q=P007", ["Person 007"]),
    ],
)
async def test_what_is_looked_for_is_found(
    pages: httpx.AsyncClient, address: str, found: list[str]
) -> None:
    """Texts in any case, a person, a kind and a column's value narrow what is shown, together."""
    shown = rows_of((await pages.get(address)).text)
    assert [one.partition("@")[0] for one in shown] == [one.partition("@")[0] for one in found]


async def test_mails_are_grouped(pages: httpx.AsyncClient) -> None:
    """By kind and by person they are counted, and each group leads to its mails."""
    kinds = (await pages.get("/outbox?group=kind")).text
    assert rows_of(kinds) == ["Reminder", "Escalation", "Invitation"]
    assert "1 to 50 of 81" not in kinds
    reminders = (await pages.get(link(kinds, "Reminder"))).text
    assert "41 mails" in reminders
    people = (await pages.get("/outbox?group=person&q=p007")).text
    assert rows_of(people) == [f"Person 007 {SEVEN}"]
    assert "2 mails" in (await pages.get(link(people, "Person 007"))).text


async def test_rows_are_grouped(pages: httpx.AsyncClient) -> None:
    """By a choice they are counted, and each value leads to its rows."""
    page = (await pages.get("/list?group=Status")).text
    assert rows_of(page) == ["Sent", "Pending"]
    assert "40 rows" in (await pages.get(link(page, "Pending"))).text


async def test_days_are_counted_where_they_have_a_beginning(
    tenant: SimulatedTenant, pages: httpx.AsyncClient, clock: Clock
) -> None:
    """In the demo a time has its day in place of a date."""
    assert "02 Mar 2026 11:00:00" in (await pages.get("/outbox")).text
    began = (clock.now - timedelta(minutes=121)).isoformat()
    told = {"dayZero": began, "daySeconds": 600}
    assert (await pages.put("/control/calendar", json=told)).status_code == 204
    assert "Day 12, 11:00:00" in (await pages.get("/outbox")).text
    told = {"daysEndedAt": (clock.now - timedelta(minutes=61)).isoformat()}
    assert (await pages.put("/control/calendar", json=told)).status_code == 204
    assert "Day 6, 11:00:00" in (await pages.get("/outbox")).text

"""The list of people: what it finds, in which order, page by page."""

from datetime import timedelta
from html import unescape
from re import findall, search
from uuid import uuid4

import httpx
import pytest

from api.portal.people import people_list
from api.portal.people.list_query import SORTS
from database.enrolments.record import record_all
from database.portal.saved_views import save_view
from domain.portal.roles import Role
from domain.portal.saved_view import LONGEST_NAME, MOST_OF_ONE, SavedView
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import EnrolmentChange
from tests.api.portal.people.values import hostile, is_harmless
from tests.api.portal.portal import CSRF, RunningPortal
from tests.database.values import NOW, TOMBSTONES, object_id, person, put

FOUND = {
    "": ["Émile", "Chloé", "Ada", "Björn", "Zoë"],
    "sort=name": ["Ada", "Björn", "Chloé", "Émile", "Zoë"],
    "sort=-name": ["Zoë", "Émile", "Chloé", "Björn", "Ada"],
    "sort=due": ["Björn", "Zoë", "Chloé", "Ada", "Émile"],
    "sort=nonsense": ["Émile", "Chloé", "Ada", "Björn", "Zoë"],
    "text=EMIL": ["Émile"],
    "text=person2%40": ["Björn"],
    "text=%25": [],
    "status=Clicked": ["Zoë"],
    "attention=bounced": ["Chloé"],
    "attention=mail-unconfirmed": [],
    "ended=ended": ["Ada"],
    "ended=not-active": [],
    "registered_after=reminder-1": ["Ada"],
    "no_department=yes": ["Björn"],
    "ended=running&sort=name": ["Björn", "Chloé", "Émile", "Zoë"],
    "batch=spring": ["Björn"],
    "department=Sales&status=Clicked": ["Zoë"],
    "manager=boss%40contoso.com": ["Émile"],
    "language=fr-CH": ["Chloé"],
    "escalated=yes": ["Émile"],
    "escalated=no&attention=failed": [],
}

PLACES = (
    "after=nonsense",
    "after=7.1.x",
    f"after=0.999999999999999999999999.{object_id(1)}",
    f"before=1..{object_id(1)}",
    f"after=0..{uuid4()}",
    f"before=0.-5.{object_id(1)}",
)


def _names(page: httpx.Response) -> list[str]:
    assert page.status_code == 200, page.text
    return [unescape(one) for one in findall(r'class="person"[^>]*><bdi>([^<]*)</bdi>', page.text)]


def _link(page: httpx.Response, relation: str) -> str | None:
    found = search(rf'href="([^"]*)" rel="{relation}"', page.text)
    return unescape(found[1]) if found else None


@pytest.fixture
async def people(portal: RunningPortal) -> RunningPortal:
    """Put people of every kind into the tables."""
    rows = (
        person(1, display_name="Zoë", department="Sales", status=InviteStatus.CLICKED),
        person(
            2,
            display_name="Björn",
            batch_id="spring",
            department=None,
            due_at=NOW + timedelta(days=1),
        ),
        person(
            3,
            display_name="Chloé",
            attention=AttentionKind.BOUNCED,
            attention_since=NOW,
            language="fr-CH",
        ),
        person(
            4,
            display_name="Ada",
            ended=EnrolmentEnd.ACTIVE,
            status=InviteStatus.ACTIVE,
            registered_after="reminder-1",
        ),
        person(
            5,
            display_name="Émile",
            escalated=True,
            manager_upn="boss@contoso.com",
            attention=AttentionKind.FAILED,
            attention_since=NOW - timedelta(days=1),
            revision=1,
        ),
    )
    for row in rows:
        await put(portal.database, row)
    return portal


async def test_filters_and_orders(people: RunningPortal) -> None:
    """Each filter finds its people, each order has its own; nobody needs Temporal for it."""
    found, counted = {}, {}
    async with people.browser(Role.READER) as browser:
        for query in FOUND:
            page = await browser.get(f"/portal/people?{query}")
            found[query] = _names(page)
            counted[query] = f"<strong>{len(found[query])}</strong>" in page.text
    assert found == FOUND
    assert all(counted.values()), counted


async def test_an_unknown_filter_is_named_and_left_out(people: RunningPortal) -> None:
    """Neither a status nor a filter that doesn't exist looks as if it held."""
    async with people.browser(Role.READER) as browser:
        page = await browser.get("/portal/people?status=%3Cb%3EGone&departement=%3Cb%3ESales")
    assert len(_names(page)) == 5
    assert "Status: &lt;b&gt;Gone" in page.text
    assert "departement: &lt;b&gt;Sales" in page.text


async def test_pages_lead_on_and_back(
    portal: RunningPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All pages together hold everybody once, and the links back show the same pages again."""
    monkeypatch.setattr(people_list, "PAGE_SIZE", 5)
    rows = [
        person(
            number,
            display_name=f"Name {number % 7}",
            revision=1000 + number % 5,
            due_at=NOW + timedelta(days=number % 3) if number % 2 else None,
            attention=None if number % 3 else AttentionKind.BOUNCED,
            attention_since=None if number % 3 else NOW + timedelta(hours=number % 4),
        )
        for number in range(13)
    ]
    async with portal.database.writing() as connection:
        changes = [EnrolmentChange(row=row) for row in rows]
        await record_all(connection, changes, tombstones=TOMBSTONES)
    async with portal.browser(Role.READER) as browser:
        for sort in SORTS:
            await _go_on_and_back(browser, sort, len(rows))


async def _go_on_and_back(browser: httpx.AsyncClient, sort: str, total: int) -> None:
    shown: list[list[str]] = []
    next_page: str | None = f"/portal/people?sort={sort}"
    while next_page:
        assert "name" not in next_page.partition("&")[2]
        page = await browser.get(next_page)
        shown.append(findall(r"/portal/people/([0-9a-f-]{36})", page.text))
        next_page = _link(page, "next")
    assert [len(one) for one in shown] == [5, 5, 3], sort
    everybody = [one for page_shown in shown for one in page_shown]
    assert sorted(everybody) == [object_id(number) for number in range(total)]
    for expected in reversed(shown[:-1]):
        page = await browser.get(str(_link(page, "prev")))
        assert findall(r"/portal/people/([0-9a-f-]{36})", page.text) == expected, sort
    assert _link(page, "prev") is None
    assert _link(page, "next")


async def test_a_made_up_place_is_no_error(people: RunningPortal) -> None:
    """Whatever the address names as the edge of a page, people are shown."""
    async with people.browser(Role.READER) as browser:
        for sort in ("attention", "name", "due", "changed"):
            for place in PLACES:
                assert _names(await browser.get(f"/portal/people?sort={sort}&{place}")), place


async def test_htmx_gets_the_rows_alone_and_a_short_address(people: RunningPortal) -> None:
    """A search as one types replaces the rows, and the address names what was searched."""
    headers = {"HX-Request": "true"}
    async with people.browser(Role.READER) as browser:
        part = await browser.get("/portal/people?text=ada&status=&sort=attention", headers=headers)
    assert "<html" not in part.text
    assert _names(part) == ["Ada"]
    assert part.headers["hx-push-url"] == "/portal/people?text=ada"
    # What would be saved as a view is what is shown by now.
    assert 'form="save-view" value="/portal/people?text=ada"' in part.text


async def test_other_peoples_text_is_only_text(portal: RunningPortal) -> None:
    """Names, departments and batches are escaped, in the list and in what is offered to choose."""
    await put(portal.database, hostile())
    async with portal.browser(Role.ADMIN) as browser:
        assert is_harmless((await browser.get("/portal/people")).text)


async def test_views_are_saved_shared_renamed_and_deleted(people: RunningPortal) -> None:
    """A view opens its list; others see it when it is shared, and only its owner changes it."""
    save = {"csrf": CSRF, "query": "/portal/people?status=Clicked&sort=name", "name": "<b>Mine"}
    async with (
        people.browser(Role.READER) as ada,
        people.browser(Role.READER, number=901) as eve,
        people.browser(Role.ADMIN, number=902) as admin,
    ):
        answer = await ada.post("/portal/people/views", data=save)
        assert answer.status_code == 303
        page = (await ada.get("/portal/people")).text
        assert "/portal/people?status=Clicked&amp;sort=name" in page
        assert "<bdi>&lt;b&gt;Mine</bdi>" in page
        assert "Mine" not in (await eve.get("/portal/people")).text
        found = search(r"/portal/people/views/[0-9a-f-]{36}", page)
        assert found
        shared = {"csrf": CSRF, "do": "change", "name": "Ours", "shared": "yes"}
        await eve.post(found[0], data=shared)
        assert "<bdi>Ours</bdi>" not in (await ada.get("/portal/people")).text
        await ada.post(found[0], data=shared)
        page = (await eve.get("/portal/people")).text
        assert "<bdi>Ours</bdi>" in page
        await eve.post(found[0], data={"csrf": CSRF, "do": "delete"})
        assert "<bdi>Ours</bdi>" in (await ada.get("/portal/people")).text
        await admin.post(found[0], data={"csrf": CSRF, "do": "delete"})
        assert "<bdi>Ours</bdi>" not in (await ada.get("/portal/people")).text


async def test_a_view_with_an_unknown_filter_says_so(people: RunningPortal) -> None:
    """It was kept by another version; its link leads to a list that names what it leaves out."""
    view = SavedView(
        view_id=object_id(1),
        owner_id=object_id(900),
        name="Old",
        shared=False,
        filters={"status": "Gone", "department": "Sales"},
        created_at=NOW,
    )
    async with people.database.writing() as connection:
        await save_view(connection, view)
    async with people.browser(Role.READER) as browser:
        page = (await browser.get("/portal/people")).text
        found = search(r'href="([^"]*)"><bdi>Old<', page)
        assert found
        assert "Status: Gone" in (await browser.get(unescape(found[1]))).text


async def test_a_views_name_and_number_are_bounded(portal: RunningPortal) -> None:
    """A name has 80 letters at most and one person a hundred views; more are refused in words."""
    assert (LONGEST_NAME, MOST_OF_ONE) == (80, 100)
    me = object_id(900)
    async with portal.database.writing() as connection:
        for _ in range(MOST_OF_ONE - 1):
            view_id = str(uuid4())
            view = SavedView(
                view_id=view_id, owner_id=me, name=view_id, shared=False, created_at=NOW
            )
            assert await save_view(connection, view)
    form = {"csrf": CSRF, "query": "/portal/people", "name": "x" * 81}
    async with portal.browser(Role.READER) as browser:
        await browser.post("/portal/people/views", data=form)
        page = (await browser.get("/portal/people")).text
        assert f"The view {'x' * 79}… was saved." in page
        await browser.post("/portal/people/views", data=form | {"name": "another"})
        assert "You have 100 views already" in (await browser.get("/portal/people")).text
        await browser.post("/portal/people/views", data=form | {"name": "\t"})
        assert "it needs a name" in (await browser.get("/portal/people")).text

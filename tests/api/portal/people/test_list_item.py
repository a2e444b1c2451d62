"""A person's item on the list beside what was written to it, read at this moment."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.portal.services import Portal
from database.engine import Database
from domain.portal.roles import Role
from graph.http.client import GraphClient
from graph.http.transport import open_exchange
from graph.tracking_list import TrackingList
from tests.api.portal.conftest import NOWHERE
from tests.api.portal.people.values import SCRIPT, is_harmless
from tests.api.portal.portal import RunningPortal, running_portal
from tests.api.running import lazy_client
from tests.database.values import object_id, person, put
from tests.graph.conftest import LONG, NumberedTokens
from tests.graph.http.peer import Answer, Peer, scripted_peer
from tests.graph.tenant import HASTY

PAGE = f"/portal/people/{object_id(1)}/list-item/compare"
WRITTEN = {"Title": "ada@contoso.com", "InviteStatus": "Sent", "TrackingToken": "secret-token"}
COLUMNS = Answer(body={"value": [{"name": name} for name in ("Title", "InviteStatus")]})


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """Return a Graph with an empty script."""
    async with scripted_peer() as peer:
        yield peer


@pytest.fixture
async def reading(
    tmp_path: Path, sqlite_database: Database, peer: Peer
) -> AsyncIterator[RunningPortal]:
    """Run a portal that may read the list."""
    async with open_exchange() as http:
        graph = GraphClient(
            http, f"{peer.origin}/v1.0", NumberedTokens(), patience=HASTY, timeout=LONG
        )
        tracking_list = TrackingList(graph, "contoso.sharepoint.com,1,2", "the-list")
        client = await lazy_client(NOWHERE)
        async with running_portal(
            client,
            tmp_path,
            sqlite_database,
            tracking_list=tracking_list,
            result_within=timedelta(minutes=10),
        ) as running:
            yield running


async def _page(portal: RunningPortal, path: str = PAGE) -> str:
    async with portal.browser(Role.READER) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200
    return answer.text


async def test_what_differs_is_shown_column_by_column(reading: RunningPortal, peer: Peer) -> None:
    """The person's page leads there; what the list holds is escaped, and the token is no text."""
    await put(reading.database, person(1, item_id="17", written=WRITTEN))
    assert f'href="{PAGE}"' in await _page(reading, PAGE.removesuffix("/list-item/compare"))
    fields = {"Title": "ada@contoso.com", "InviteStatus": SCRIPT, "TrackingToken": "secret-token"}
    peer.answers(Answer(body={"id": "17", "fields": fields}), COLUMNS)
    page = await _page(reading)
    assert is_harmless(page)
    assert "2 columns differ" in page
    rows = page.partition("<tbody")[2].split('<tr role="row">')[1:]
    names = [row.partition("<bdi>")[2].partition("</bdi>")[0] for row in rows]
    assert names == ["InviteStatus", "TrackingToken", "Title"]
    badges = [row.rpartition("badge ")[2].partition(">")[2].partition("<")[0] for row in rows]
    assert badges == ["differs", "no such column", "same"]
    assert "secret-token" not in page

    peer.answers(Answer(body={"id": "17", "fields": {"Title": "ada@contoso.com"}}), COLUMNS)
    await put(
        reading.database,
        person(1, item_id="17", revision=2**52, written={"Title": "ada@contoso.com"}),
    )
    assert "It is as it was written last" in await _page(reading)


async def test_times_of_the_list_are_in_the_readers_zone(
    reading: RunningPortal, peer: Peer
) -> None:
    """What the poll wrote by itself is not compared, and a text that is no time stays a text."""
    await put(reading.database, person(1, item_id="17", written={"LastChecked": None, "Title": ""}))
    fields = {"LastChecked": "2026-11-27T12:33:37Z", "Title": "2026-13-27T12:33:37Z"}
    columns = [{"name": name} for name in fields]
    peer.answers(Answer(body={"id": "17", "fields": fields}), Answer(body={"value": columns}))
    async with reading.browser(Role.READER) as browser:
        browser.cookies.set("mfa-rollout-zone", "Europe/Vienna")
        page = (await browser.get(PAGE)).text
    assert "27 Nov 2026 13:33 CET</time>" in page
    assert "not compared" in page
    assert "<bdi>2026-13-27T12:33:37Z</bdi>" in page
    assert "One column differs" in page


async def test_why_it_can_not_be_compared(reading: RunningPortal, peer: Peer) -> None:
    """Nothing written, an item that is gone, a missing grant, and no sign-in: each is said."""
    await put(reading.database, person(1, item_id=None))
    assert "nothing has been written yet" in await _page(reading)
    await put(reading.database, person(1, item_id="17", revision=2**52))
    for status, code, said in (
        (404, "itemNotFound", "Somebody may have deleted it"),
        (403, "accessDenied", "Sites.Selected"),
    ):
        peer.answers(Answer(status=status, body={"error": {"code": code, "message": "x"}}))
        assert said in await _page(reading)
    state = reading.api.app.state
    portal = state.portal
    state.portal = replace(portal, config=replace(portal.config, result_within=timedelta()))
    assert "SharePoint has not answered in 0 seconds" in await _page(reading)
    state.portal = replace(portal, tracking_list=None)
    assert "API_CLIENT_ID" in await _page(reading)
    async with reading.browser(Role.READER) as browser:
        assert (await browser.get(PAGE.replace(object_id(1), object_id(2)))).status_code == 404


@pytest.mark.parametrize("is_simulated", [False, True])
async def test_a_simulated_sharepoint_is_not_linked_to(
    reading: RunningPortal, is_simulated: bool
) -> None:
    """Where the tenant is simulated its addresses lead nowhere; the page says where the item is."""
    await put(reading.database, person(1, item_id="17", written=WRITTEN))
    shared: Portal = reading.api.app.state.portal
    pages = replace(shared.pages, is_simulated=is_simulated)
    reading.api.app.state.portal = replace(shared, pages=pages)
    page = PAGE.removesuffix("/compare")
    shown = await _page(reading, page.removesuffix("/list-item"))
    assert (f'href="{page}"' not in shown) is is_simulated

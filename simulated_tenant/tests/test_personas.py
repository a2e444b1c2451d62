"""Tests of the personas: each reaches the end of its story, by what it finds in its mails."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from rollout import Rollout
from simulated_tenant import SimulatedTenant
from simulated_tenant.listener import listening_socket, running
from simulated_tenant.people.app import create_people_app
from simulated_tenant.personas.browser import Browser
from simulated_tenant.personas.cast import Cast
from simulated_tenant.personas.kinds import Kind
from simulated_tenant.personas.pages import read_page
from simulated_tenant.population import DOMAIN, GROUP_ID, TENANT_ID, people, populate

DAY_SECONDS = 0.25


@contextlib.asynccontextmanager
async def acting(cast: Cast) -> AsyncIterator[None]:
    """Let the cast act while the block runs."""
    task = asyncio.create_task(cast.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def problems(rollout: Rollout, state: list[dict[str, Any]]) -> list[str]:
    """Return whatever differs from the ends that the stories demand."""
    found = []
    for one in state:
        expected, actual = one["expected"], dict(one)
        journey = rollout.people.get(one["objectId"] or "")
        if journey is not None:
            actual |= {"status": journey.status, "escalated": journey.escalated}
        names = [
            name for name in ("status", "escalated", "registered", "in_group") if name in actual
        ]
        found += [
            f"{one['persona']}: {name} is {actual[name]}"
            for name in names
            if actual[name] != expected[name]
        ]
        found += [
            f"{one['persona']}: {one['mails'][kind]} {kind}"
            for kind, (least, most) in expected["mails"].items()
            if not least <= one["mails"][kind] <= (most or (0 if most == 0 else 99))
        ]
        if one["doing"].startswith("failed"):
            found.append(f"{one['persona']}: {one['doing']}")
    return found


@pytest.fixture(scope="module")
async def played() -> tuple[Rollout, list[dict[str, Any]]]:
    """A whole rollout, and how everybody ended."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID, domains=(DOMAIN,))
    populate(tenant)
    day = timedelta(seconds=DAY_SECONDS)
    cast = Cast(tenant, people(), group_id=GROUP_ID, day_length=day)
    rollout = Rollout(tenant, list(people()), DAY_SECONDS)
    listener = listening_socket("127.0.0.1", 0)
    rollout.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    pages = httpx.ASGITransport(app=create_people_app(tenant, cast))
    async with running(rollout.app(), listener), acting(cast):
        await rollout.run(
            lambda: problems(rollout, cast.state()) == [], at_least=16.0, at_most=25.0
        )
        async with httpx.AsyncClient(transport=pages, base_url="http://people.example") as client:
            state = (await client.get("/control/personas")).json()["value"]
    return rollout, state


def of_kind(
    played: tuple[Rollout, list[dict[str, Any]]], kind: Kind
) -> list[tuple[dict[str, Any], list[tuple[str, str]]]]:
    """Return state and hits of everybody of a kind."""
    rollout, state = played
    chosen = [one for one in state if one["persona"] == kind]
    assert chosen, kind
    return [(one, rollout.people[one["objectId"]].hits) for one in chosen]


async def test_everybody_reaches_the_end_of_their_story(
    played: tuple[Rollout, list[dict[str, Any]]],
) -> None:
    """Mails, registration, group, status and escalation are what each story demands."""
    rollout, state = played
    assert len(state) == len(people())
    assert problems(rollout, state) == []


async def test_scanners_open_everything_and_press_nothing(
    played: tuple[Rollout, list[dict[str, Any]]],
) -> None:
    """Each link is probed by HEAD and GET long before anybody presses the button."""
    for _, hits in of_kind(played, Kind.MAIL_SCANNER):
        first_press = hits.index(("POST", "/api/enrol"))
        before = hits[:first_press]
        assert before.count(("HEAD", "/api/enrol")) == 2
        assert before.count(("HEAD", "/api/track-open")) == 2
        assert hits.count(("POST", "/api/enrol")) == 1


async def test_double_clickers_press_twice(
    played: tuple[Rollout, list[dict[str, Any]]],
) -> None:
    """The button is pressed twice on one page."""
    for _, hits in of_kind(played, Kind.DOUBLE_CLICKER):
        presses = [hit for hit in hits if hit == ("POST", "/api/enrol")]
        assert len(presses) == 2


async def test_some_never_touch_a_link(
    played: tuple[Rollout, list[dict[str, Any]]],
) -> None:
    """Whoever ignores everything, or distrusts links, leaves no trace."""
    for kind in (Kind.IGNORES_EVERYTHING, Kind.REGISTERS_WITHOUT_CLICKING, Kind.NO_MANAGER):
        assert [hits for _, hits in of_kind(played, kind) if hits] == []


async def test_lost_links_are_asked_for_by_form(
    played: tuple[Rollout, list[dict[str, Any]]],
) -> None:
    """The form is sent once, with an address that it knows."""
    for _, hits in of_kind(played, Kind.LOST_LINK):
        assert hits.count(("POST", "/api/resend")) == 1


async def test_a_browser_comes_back_until_somebody_answers() -> None:
    """Neither a closed port nor a 503 loses a click."""
    failures = iter([503, 429])
    answered = asyncio.Event()

    async def landing(_request: object) -> Response:
        status = next(failures, 200)
        if status != 200:
            return PlainTextResponse("later", status_code=status)
        answered.set()
        return HTMLResponse("<a href='/next'>on</a>")

    app = Starlette(routes=[Route("/api/enrol", landing)])
    listener = listening_socket("127.0.0.1", 0)
    port = listener.getsockname()[1]
    listener.close()
    browser = Browser(pause=timedelta(milliseconds=10))
    opening = asyncio.create_task(browser.open(f"http://127.0.0.1:{port}/api/enrol"))
    await asyncio.sleep(0)
    async with running(app, listening_socket("127.0.0.1", port)):
        page = await asyncio.wait_for(opening, 600)
    await browser.close()
    assert answered.is_set()
    assert page.links == [f"http://127.0.0.1:{port}/next"]


def test_pages_are_read_as_browsers_do() -> None:
    """Entities are resolved, addresses made absolute, and forms know what they would send."""
    page = read_page(
        "<a href='/a?x=1&amp;y=2'>A</a><img src='//img.example/p.gif'>"
        "<form method=POST action='go'><input type=hidden name=token value='t&quot;'>"
        "<input name=email type=email><button name=b value=1>Go</button><button>Other</button>"
        "</form><form><input type=checkbox name=c></form>",
        "https://mfa.example/dir/page",
    )
    assert page.links == ["https://mfa.example/a?x=1&y=2"]
    assert page.images == ["https://img.example/p.gif"]
    assert page.forms[0].action == "https://mfa.example/dir/go"
    assert page.forms[0].method == "post"
    assert page.forms[0].fields == {"token": 't"', "b": "1"}
    assert page.forms[0].blank == ["email"]
    assert page.forms[1].action == "https://mfa.example/dir/page"
    assert page.link_to("/a") == "https://mfa.example/a?x=1&y=2"
    assert page.link_to("/b") is None


async def test_the_days_can_be_longer_and_end() -> None:
    """A new length of days is everybody's; once stopped, nobody acts, and everybody says so."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID, domains=(DOMAIN,))
    populate(tenant)
    cast = Cast(tenant, people(), group_id=GROUP_ID, day_length=timedelta(days=1))
    transport = httpx.ASGITransport(app=create_people_app(tenant, cast))
    async with httpx.AsyncClient(transport=transport, base_url="http://people.example") as client:
        acts = asyncio.create_task(cast.run())
        await asyncio.sleep(0)
        assert (await client.put("/control/calendar", json={"daySeconds": 7})).status_code == 204
        assert (await client.get("/control/personas")).json()["daySeconds"] == 7
        assert {actor.day_length for actor in cast.actors} == {timedelta(seconds=7)}
        assert (await client.post("/control/personas/stop")).status_code == 204
        await acts
        shown = (await client.get("/control/personas")).json()["value"]
    assert {one["doing"] for one in shown} == {"the days have ended"}

"""Many people at once: whom it would meet, that it starts once, and what is said of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from re import findall, search
from uuid import uuid4

import httpx
import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from database.engine import Database
from database.requests.begin import NewRequest, begin_request
from database.requests.progress import finish_request, note_outcomes, set_state
from domain.bulk.records import Outcome, PersonOutcome, RequestAction
from domain.enrolment.messages import RequestRefusal
from domain.identifiers import BULK_PREFIX
from domain.portal.roles import Role
from domain.status import EnrolmentEnd
from domain.tables.audit import Actor
from domain.tables.people import PeopleFilter
from domain.tables.rollout import RequestState
from tests.api.portal.people.values import SCRIPT, hostile, is_harmless
from tests.api.portal.portal import CSRF, RunningPortal, running_portal
from tests.database.values import object_id, person, put

PREVIEW = "/portal/people/bulk"
LIST = "/portal/people?department=Sales"


def _form(**values: str | list[str]) -> dict[str, str | list[str]]:
    return {"csrf": CSRF, "query": LIST, "action": "pause", "scope": "all", **values}


def _hidden(page: httpx.Response) -> dict[str, str | list[str]]:
    """Return what a confirmation's form sends."""
    assert page.status_code == 200, page.text
    form = page.text.partition("/portal/people/bulk/start")[2].partition("</form>")[0]
    found: dict[str, list[str]] = {}
    for name, value in findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(unescape(value))
    return dict(found)


async def _three(database: Database) -> None:
    await put(database, person(1))
    await put(database, person(2, paused_by="Ada"))
    await put(database, person(3, ended=EnrolmentEnd.ACTIVE))


@pytest.mark.parametrize("role", [Role.HELPDESK, Role.READER])
async def test_only_an_admin_acts_on_many(portal: RunningPortal, role: Role) -> None:
    """The list offers nothing to others, and the server refuses."""
    await _three(portal.database)
    async with portal.browser(role) as browser:
        assert "bulk" not in (await browser.get(LIST)).text
        for path in (PREVIEW, f"{PREVIEW}/start", f"/portal/requests/{uuid4()}/stop"):
            assert (await browser.post(path, data=_form(reason="x"))).status_code == 403


@pytest.mark.wording
async def test_a_preview_says_whom_it_would_meet(portal: RunningPortal) -> None:
    """By filter or one by one: who has ended, and for whom there is nothing to do."""
    await _three(portal.database)
    gone = object_id(9)
    async with portal.browser(Role.ADMIN) as browser:
        assert 'name="person"' in (await browser.get(LIST)).text
        every = await browser.post(PREVIEW, data=_form())
        chosen = await browser.post(
            PREVIEW, data=_form(scope="chosen", person=[object_id(1), gone])
        )
        nothing = await browser.post(
            PREVIEW, data=_form(scope="chosen", person=[object_id(2), object_id(3)])
        )
        unfiltered = await browser.post(PREVIEW, data=_form(query="/portal/people"))
    assert "3 people; 1 has ended; 1 is paused already. 1 will be asked." in every.text
    assert "Department: Sales" in every.text
    assert "2 people; 1 not known any more. 1 will be asked." in chosen.text
    assert _hidden(chosen)["person"] == [object_id(1), gone]
    assert "There is nothing to do for them." in nothing.text
    assert "bulk/start" not in nothing.text
    assert "this is everybody in the rollout" in unfiltered.text


async def test_nobody_is_met_by_mistake(portal: RunningPortal) -> None:
    """Without people, or with an action that isn't one, the list is shown again."""
    wrong: tuple[dict[str, str | list[str]], ...] = (
        {"scope": "chosen"},
        {"scope": "chosen", "person": ["nobody"]},
        {"action": "erase"},
        {"action": "undo-import"},
        {"query": f"{LIST}&status=Gone"},
        {"query": f"{LIST}&departement=Sales"},
    )
    async with portal.browser(Role.ADMIN) as browser:
        for values in wrong:
            for path in (PREVIEW, f"{PREVIEW}/start"):
                answer = await browser.post(path, data=_form(**values) | {"reason": "x"})
                assert answer.headers["location"] == LIST, values
        assert "Nothing was done" in (await browser.get(LIST)).text


@pytest.mark.parametrize("address", ["//[", "http://[::"])
async def test_a_list_whose_address_is_none_is_the_whole_one(
    portal: RunningPortal, address: str
) -> None:
    """A form that was tampered with finds everybody, which the confirmation says."""
    await _three(portal.database)
    async with portal.browser(Role.ADMIN) as browser:
        assert "3 people" in (await browser.post(PREVIEW, data=_form(query=address))).text
        saved = {"csrf": CSRF, "query": address, "name": "All"}
        assert (await browser.post("/portal/people/views", data=saved)).status_code == 303


async def test_what_was_confirmed_is_what_starts(portal: RunningPortal) -> None:
    """Without a reason, or when the list finds others by now, it is asked once more."""
    await _three(portal.database)
    async with portal.browser(Role.ADMIN) as browser:
        form = _hidden(await browser.post(PREVIEW, data=_form()))
        silent = await browser.post(f"{PREVIEW}/start", data=form)
        await put(portal.database, person(4))
        others = await browser.post(f"{PREVIEW}/start", data={**form, "reason": SCRIPT})
        assert "Nothing has been asked" in (await browser.get("/portal/requests")).text
    assert silent.status_code == others.status_code == 422
    assert "a reason is missing" in silent.text
    assert "other people are found than a moment ago (4 people now, 3 before)" in others.text
    assert is_harmless(others.text)


@pytest.mark.wording
async def test_as_many_others_are_not_who_was_confirmed(portal: RunningPortal) -> None:
    """One who left and one who came make the same number, and are asked about once more."""
    await _three(portal.database)
    async with portal.browser(Role.ADMIN) as browser:
        form = _hidden(await browser.post(PREVIEW, data=_form()))
        await put(portal.database, person(1, department="Finance", revision=person(1).revision + 1))
        await put(portal.database, person(4))
        others = await browser.post(f"{PREVIEW}/start", data={**form, "reason": "x"})
        again = _hidden(await browser.post(PREVIEW, data=_form()))
    assert others.status_code == 422
    assert "3 people, as before, but not the same" in others.text
    assert (form["number"], again["number"]) == (["3"], ["3"])
    assert form["confirmed"] != again["confirmed"]


async def test_while_temporal_is_away_it_failed(portal: RunningPortal) -> None:
    """Nobody is asked, and the request doesn't look as if it went on."""
    await _three(portal.database)
    async with portal.browser(Role.ADMIN) as browser:
        form = _hidden(await browser.post(PREVIEW, data=_form()))
        answer = await browser.post(f"{PREVIEW}/start", data={**form, "reason": "x"})
        page = await browser.get("/portal/requests")
    assert answer.status_code == 503
    assert "failed" in page.text


async def test_two_presses_are_one_request(
    client: Client, unique: Callable[[str], str], tmp_path: Path, sqlite_database: Database
) -> None:
    """It waits for a worker, the page says so, and a second form with its id starts nothing."""
    await _three(sqlite_database)
    async with (
        running_portal(client, tmp_path, sqlite_database, task_queue=unique("queue")) as portal,
        portal.browser(Role.ADMIN) as browser,
    ):
        form = _hidden(await browser.post(PREVIEW, data=_form()))
        for _ in range(2):
            answer = await browser.post(f"{PREVIEW}/start", data={**form, "reason": "x"})
            assert answer.status_code == 303, answer.text
        request_id = form["request_id"][0]
        assert answer.headers["location"] == f"/portal/requests/{request_id}"
        page = (await browser.get(answer.headers["location"])).text
        assert "waits for a worker: 0 of 3 people." in page
        assert (await browser.get("/portal/requests")).text.count(f"/portal/requests/{request_id}")
        stop = {"csrf": CSRF, "reason": "the wrong ones"}
        stopped = await browser.post(f"/portal/requests/{request_id}/stop", data=stop)
        assert (
            "after the people who are being asked"
            in (await browser.get(stopped.headers["location"])).text
        )
    handle = client.get_workflow_handle(f"{BULK_PREFIX}{request_id}")
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    await handle.terminate("the test has ended")


@pytest.mark.wording
async def test_a_report_names_those_for_whom_nothing_was_done(portal: RunningPortal) -> None:
    """Progress is polled until the end; what was refused has its reason, and names are escaped."""
    await put(portal.database, hostile(1))
    await put(portal.database, person(2))
    now, request_id = datetime.now(UTC), str(uuid4())
    new = NewRequest(
        request_id=request_id,
        action=RequestAction.PAUSE,
        actor=Actor(name=SCRIPT),
        reason=SCRIPT,
        at=now,
        selection={"text": SCRIPT},
        wanted=PeopleFilter(),
    )
    path = f"/portal/requests/{request_id}"
    async with portal.database.writing() as connection:
        await begin_request(connection, new)
        await set_state(connection, request_id, RequestState.RUNNING)
        refused = Outcome(outcome=PersonOutcome.REFUSED, reason=RequestRefusal.ALREADY_PAUSED)
        await note_outcomes(connection, request_id, {object_id(1): refused}, now)
    async with portal.browser(Role.READER) as browser:
        page = (await browser.get(path)).text
        assert "is under way: 1 of 2 people." in page
        assert "Stop the request" not in page
        assert f'hx-get="{path}"' in page
        assert is_harmless(page)
        htmx = {"HX-Request": "true"}
        part = (await browser.get(path, headers=htmx)).text
        assert "is under way: 1 of 2 people." in part
        assert "<html" not in part
        listed = (await browser.get("/portal/requests", headers=htmx)).text
        assert 'hx-get="/portal/requests"' in listed
        async with portal.database.writing() as connection:
            done = {object_id(2): Outcome(outcome=PersonOutcome.DONE)}
            await note_outcomes(connection, request_id, done, now)
            await finish_request(connection, request_id, RequestState.DONE, now)
        ended = await browser.get(path, headers=htmx)
        assert (ended.headers["hx-refresh"], ended.text) == ("true", "")
        assert "hx-get" not in (await browser.get("/portal/requests", headers=htmx)).text
        page = (await browser.get(path)).text
        assert "has ended: 2 of 2 people." in page
        assert f'hx-get="{path}"' not in page
        assert search(r"paused already\)</bdi></td>", page)
        assert f"/portal/people/{object_id(2)}" not in page
        assert (await browser.get(f"/portal/requests/{uuid4()}")).status_code == 404

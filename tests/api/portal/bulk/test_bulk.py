"""Actions on many people: previewed, started once, followed, and stopped."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from database.audit.entries import read_entries
from database.engine import Database
from database.requests.read import read_request
from domain.enrolment.state import EnrolmentEnd
from domain.identifiers import BULK_PREFIX
from domain.portal.roles import Role
from domain.records.audit import AuditAction
from domain.records.rollout import RequestState
from tests.api.portal.portal import CSRF, RunningPortal, running_portal
from tests.database.values import person, put

PAUSE = "/portal/requests/new?action=pause&batch=autumn"


@pytest.fixture
async def served(
    client: Client, tmp_path: Path, sqlite_database: Database, unique: Callable[[str], str]
) -> AsyncIterator[RunningPortal]:
    """Run a portal with Temporal, and nobody who works on its queue."""
    queue = unique("queue")
    async with running_portal(client, tmp_path, sqlite_database, task_queue=queue) as running:
        yield running


async def filled(portal: RunningPortal) -> None:
    """Put three people of a batch into the tables: one paused, one ended; and one of another."""
    for one in (
        person(1),
        person(2, paused_by="Ada"),
        person(3, ended=EnrolmentEnd.CANCELLED),
        person(4, batch_id="spring"),
    ):
        await put(portal.database, one)


def form(request: str, **changes: str) -> dict[str, str]:
    """Return the form of the preview of a pause."""
    usual = {"csrf": CSRF, "action": "pause", "batch": "autumn", "people": "3"}
    return {**usual, "reason": "holiday", "request_id": request, **changes}


async def test_an_action_is_previewed_started_once_and_stopped(served: RunningPortal) -> None:
    """The same form twice is one request; the log says who asked; a stop reaches the workflow."""
    await filled(served)
    request_id = str(uuid4())
    async with served.browser(Role.ADMIN) as browser:
        page = (await browser.get(PAUSE)).text
        assert "<strong>3 people</strong>; 1 have ended" in page
        assert "1 will be asked" in page
        for _ in range(2):
            answer = await browser.post("/portal/requests", data=form(request_id))
            assert answer.headers["location"] == f"/portal/requests/{request_id}"
        shown = (await browser.get(f"/portal/requests/{request_id}")).text
        assert "holiday" in shown
        assert "every 2s" in shown
        assert (
            "0 of 3 people" in (await browser.get(f"/portal/requests/{request_id}/standing")).text
        )
        assert f"/portal/requests/{request_id}" in (await browser.get("/portal/requests")).text
        stop = await browser.post(f"/portal/requests/{request_id}/stop", data=form(request_id))
        assert stop.status_code == 303
    handle = served.api.app.state.portal.client.get_workflow_handle(f"{BULK_PREFIX}{request_id}")
    signals = [
        event
        async for event in handle.fetch_history_events()
        if event.HasField("workflow_execution_signaled_event_attributes")
    ]
    assert len(signals) == 1
    async with served.database.reading() as connection:
        actions = [entry.action for entry in (await read_entries(connection)).values()]
    assert actions.count(AuditAction.BULK_PAUSE) == 1
    assert AuditAction.STOP_REQUEST in actions


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"people": "4"}, "it is about 3 people by now"),
        ({"reason": " "}, "a reason is missing"),
        ({"request_id": "x"}, "a reason is missing"),
    ],
)
async def test_nothing_is_done_by_a_form_that_is_not_right(
    portal: RunningPortal, changes: dict[str, str], told: str
) -> None:
    """Others than were counted, or no reason: the preview is shown again, and says why."""
    await filled(portal)
    request_id = str(uuid4())
    async with portal.browser(Role.ADMIN) as browser:
        answer = await browser.post("/portal/requests", data=form(request_id, **changes))
        assert answer.headers["location"] == PAUSE
        assert told in (await browser.get(PAUSE)).text
    async with portal.database.reading() as connection:
        assert await read_request(connection, request_id) is None


@pytest.mark.parametrize(
    "asked",
    [
        "action=pause&batch=autumn&status=Sennt",
        "action=erase&batch=autumn",
        "batch=autumn",
        "action=undo-import",
        "action=undo-import&batch=autumn&status=Sent",
    ],
)
async def test_an_unknown_filter_or_action_never_means_everybody(
    portal: RunningPortal, asked: str
) -> None:
    """What isn't understood is refused, in the preview and in the form; others may not at all."""
    async with portal.browser(Role.ADMIN) as browser:
        assert (await browser.get(f"/portal/requests/new?{asked}")).status_code == 422
        fields = dict(part.split("=") for part in asked.split("&"))
        data = {"csrf": CSRF, "reason": "r", "request_id": str(uuid4()), "people": "0", **fields}
        assert (await browser.post("/portal/requests", data=data)).status_code == 422
    async with portal.browser(Role.HELPDESK, number=901) as browser:
        assert (await browser.get(PAUSE)).status_code == 403
        assert (await browser.post("/portal/requests", data=data)).status_code == 403
        assert (await browser.get(f"/portal/requests/{uuid4()}")).status_code == 404


async def test_without_temporal_nobody_is_asked(portal: RunningPortal) -> None:
    """The request ends as failed, and the page says so; an undo says what it would take back."""
    await filled(portal)
    request_id = str(uuid4())
    async with portal.browser(Role.ADMIN) as browser:
        await browser.post("/portal/requests", data=form(request_id))
        assert "Nobody was asked" in (await browser.get(PAUSE)).text
        everybody = (await browser.get("/portal/requests/new?action=cancel")).text
        assert "about <strong>everybody</strong>" in everybody
        listed = (await browser.get("/portal/people?batch=autumn&text=a%26b")).text
        assert "requests/new" not in listed
        listed = (await browser.get("/portal/people?batch=autumn")).text
        assert "/portal/requests/new?batch=autumn&amp;action=pause" in listed
        undo = (await browser.get("/portal/requests/new?action=undo-import&batch=autumn")).text
        assert "3 got mail" in undo
        assert (
            "/portal/requests/new?action=undo-import"
            in (await browser.get("/portal/batches/autumn")).text
        )
    async with portal.database.reading() as connection:
        record = await read_request(connection, request_id)
    assert record is not None
    assert record.state is RequestState.FAILED

"""The verbs about many people say whom they would meet, and what came of it, before anything."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from cli.terminal import ExitStatus
from client.bulk.texts import REASONS, REFUSED
from database.engine import Database
from database.requests.begin import NewRequest, begin_request
from database.requests.requests import Requests
from domain.bulk.records import UPDATES, GroupReason, Outcome, PersonOutcome, RequestAction
from domain.enrolment.messages import RequestRefusal
from domain.tables.audit import Actor
from domain.tables.people import PeopleFilter
from domain.tables.rollout import RequestState
from tests.database.values import object_id, person, put
from tests.support.in_process import run_in_process


@pytest.mark.wording
async def test_dry_runs_do_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    """They count; without a filter, a reason or a yes nothing is done either."""
    settings = {"DATA_DIR": str(tmp_path), "MFA_ROLLOUT_ENV_FILE": "/dev/null", "COLUMNS": "80"}
    for number in range(3):
        await put(sqlite_database, person(number))
    await put(sqlite_database, person(3, paused_by="ada"))
    await put(sqlite_database, person(4, in_group=True, added_by_us=True, batch_id="wrong"))

    async def said(*words: str) -> tuple[int, str]:
        status, out, err = await run_in_process(settings, *words)
        return status, out + err

    status, told = await said("bulk", "pause", "--everybody", "--dry-run")
    assert (status, told) == (0, "5 people; 1 is paused already. 4 will be asked.\n")
    status, told = await said("bulk", "pause", "--text", "person 1", "--dry-run", "--json")
    assert json.loads(told)["asked"] == 1
    status, told = await said("bulk", "add-to-group", "--attention", "not-in-group", "--dry-run")
    assert (status, told) == (0, "0 people. Nobody will be added.\n")
    status, told = await said("imports", "undo", "wrong", "--dry-run")
    assert "brought 1 person" in told
    assert "1  taken out of the enforcement group" in told
    for words in (
        ("bulk", "pause"),
        ("bulk", "pause", "--everybody", "--text=x"),
        ("bulk", "pause", "--everybody"),
        ("imports", "undo", "not a batch", "--dry-run"),
    ):
        assert (await said(*words))[0] == ExitStatus.USAGE, words
    status, told = await said("bulk", "pause", "--text", "person 3", "--reason=x", "--yes")
    assert (status, "nobody to ask" in told) == (ExitStatus.FAILED, True)
    assert (await said("requests", "show", "nowhere"))[0] == ExitStatus.FAILED
    assert await said("requests", "list", "--json") == (0, "[]\n")
    assert await said("imports", "undo", "wrnog", "--dry-run") == (
        ExitStatus.FAILED,
        "error: No import has the batch id wrnog: `mfa-rollout imports list` shows them.\n",
    )
    for words in (("requests", "list"), ("imports", "list"), ("audit", "list")):
        status, told = await said(*words)
        assert (status, told.startswith("There are no ")) == (ExitStatus.DONE, True)


@pytest.mark.wording
async def test_a_request_is_shown(sqlite_database: Database, tmp_path: Path) -> None:
    """Counts with their reasons, and by name those for whom nothing was done."""
    settings = {"DATA_DIR": str(tmp_path), "MFA_ROLLOUT_ENV_FILE": "/dev/null", "COLUMNS": "80"}
    for number in range(3):
        await put(sqlite_database, person(number))
    new = NewRequest(
        request_id=str(uuid4()),
        action=RequestAction.PAUSE,
        actor=Actor(name="grace"),
        reason="closing",
        at=datetime.now(UTC),
        selection={"department": "Sales"},
        wanted=PeopleFilter(department="Sales"),
    )
    async with sqlite_database.writing() as connection:
        await begin_request(connection, new)
    requests = Requests(sqlite_database)
    refused = Outcome(outcome=PersonOutcome.REFUSED, reason=RequestRefusal.ALREADY_PAUSED)
    done = Outcome(outcome=PersonOutcome.DONE)
    await requests.note(new.request_id, {object_id(0): done, object_id(1): refused})
    await requests.finish(new.request_id, RequestState.STOPPED)

    _, shown, _ = await run_in_process(settings, "requests", "show", new.request_id, "--people")
    assert "Department: Sales" in shown
    assert "Refused (paused already)" in shown
    assert "person2@contoso.com" in shown
    assert "person0@contoso.com" not in shown
    _, listed, _ = await run_in_process(settings, "requests", "list")
    assert "stopped" in listed
    _, as_json, _ = await run_in_process(settings, "requests", "show", new.request_id, "--json")
    assert json.loads(as_json)["outcomes"][0] == {"outcome": "done", "reason": None, "people": 1}


def test_every_reason_and_action_has_its_words() -> None:
    """No code is shown to people in place of a sentence."""
    of_people = {one for one in RequestRefusal if not one.name.startswith("MAIL_")}
    assert of_people <= REASONS.keys()
    assert set(GroupReason) <= REASONS.keys()
    assert REFUSED.keys() == {*UPDATES, RequestAction.ADD_TO_GROUP}

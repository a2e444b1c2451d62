"""Lists of people, and one person, for programs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from database.engine import Database
from database.imports.imports import begin_import
from domain.portal.roles import Role
from domain.tables.people import PeopleOrder
from graph.http.client import GraphClient
from graph.http.transport import open_exchange
from graph.tracking_list import TrackingList
from tests.api.admin.admins import Entra
from tests.api.admin.rest.conftest import NOWHERE
from tests.api.admin.rest.rest import Rest, is_problem, running_rest
from tests.api.running import lazy_client
from tests.cli.people.conftest import HOSTILE
from tests.database.test_imports import IMPORT
from tests.database.values import MAILBOX, object_id, person, put
from tests.graph.conftest import LONG, NumberedTokens
from tests.graph.http.peer import Answer, scripted_peer
from tests.graph.tenant import HASTY

PEOPLE = "/api/people"


async def _pages(rest: Rest, **params: Any) -> list[str]:
    """Go through all pages, and return the ObjectIds."""
    found: list[str] = []
    told = (await rest.get(PEOPLE, **params)).json()
    found += [person["objectId"] for person in told["people"]]
    while told["next"]:
        assert len(found) < 100, "the pages have no end"
        told = (await rest.get(PEOPLE, **params, after=told["next"])).json()
        found += [person["objectId"] for person in told["people"]]
    return found


@pytest.mark.parametrize("sort", list(PeopleOrder))
@pytest.mark.parametrize("descending", [False, True])
async def test_pages_hold_everybody_once(rest: Rest, sort: str, descending: bool) -> None:
    """Pages of two follow each other in the order of one large page, whatever it is."""
    order: dict[str, Any] = {"sort": sort, "descending": descending}
    whole = await _pages(rest, **order, limit=500)
    assert sorted(whole) == [object_id(number) for number in range(1, 7)]
    assert await _pages(rest, **order, limit=2) == whole


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"text": "lovelace"}, [1]),
        ({"status": "Active"}, [2]),
        ({"batch": "winter"}, [3]),
        ({"department": "R&D"}, [4]),
        ({"attention": "no-manager"}, [3]),
        ({"attention": "not-registered"}, []),
        ({"ended": "true"}, [2, 5]),
        ({"ended": "false", "text": "sam"}, [6]),
        ({"notActive": "true"}, [5]),
        ({"noDepartment": "true"}, []),
        ({"registeredAfter": "reminder-1"}, []),
        ({"language": "xx"}, []),
        ({"escalated": "true"}, [2]),
        ({"escalated": "false", "batch": "winter"}, [3]),
        ({"manager": "nobody@contoso.com"}, []),
    ],
)
async def test_filters(rest: Rest, wanted: dict[str, str], numbers: list[int]) -> None:
    """Each filter finds its people, and the total is theirs."""
    told = (await rest.get(PEOPLE, **wanted)).json()
    assert sorted(person["objectId"] for person in told["people"]) == [
        object_id(number) for number in numbers
    ]
    assert told["total"] == len(numbers)


async def test_the_end_of_a_page_is_of_its_list(rest: Rest) -> None:
    """It names nobody to a reader, and a changed one, or another list's, is refused."""
    end = (await rest.get(PEOPLE, limit=2)).json()["next"]
    assert "contoso" not in end
    for params in (
        {"after": end, "sort": "due"},
        {"after": end, "text": "a"},
        {"after": end[:-3] + "AAA"},
        {"after": "é"},
    ):
        assert is_problem(await rest.get(PEOPLE, **params), 422)


@pytest.mark.parametrize(
    "params",
    [
        {"status": "sent"},
        {"limit": "501"},
        {"limit": "0"},
        {"sort": "size"},
        {"attention": "unknown-row"},
        {"attention": "bored"},
    ],
)
async def test_bad_filters(rest: Rest, params: dict[str, str]) -> None:
    """What no filter has is refused, and what was sent isn't quoted."""
    response = await rest.get(PEOPLE, **params)
    assert is_problem(response, 422)
    if "attention" not in params:
        ((name, value),) = params.items()
        (error,) = response.json()["errors"]
        assert (error["place"], error["name"]) == ("query", name)
        assert f"{value!r}" not in error["detail"]


async def test_one_person(rest: Rest) -> None:
    """The sentences, the story, what holds the next step, and links; never the token."""
    response = await rest.get(f"{PEOPLE}/{object_id(1).upper()}")
    told = response.json()
    assert told["person"]["upn"] == "ada@contoso.com"
    assert [event["kind"] for event in told["story"]] == ["imported", "invited", "paused"]
    assert [hold["reason"] for hold in told["whyNotSooner"]] == ["not-due"]
    assert told["trackingList"]["itemId"] == "7"
    assert list(told["trackingList"]["refused"]) == ["Department"]
    assert told["links"]["workflowId"].endswith(object_id(1))
    assert told["needsAttention"] == []
    (reason,) = (await rest.get(f"{PEOPLE}/{object_id(3)}")).json()["needsAttention"]
    assert reason["kind"] == "no-manager"
    assert reason["text"]
    assert reason["toDo"]
    assert told["statusText"]
    assert told["nextText"]
    assert "a-secret" not in response.text


async def test_hostile_names_stay_as_they_are(rest: Rest) -> None:
    """A name is passed on in JSON, which has no way to turn it into anything else."""
    told = (await rest.get(f"{PEOPLE}/{object_id(4)}")).json()
    assert told["person"]["displayName"] == HOSTILE


@pytest.mark.parametrize(("path", "status"), [(object_id(77), 404), ("ada@contoso.com", 422)])
async def test_nobody(rest: Rest, path: str, status: int) -> None:
    """An ObjectId of nobody is 404, and what is none is refused."""
    assert is_problem(await rest.get(f"{PEOPLE}/{path}"), status)


async def test_a_reader_may_look_and_nobody_else(rest: Rest) -> None:
    """Every role includes a look; without one it is refused."""
    for role in Role:
        assert (await rest.call("GET", PEOPLE, role)).status_code == 200
    assert is_problem(await rest.call("GET", PEOPLE), 403)


async def test_the_item_on_the_list_is_compared(
    rest: Rest, tmp_path: Path, sqlite_database: Database, entra: Entra
) -> None:
    """Column by column, with the token left out; without a sign-in for the list it is 503."""
    path = f"/api/people/{object_id(1)}/list-item"
    assert is_problem(await rest.get(path), 503)
    (tmp_path / "other").mkdir()
    columns = [{"name": name} for name in ("Title", "TrackingToken")]
    fields = {"Title": "ada@contoso.org", "TrackingToken": "a-secret"}
    client = await lazy_client(NOWHERE)
    async with scripted_peer() as peer, open_exchange() as http:
        graph = GraphClient(
            http, f"{peer.origin}/v1.0", NumberedTokens(), patience=HASTY, timeout=LONG
        )
        tracking_list = TrackingList(graph, "contoso.sharepoint.com,1,2", "the-list")
        peer.answers(Answer(body={"id": "7", "fields": fields}), Answer(body={"value": columns}))
        async with running_rest(
            client,
            tmp_path / "other",
            sqlite_database,
            entra,
            tracking_list=tracking_list,
            result_within=timedelta(minutes=10),
        ) as reading:
            told = await reading.call("GET", path, Role.READER)
            assert is_problem(await reading.get(f"/api/people/{object_id(3)}/list-item"), 404)
    assert "a-secret" not in told.text
    found = told.json()
    assert (found["itemId"], found["differing"]) == ("7", 2)
    verdicts = {one["name"]: one["verdict"] for one in found["columns"]}
    assert verdicts["Title"] == "differs"
    assert verdicts["TrackingToken"] == "same"
    assert found["columns"][0]["onList"] == "ada@contoso.org"


async def test_what_the_import_chose_is_told(rest: Rest) -> None:
    """Hours in words and mailboxes, of those whom it brought; null where it chose nothing."""
    own = {"send_window": "08:00-16:00", "sender_mailboxes": [MAILBOX]}
    hours = "08:00-16:00 mon,tue,wed,thu,fri"
    await put(rest.database, person(7, batch_id="own", send_hours=hours))
    async with rest.database.writing() as connection:
        await begin_import(connection, replace(IMPORT, batch_id="own", options=own))
    told = (await rest.get(f"/api/people/{object_id(7)}")).json()
    assert told["ownHours"] == "Monday to Friday, 08:00 to 16:00 (UTC)"
    assert told["ownMailboxes"] == [MAILBOX]
    other = (await rest.get(f"/api/people/{object_id(1)}")).json()
    assert (other["ownHours"], other["ownMailboxes"]) == (None, None)

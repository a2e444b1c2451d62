"""The forecast of the rollout that runs, over REST."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from database.engine import Database
from domain.portal.roles import Role
from tests.api.admin.admins import Entra
from tests.api.admin.rest.conftest import NOWHERE
from tests.api.admin.rest.rest import Rest, is_problem, running_rest
from tests.api.running import lazy_client
from tests.cli.people.conftest import fill
from tests.database.values import MAILBOX

FORECAST = "/api/forecast"
PATIENCE = timedelta(minutes=10)


@pytest.fixture
async def rest(tmp_path: Path, sqlite_database: Database, entra: Entra) -> AsyncIterator[Rest]:
    """Run an API that waits for a forecast as long as it takes."""
    await fill(sqlite_database, datetime.now(UTC))
    async with running_rest(
        await lazy_client(NOWHERE), tmp_path, sqlite_database, entra, result_within=PATIENCE
    ) as running:
        yield running


async def test_the_rollout_is_played_forward(rest: Rest) -> None:
    """From where everybody stands but the one who has left; every role may look."""
    answer = await rest.call("GET", FORECAST, Role.READER)
    assert answer.status_code == 200
    told = answer.json()
    assert told["people"] == 5
    assert told["reminders"] >= 1
    assert told["days"][-1]["registered"] <= 5
    assert told["rates"]["source"] == "assumed"
    assert (told["mailStopped"], told["deadline"], told["atDeadline"]) == (False, None, None)


async def test_an_import_is_played_forward_with_it(
    tmp_path: Path, sqlite_database: Database, entra: Entra
) -> None:
    """Its options hold, its people are invited, and somebody who may not import isn't told."""
    deadline = date(2099, 1, 1)
    changes: dict[str, Any] = {"sender_mailboxes": (MAILBOX,), "deadline": deadline}
    changes |= {"result_within": PATIENCE}
    async with running_rest(
        await lazy_client(NOWHERE), tmp_path, sqlite_database, entra, **changes
    ) as rest:
        alone = (await rest.get(FORECAST)).json()
        assert (alone["people"], alone["invitations"]) == (0, 0)
        told = (await rest.get(FORECAST, people=400, waveSize=100, waveDays=5)).json()
        assert (told["people"], told["invitations"]) == (400, 400)
        invited = [day["invitations"] for day in told["days"]]
        assert max(invited) <= 100
        assert told["deadline"] == deadline.isoformat()
        assert told["atDeadline"]["registered"] + told["atDeadline"]["missing"] == 400
        refused = await rest.call("GET", FORECAST, Role.READER, params={"people": 400})
        assert is_problem(refused, 403)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"people": 5, "senderMailboxes": "eve@contoso.com"}, "senderMailboxes"),
        ({"people": 5, "sendWindow": "noon"}, "sendWindow"),
        ({"people": 5, "waveDays": 3}, "waveDays"),
        ({"people": 0}, "people"),
    ],
)
async def test_wrong_options_are_named(rest: Rest, options: dict[str, Any], name: str) -> None:
    """Each by its parameter."""
    answer = await rest.get(FORECAST, **options)
    assert is_problem(answer, 422)
    assert [(one["place"], one["name"]) for one in answer.json()["errors"]] == [("query", name)]


async def test_options_need_people(rest: Rest) -> None:
    """Without an import there is nothing that they could be of."""
    answer = await rest.get(FORECAST, waveSize=5)
    assert is_problem(answer, 422)
    assert "waveSize" in answer.json()["detail"]


async def test_one_that_takes_too_long_is_given_up(
    tmp_path: Path, sqlite_database: Database, entra: Entra
) -> None:
    """The answer says what waits for it."""
    async with running_rest(
        await lazy_client(NOWHERE), tmp_path, sqlite_database, entra, result_within=timedelta()
    ) as rest:
        answer = await rest.get(FORECAST)
        assert is_problem(answer, 503)
        assert "plan --running" in answer.json()["detail"]

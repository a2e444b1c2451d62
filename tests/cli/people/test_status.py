"""``status`` counts people in our tables, and says what holds up everybody."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from cli.output.tables import clock
from cli.terminal import ExitStatus
from database.engine import Database
from database.schema import process
from domain.status import InviteStatus
from domain.tables.people import OtherEnd
from domain.tables.rollout import ProcessKind
from domain.tables.story import StoryKind
from tests.cli.people.conftest import WHEN, Verb, process_seen, read_json, stop_mail
from tests.database.values import event, person, put, run_id

EVERYBODY = {
    "Pending": 0,
    "Sent": 4,
    "Clicked": 0,
    "AddedToGroup": 0,
    "Active": 1,
    "cancelled": 0,
    "failed": 0,
    "otherwise": 1,
}


@pytest.fixture
def online(verb: Verb, temporal_address: str, monkeypatch: pytest.MonkeyPatch) -> Verb:
    """Give the verbs a Temporal server that has none of these people."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    return verb


@pytest.mark.wording
def test_people_are_counted_where_they_stand(online: Verb) -> None:
    """Who is on the way by status, and who has ended by how; all of it for programs, too."""
    counts = read_json(online("status", "--json"))
    assert counts["people"] == EVERYBODY
    assert counts["people"].keys() == {*InviteStatus, *OtherEnd}
    assert counts["source"] == "database"
    assert counts["mailStopped"] is None
    assert [one["isMissing"] for one in counts["processes"]] == [False, False]
    status, output = online("status")
    assert status == 0
    assert "Sent" in output
    assert "running" not in output


@pytest.mark.parametrize(
    ("arguments", "total"),
    [
        (("--batch-id", "winter"), 1),
        (("--department", "R&D"), 1),
        (("--batch-id", "autumn", "--department", "Sales"), 4),
    ],
)
def test_a_part_of_them(online: Verb, arguments: tuple[str, ...], total: int) -> None:
    """A batch, a department, or both."""
    counts = read_json(online("status", *arguments, "--json"))
    assert sum(counts["people"].values()) == total


@pytest.mark.parametrize(
    ("option", "value", "shown_by"),
    [
        ("--batch-id", "wintr", "mfa-rollout status --by batch"),
        ("--department", "Saels", "mfa-rollout people list"),
    ],
)
def test_an_unknown_part_is_wrong_usage(
    online: Verb, option: str, value: str, shown_by: str
) -> None:
    """A misspelt batch or department is named, with the verb that shows the right ones."""
    status, output = online("status", option, value)
    assert status == 2
    assert value in output
    assert shown_by in output


def test_stopped_mail_and_missing_processes_are_shown(online: Verb, tables: Database) -> None:
    """Who stopped mail, since when and why; since when no worker and no API was seen."""
    yesterday = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    asyncio.run(_hold_up(tables, yesterday))
    status, output = online("status")
    assert status == 0
    told = " ".join(output.split())
    assert f"{clock(WHEN)}, by Ada: phishing alarm." in told
    assert told.count(f"was last seen on {clock(yesterday)}") == 2
    assert "mfa-rollout worker" in told
    assert "mfa-rollout api" in told
    counts = read_json(online("status", "--json"))
    assert counts["mailStopped"]["actor"] == "Ada"
    missing = {"isMissing": True, "seenAt": yesterday.isoformat()}
    assert counts["processes"] == [{"kind": kind} | missing for kind in ("worker", "api")]


def test_a_fresh_installation_has_no_process_yet(online: Verb, tables: Database) -> None:
    """Before the first start that is said; later also of one that was seen long ago the day."""
    asyncio.run(_forget_processes(tables))
    assert " ".join(online("status")[1].split()).count("none has been started yet") == 2
    long_ago = datetime.now(UTC) - timedelta(days=80)
    asyncio.run(_hold_up(tables, long_ago))
    told = " ".join(online("status")[1].split())
    assert told.count(f"one was last seen on {clock(long_ago)}") == 2


async def _forget_processes(tables: Database) -> None:
    database = Database(tables.url.render_as_string(hide_password=False))
    async with database.writing() as connection:
        await connection.execute(delete(process))
    await database.close()


async def _hold_up(tables: Database, seen_at: datetime) -> None:
    database = Database(tables.url.render_as_string(hide_password=False))
    await stop_mail(database)
    for kind in ProcessKind:
        await process_seen(database, kind, seen_at)
    await database.close()


@pytest.mark.wording
def test_without_temporal_the_tables_are_shown(verb: Verb) -> None:
    """The counts are printed, and what couldn't be asked is told as an error."""
    status, output = verb("status")
    assert status == 1
    assert "Ended otherwise" in output
    assert "Temporal can't be reached" in output


def test_without_tables_temporal_counts(
    without_tables: Verb, temporal_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence says why, and what these counts lack; departments can't be counted so."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    status, output = without_tables("status", "--batch-id", "nobody-has-it")
    assert status == 0
    assert "mfa-rollout migrate" in output
    _, told = without_tables("status", "--batch-id", "nobody-has-it", "--json")
    people = json.loads(told[told.index("{") :])["people"]
    assert people == dict.fromkeys(EVERYBODY, 0)
    assert "Temporal's counts" in " ".join(output.split())
    status, output = without_tables("status", "--department", "Sales")
    assert status == 1
    assert "mfa-rollout migrate" in output


def test_looking_makes_no_database(without_tables: Verb, tmp_path: Path) -> None:
    """A wrong DATA_DIR is told, and leaves no empty file behind."""
    assert without_tables("people", "list")[0] == 1
    assert not (tmp_path / "nothing").exists()


@pytest.mark.wording
def test_status_of_each_group(verb: Verb) -> None:
    """Each batch is counted by itself, or the departments of one."""
    batches = read_json(verb("status", "--by", "batch", "--json"))
    assert [(one["name"], one["total"]) for one in batches] == [("autumn", 5), ("winter", 1)]
    assert batches[0]["people"]["otherwise"] == 1
    of_batch = read_json(verb("status", "--by", "batch", "--batch-id", "winter", "--json"))
    assert [one["name"] for one in of_batch] == ["winter"]
    _, shown = verb("status", "--by", "department", "--batch-id", "winter")
    assert shown.splitlines()[1].split() == ["Sales", "0", "1", "0", "0", "0", "0", "1"]
    assert verb("status", "--by", "batch", "--batch-id", "summer")[0] == 2


@pytest.mark.wording
async def test_status_of_each_mail(verb: Verb, tables: Database) -> None:
    """It says who registered after which mail, in the order in which people get them."""
    for number, mail in ((7, "reminder-2"), (8, "invitation"), (9, "invitation")):
        await put(tables, person(number, registered_after=mail))
    told = read_json(await asyncio.to_thread(verb, "status", "--by", "mail", "--json"))
    assert [(one["mail"], one["registered"]) for one in told] == [
        *(("invitation", 2), ("reminder-2", 1)),
    ]
    _, shown = await asyncio.to_thread(verb, "status", "--by", "mail")
    assert "Reminder 2" in shown


async def test_each_day_is_counted(verb: Verb, tables: Database) -> None:
    """A day on which something happened has a line; programs have every day."""
    at = datetime.now(UTC)
    invited = event(1, StoryKind.INVITED, run_id=run_id(9), at=at)
    await put(tables, person(9), [invited])
    status, output = await asyncio.to_thread(verb, "status", "--by", "day")
    assert status == 0, output
    assert output.splitlines()[-1].split()[:4] == [*f"{at:%a %d %b}".split(), "1"]
    told = read_json(await asyncio.to_thread(verb, "status", "--by", "day", "--json"))
    assert (len(told["days"]), told["days"][-1]["invited"]) == (91, 1)
    wrong = await asyncio.to_thread(verb, "status", "--by", "day", "--batch-id", "winter")
    assert wrong[0] == ExitStatus.USAGE

"""A rollout played forward from the command line: no tenant, no server, and no tables needed."""

import asyncio
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.terminal import ExitStatus
from database.engine import Database
from database.mail.senders import set_sender
from domain.tables.mail import SenderState
from tests.database.values import NOW, person, put

Verb = Callable[..., tuple[int, str]]
COLUMNS = 80


@pytest.fixture
def verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verb:
    """Give a function that runs the verb in an empty folder, and returns status and output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", str(COLUMNS))

    def run(*arguments: str, **settings: str) -> tuple[int, str]:
        ended = CliRunner().invoke(app, ["plan", *arguments], env=settings)
        return ended.exit_code, ended.output

    return run


def test_a_file_is_played_forward(verb: Verb, tmp_path: Path) -> None:
    """The file is read as `import` reads it; settings bound what leaves on a day."""
    rows = "\n".join(f"person{number}@contoso.com" for number in range(300))
    (tmp_path / "people.csv").write_text(f"UPN\n{rows}\nnobody\nperson1@contoso.com\n")
    status, output = verb(
        "people.csv", "--starts", "2030-03-04", "--json", "--deadline", "2030-03-31",
        "--wave-days", "1", "--wave-size", "300",
        MAIL_PER_DAY="100", SENDER_MAILBOXES="a@contoso.com,b@contoso.com",
    )  # fmt: skip
    assert status == ExitStatus.DONE
    said, _, document = output.partition("{")
    assert "2 rows" in said
    found = json.loads("{" + document)
    assert found["people"] == found["invitations"] == 300
    assert found["mailboxes"] == 2
    assert [day["invitations"] for day in found["days"][:4]] == [120, 120, 60, 0]
    assert found["lastInvitationAt"].startswith("2030-03-06T")
    assert found["atDeadline"]["registered"] + found["atDeadline"]["missing"] == 300
    assert found["rates"]["source"] == "assumed"
    assert found["remedies"][0]["moreMailboxes"] == 1
    assert found["options"] == {"waveSize": 300, "waveDays": 1}


def test_days_are_printed_as_csv(verb: Verb) -> None:
    """Each day is a line; options take the place of settings; rates are those that were given."""
    status, output = verb(
        "--people", "100", "--csv", "--starts", "2030-03-04", "--mailboxes", "5",
        "--wave-size", "40", "--send-window", "08:00-18:00",
        "--rates", "invitation=100,days=100", ENROLMENT_DEADLINE="2030-03-20",
        # In a demo a plan is still of days that have dates.
        SIMULATED_TENANT="on", DAY_LENGTH="2s",
    )  # fmt: skip
    assert status == ExitStatus.DONE
    days = list(csv.DictReader(io.StringIO(output)))
    assert [day["invitations"] for day in days[:4]] == ["40.0", "40.0", "20.0", "0.0"]
    assert [day["busiestMailbox"] for day in days[:2]] == ["8.0", "8.0"]
    assert days[-1]["date"] == "2030-03-20"
    assert float(days[-1]["registered"]) == pytest.approx(100, abs=0.5)


def test_an_imports_own_options_are_played_forward(verb: Verb) -> None:
    """Waves on Mondays and Thursdays from the mailbox that is named, though three are set."""
    status, output = verb(
        "--people", "100", "--csv", "--starts", "2030-03-04", "--wave-size", "40",
        "--wave-days", "2", "--send-days", "mon,thu", "--send-window", "08:00-12:00",
        "--sender-mailboxes", "b@contoso.com", ENROLMENT_DEADLINE="2030-03-20",
        SENDER_MAILBOXES="a@contoso.com,b@contoso.com,c@contoso.com",
    )  # fmt: skip
    assert status == ExitStatus.DONE
    days = list(csv.DictReader(io.StringIO(output)))
    assert [day["invitations"] for day in days[:4]] == ["40.0", "0.0", "0.0", "40.0"]
    assert [day["busiestMailbox"] for day in days[:4]] == ["40.0", "0.0", "0.0", "40.0"]
    assert days[7]["invitations"] == "20.0"


@pytest.mark.parametrize("words", [("plan", "--people", "3"), ("import", "people.csv")])
def test_options_that_cannot_be_used_are_named(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by its own name, with the right mailboxes, before anything is begun."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text("UPN\nada@contoso.com\n")
    wrong = ("--send-window", "8-18", "--sender-mailboxes", "x@contoso.com", "--wave-days", "0")
    settings = {"SENDER_MAILBOXES": "a@contoso.com,b@contoso.com", "COLUMNS": "80"}
    ended = CliRunner().invoke(app, [*words, *wrong], env=settings)
    assert ended.exit_code == ExitStatus.USAGE
    for told in ("--send-window", "--wave-days", "--sender-mailboxes", "b@contoso.com"):
        assert told in ended.output


def test_what_holds_mails_now_is_played_forward(verb: Verb, sqlite_url: str) -> None:
    """One of two mailboxes is blocked: half are invited; of another day nothing is known yet."""

    async def block() -> None:
        database = Database(sqlite_url)
        async with database.writing() as connection:
            await set_sender(connection, "a@contoso.com", SenderState.STOPPED, now=NOW)
        await database.close()

    asyncio.run(block())
    settings = {"DATABASE_URL": sqlite_url, "SENDER_MAILBOXES": "a@contoso.com,b@contoso.com"}

    def asked(*arguments: str, **further: str) -> dict[str, Any]:
        status, output = verb("--people", "100", "--json", *arguments, **settings, **further)
        assert status == ExitStatus.DONE
        found: dict[str, Any] = json.loads(output)
        return found

    found = asked()
    assert (found["invitations"], found["invitationsLeft"]) == (50, 50)
    assert (found["blockedMailboxes"], found["mailStopped"]) == (["a@contoso.com"], False)
    for arguments in (
        ("--starts", "2099-03-04"),
        ("--mailboxes", "2"),
        ("--sender-mailboxes", "b@contoso.com"),
    ):
        assert asked(*arguments)["invitations"] == 100
    demo = {"SIMULATED_TENANT": "on", "DAY_LENGTH": "2s", "DAY_ZERO": NOW.isoformat()}
    assert asked(**demo)["invitations"] == 100


@pytest.mark.wording
def test_in_a_demo_a_real_rollout_is_planned(verb: Verb) -> None:
    """Its limits and its deadline are those of short days; weeks without news are left out."""
    demo = {"SIMULATED_TENANT": "on", "DAY_LENGTH": "2s", "DAY_ZERO": NOW.isoformat()}
    limits = {"MAIL_PER_MINUTE": "1800", "MAIL_PER_HOUR": "100000", "MAIL_PER_DAY": "100000"}
    status, output = verb(
        "--people", "900", "--json", **demo, **limits, ENROLMENT_DEADLINE="2030-03-20"
    )
    found = json.loads(output)
    assert (status, found["deadline"]) == (ExitStatus.DONE, None)
    assert found["days"][0]["invitations"] <= 450
    long = verb("--people", "900", "--deadline", "2099-01-01", "--starts", "2097-01-07")[1]
    table = long.partition("\n\n")[0].splitlines()
    assert len(table) < 20
    assert "registered by the deadline, 01 Jan 2099" in long.casefold().replace("jan", "Jan")


def test_a_terminal_shows_weeks_and_lines(verb: Verb) -> None:
    """The table fits 80 columns, and the lines follow it."""
    status, output = verb("--people", "2000", "--starts", "2030-03-04")
    assert status == ExitStatus.DONE
    table, _, lines = output.partition("\n\n")
    assert max(len(line) for line in table.splitlines()) <= COLUMNS
    assert "04 Mar 2030" in table
    assert "2,000" in table
    assert len(lines.splitlines()) >= 7


@pytest.mark.parametrize(("name", "begins"), [("a.svg", b"<svg"), ("b.PNG", b"\x89PNG")])
def test_a_plot_is_drawn_into_a_file(verb: Verb, tmp_path: Path, name: str, begins: bytes) -> None:
    """The registrations with their band, as SVG or PNG by the name of the file."""
    arguments = ("--people", "50", "--starts", "2030-03-04", "--deadline", "2030-03-20")
    status, _ = verb(*arguments, "--plot", name)
    assert status == ExitStatus.DONE
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert verb(*arguments, "--plot", f"none/{name}")[0] == ExitStatus.FAILED


def test_the_rollout_that_runs_is_played_forward(verb: Verb, sqlite_url: str) -> None:
    """Alone it is those in our tables; people of an import come on top, in its waves."""
    missing = f"{sqlite_url}-missing"
    status, output = verb("--running", "--json", DATABASE_URL=missing)
    assert (status, "mfa-rollout migrate" in output) == (ExitStatus.FAILED, True)

    async def enrol() -> None:
        database = Database(sqlite_url)
        for number in range(3):
            await put(database, person(number))
        await database.close()

    asyncio.run(enrol())

    def asked(*arguments: str) -> dict[str, Any]:
        status, output = verb("--running", "--json", *arguments, DATABASE_URL=sqlite_url)
        assert status == ExitStatus.DONE
        found: dict[str, Any] = json.loads(output)
        return found

    assert (asked()["people"], asked()["invitations"]) == (3, 0)
    both = asked("--people", "10", "--wave-size", "5", "--wave-days", "1")
    assert (both["people"], both["invitations"]) == (13, 10)
    assert [day["invitations"] for day in both["days"][:2]] == [5, 5]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("people.csv", "--people", "3"),
        ("missing.csv",),
        ("--people", "3", "--json", "--csv"),
        ("--people", "3", "--rates", "invitation=200"),
        ("--people", "3", "--starts", "2020-01-01"),
        ("--people", "3", "--starts", "9999-12-30"),
        ("--people", "3", "--deadline", "tomorrow"),
        ("--people", "0"),
        ("--people", "3", "--mailboxes", "2", "--sender-mailboxes", "a@contoso.com"),
        ("--people", "3", "--plot", "forecast.jpg"),
        ("--running", "--starts", "2099-03-04"),
        ("--running", "--mailboxes", "2"),
        ("--running", "--wave-size", "5"),
    ],
)
def test_wrong_usage_is_refused(verb: Verb, arguments: tuple[str, ...]) -> None:
    """What can't be played forward leaves with 2."""
    assert verb(*arguments)[0] == ExitStatus.USAGE

"""``audit list`` finds entries by the names of people and admins, and fits a terminal."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from database.audit.chain import append
from database.engine import Database
from domain.tables.audit import Actor, AuditAction, AuditEntry, AuditOutcome
from tests.cli.people.conftest import Verb, read_json
from tests.database.values import object_id

GRACE = Actor(name="Grace Hopper", object_id=object_id(70))
SHELL = Actor(name="command line: root@vm")
ERASED = object_id(71)
FIRST = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENTRIES = (
    (GRACE, AuditAction.PAUSE, object_id(1), "on leave"),
    (SHELL, AuditAction.SCHEDULE_REPORT, None, None),
    (SHELL, AuditAction.ERASE, ERASED, "request 4711"),
)


@pytest.fixture
def log(verb: Verb, tables: Database) -> Verb:
    """Give verbs and a log: what was done a day apart, each with its outcome."""

    async def write() -> None:
        database = Database(tables.url.render_as_string(hide_password=False))
        async with database.writing() as connection:
            for day, (actor, action, person, reason) in enumerate(ENTRIES):
                at = FIRST + timedelta(days=day)
                entry = AuditEntry(at=at, actor=actor, action=action, person=person, reason=reason)
                number = await append(connection, entry)
                done = AuditEntry(
                    at=at, actor=actor, action=action, answers=number, outcome=AuditOutcome.DONE
                )
                await append(connection, done)
        await database.close()

    asyncio.run(write())
    return verb


FOUND: tuple[tuple[tuple[str, ...], list[str]], ...] = (
    ((), ["erase", "schedule-report", "pause"]),
    (("--person", "ADA@contoso.com"), ["pause"]),
    (("--person", "lovelace"), ["pause"]),
    (("--person", ERASED), ["erase"]),
    (("--actor", "grace hopper"), ["pause"]),
    (("--actor", str(GRACE.object_id)), ["pause"]),
    (("--actor", "root@vm"), ["erase", "schedule-report"]),
    (("--actor", "command line: root@vm (unverified)", "--action", "erase"), ["erase"]),
    (("--since", "2026-11-21"), ["erase", "schedule-report"]),
    (("--until", "2026-11-21"), ["schedule-report", "pause"]),
    (("--since", "2026-11-21", "--until", "2026-11-21"), ["schedule-report"]),
    (("--limit", "1"), ["erase"]),
)
REFUSED = {
    ("--action", "puase"): "stop-mail",
    ("--actor", "nobody"): "Nobody called 'nobody'",
    ("--actor", "r"): "Grace Hopper",
    ("--since", "last week"): "'last week' is no day",
    ("--until", "9999-12-31"): "'9999-12-31' is no day",
}


def test_each_filter_finds_what_it_names(log: Verb) -> None:
    """By person, by admin, by action, by day; each action is one line, with how it ended."""
    known = [action.value for _, action, _, _ in ENTRIES]
    for arguments, actions in FOUND:
        status, listed = log("audit", "list", *arguments)
        words = listed.split()
        assert (status, [word for word in words if word in known]) == (0, actions), arguments
        assert words.count("done") == len(actions), arguments


def test_what_is_misspelt_is_wrong_usage(log: Verb) -> None:
    """The message says what there is, and nothing is listed."""
    for arguments, told in REFUSED.items():
        status, output = log("audit", "list", *arguments)
        assert (status, told in " ".join(output.split())) == (2, True), arguments


def test_the_log_fits_a_terminal(log: Verb) -> None:
    """At 80 columns no date, mark or action is broken, and people are named as in the portal."""
    output = log("audit", "list")[1]
    assert max(len(line) for line in output.splitlines()) <= 80
    words = output.split()
    for whole in ("(unverified)", "schedule-report", "Lovelace", "12:00:00", ERASED[:8]):
        assert whole in words
    assert object_id(1) not in output


def test_the_export_has_the_same_filters(log: Verb) -> None:
    """Programs get the name as it is, and whether it was verified."""
    entries = read_json(log("audit", "export", "--actor", "root@vm", "--json"))
    assert {(one["actor"]["name"], one["actor"]["isVerified"]) for one in entries} == {
        (SHELL.name, False)
    }
    assert len(entries) == 4

"""``people list`` and ``attention`` list people from our tables, a page at a time."""

import asyncio
from datetime import timedelta

import pytest

from database.engine import Database
from database.imports.imports import begin_import
from database.imports.rows import put_rows
from database.rollout.marks import mark_complete, set_pass
from domain.plain_text import beginning
from domain.standing.texts import TO_DO
from domain.tables.attention import PEOPLE_KINDS, AttentionKind
from domain.tables.imports import ImportRow, RowOutcome
from domain.tracking_list.reconciliation import REPORTED_AS
from tests.cli.people.conftest import WHEN, Verb, read_json
from tests.database.test_imports import IMPORT


@pytest.mark.parametrize(
    ("arguments", "total"),
    [
        ((), 6),
        (("--text", "lovelace"), 1),
        (("--status", "Active"), 1),
        (("--batch-id", "winter"), 1),
        (("--department", "R&D"), 1),
        (("--attention", "no-manager"), 1),
        (("--attention", "stuck"), 0),
        (("--status", "Sent", "--batch-id", "autumn"), 4),
        (("--manager", "grace@contoso.com"), 1),
        (("--language", "de-CH"), 2),
        (("--ended",), 2),
        (("--ended-as", "otherwise"), 1),
        (("--ended-as", "not-active"), 1),
        (("--ended-as", "failed"), 0),
        (("--no-department",), 0),
        (("--running",), 4),
        (("--escalated",), 1),
        (("--not-escalated", "--running"), 4),
    ],
)
def test_filters(verb: Verb, arguments: tuple[str, ...], total: int) -> None:
    """Each filter finds whom it names, and several are joined."""
    found = read_json(verb("people", "list", *arguments, "--json"))
    assert (found["total"], len(found["people"])) == (total, total)


def test_pages_make_the_whole_list(verb: Verb) -> None:
    """Pages follow each other in the order that was asked for, without gaps."""
    whole = read_json(verb("people", "list", "--json"))["people"]
    pages = [
        read_json(verb("people", "list", "--size", "2", "--page", str(page), "--json"))["people"]
        for page in (1, 2, 3, 4)
    ]
    assert [line["objectId"] for page in pages for line in page] == [
        line["objectId"] for line in whole
    ]
    assert [len(page) for page in pages] == [2, 2, 2, 0]
    backwards = read_json(verb("people", "list", "--descending", "--json"))["people"]
    assert backwards == whole[::-1]


def test_people_who_need_attention_come_first(verb: Verb) -> None:
    """One order begins with them, and goes on by name."""
    listed = read_json(verb("people", "list", "--sort", "attention", "--json"))["people"]
    needs = [line["attention"] for line in listed]
    assert (needs[0], set(needs[1:])) == ("no-manager", {None})
    names = [line["displayName"].casefold() for line in listed[1:]]
    assert names == sorted(names)


def test_kinds_that_can_be_chosen_are_all_that_are_named(verb: Verb) -> None:
    """A misspelt kind is answered with those that people can be filtered by, and no others."""
    told = " ".join(verb("people", "list", "--attention", "bonced")[1].split())
    assert [kind for kind in PEOPLE_KINDS if kind.value not in told] == []
    assert AttentionKind.UNKNOWN_ROW.value not in told


def test_the_table_fits_a_terminal(verb: Verb) -> None:
    """No line is longer than 80 columns, and no value is cut off."""
    output = verb("people", "list", "--sort", "due")[1]
    assert max(len(line) for line in output.splitlines()) <= 80
    assert "…" not in output
    assert "6 people, page 1 of 1." in output
    beyond = verb("people", "list", "--page", "9")[1]
    assert "6 people; there is no page 9, the last is 1." in beyond


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--batch-id", "wintr"), "wintr"),
        (("--department", "Saels"), "Saels"),
        (("--status", "Snet"), "Snet"),
        (("--attention", "bonced"), "bonced"),
        (("--sort", "nmae"), "nmae"),
        (("--manager", "grcae@contoso.com"), "grcae"),
        (("--language", "dee"), "dee"),
        (("--ended-as", "cancled"), "cancled"),
        (("--after-mail", "remnider-1"), "remnider-1"),
    ],
)
def test_a_misspelt_filter_is_wrong_usage(
    verb: Verb, arguments: tuple[str, ...], named: str
) -> None:
    """Nobody is told that a list is empty which doesn't exist."""
    status, output = verb("people", "list", *arguments)
    assert status == 2
    assert named in output


def test_rows_that_name_nobody_are_listed_elsewhere(verb: Verb) -> None:
    """They are no people: a filter that would always be empty says which verb knows."""
    status, output = verb("people", "list", "--attention", "unknown-row")
    assert status == 2
    assert "mfa-rollout attention" in " ".join(output.split())


@pytest.mark.wording
def test_attention_is_counted_by_kind(verb: Verb) -> None:
    """Each kind that there is has its number and what to do."""
    counts = read_json(verb("attention", "--json"))
    assert [(one["kind"], one["count"]) for one in counts["kinds"]] == [("no-manager", 1)]
    assert (counts["processes"][1]["isMissing"], counts["rebuildSince"]) == (False, None)
    output = verb("attention")[1]
    assert "no-manager" in output
    assert " ".join(TO_DO[AttentionKind.NO_MANAGER].split()[:3]) in output
    assert max(len(line) for line in output.splitlines()) <= 80


@pytest.mark.parametrize("since", [timedelta(days=-1), timedelta(days=1)])
def test_a_rebuild_is_asked_for_until_it_is_done(
    verb: Verb, tables: Database, since: timedelta
) -> None:
    """What the reconcile found is told, unless the tables were marked complete later."""

    async def reconciled() -> None:
        database = Database(tables.url.render_as_string(hide_password=False))
        async with database.writing() as connection:
            await set_pass(connection, REPORTED_AS, {"rebuild": True}, now=WHEN)
            await mark_complete(connection, now=WHEN + since)
        await database.close()

    asyncio.run(reconciled())
    wanted = since < timedelta()
    assert read_json(verb("attention", "--json"))["rebuildSince"] == (
        WHEN.isoformat() if wanted else None
    )
    assert ("mfa-rollout rebuild" in " ".join(verb("attention")[1].split())) is wanted


def test_attention_lists_a_kind(verb: Verb) -> None:
    """Whom it is about, since when and what is wrong, under what to do."""
    output = verb("attention", "no-manager")[1]
    assert beginning(TO_DO[AttentionKind.NO_MANAGER]) in output
    assert "Nora" in output
    assert "1 in all" in output
    assert verb("attention", "bounced")[0] == 0
    assert verb("attention", "bonced")[0] == 2


@pytest.mark.parametrize("words", [("people", "list"), ("attention",)])
def test_without_a_database_it_says_what_to_do(
    without_tables: Verb, words: tuple[str, ...]
) -> None:
    """One message names the verb that makes the tables."""
    status, output = without_tables(*words)
    assert status == 1
    assert "mfa-rollout migrate" in output


async def test_rows_that_name_nobody_are_printed(verb: Verb, tables: Database) -> None:
    """Those of all imports, as an import reads them once corrected; no cell is a formula."""
    rows = [
        ImportRow(line=line, value=value, outcome=RowOutcome.UNKNOWN)
        for line, value in ((2, "=adda@contoso.com"), (5, "eve"))
    ]
    async with tables.writing() as connection:
        await begin_import(connection, IMPORT)
        await put_rows(connection, IMPORT.import_id, rows)
    status, printed = await asyncio.to_thread(verb, "imports", "unknown")
    assert status == 0
    first, *lines = printed.splitlines()
    assert first == "Line,UPN,Imported (UTC),Import"
    assert lines[0].startswith("2,'=adda@contoso.com,")
    told = read_json(await asyncio.to_thread(verb, "imports", "unknown", "--json"))
    assert [(one["line"], one["value"], one["importId"]) for one in told] == [
        *((2, "=adda@contoso.com", IMPORT.import_id), (5, "eve", IMPORT.import_id)),
    ]

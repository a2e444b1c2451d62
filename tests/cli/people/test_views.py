"""Saved views on the command line: what somebody shares is opened by others."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path

from cli.people_filter import ENDS, NOT_ACTIVE
from cli.terminal import ExitStatus
from database.engine import Database
from database.portal.saved_views import save_view
from domain.portal.saved_view import SavedView
from domain.tables.people import OtherEnd
from tests.cli.people.conftest import WHEN, Verb, read_json
from tests.database.values import object_id


async def test_shared_views_are_opened(verb: Verb, tables: Database, tmp_path: Path) -> None:
    """By name or id; other filters take the place of the view's, and names that are two's fail."""
    ended = {"department": "Sales", "ended": "otherwise", "sort": "-changed"}
    async with tables.writing() as connection:
        for number, name, shared in ((1, "Left", True), (2, "Left", False), (3, "mine", True)):
            view = SavedView(
                view_id=object_id(number),
                owner_id=object_id(90 + number),
                name=name,
                shared=shared,
                filters=ended if number == 1 else {},
                created_at=WHEN,
            )
            await save_view(connection, view)

    def opened(*words: str) -> Awaitable[tuple[int, str]]:
        return asyncio.to_thread(verb, *words)

    listed = read_json(await opened("views", "list", "--json"))
    assert [(one["viewId"], one["isMine"]) for one in listed] == [
        *((object_id(1), False), (object_id(3), False)),
    ]
    assert (listed[0]["filter"]["endedAs"], listed[0]["sort"]) == ("otherwise", "changed")
    for name in ("LEFT", object_id(1)):
        found = read_json(await opened("people", "list", "--view", name, "--json"))
        assert [one["objectId"] for one in found["people"]] == [object_id(5)]
    other = read_json(
        await opened("people", "list", "--view", "left", "--department", "R&D", "--json")
    )
    assert other["total"] == 0
    met = read_json(await opened("bulk", "pause", "--view", "left", "--dry-run", "--json"))
    assert met["people"] == 1
    file = str(tmp_path / "left.csv")
    assert (
        read_json(await opened("people", "export", file, "--view", "left", "--json"))["people"] == 1
    )
    # All ids begin so.
    assert (await opened("people", "list", "--view", object_id(1)[:8]))[0] == ExitStatus.USAGE
    status, told = await opened("views", "save", "x", "--text", "y")
    assert (status, "sign-in" in told) == (ExitStatus.FAILED, True)


async def test_a_view_with_an_unknown_filter_finds_nobody(
    verb: Verb, tables: Database, tmp_path: Path
) -> None:
    """Another version has kept it: without that filter others would be listed, exported or met."""
    view = SavedView(
        view_id=object_id(1),
        owner_id=object_id(91),
        name="Old",
        shared=True,
        filters={"status": "Gone", "department": "Sales"},
        created_at=WHEN,
    )
    async with tables.writing() as connection:
        await save_view(connection, view)
    (listed,) = read_json(await asyncio.to_thread(verb, "views", "list", "--json"))
    assert (listed["unknownFilters"], listed["filter"]["department"]) == (["Status: Gone"], "Sales")
    for words in (
        ("people", "list"),
        ("people", "export", str(tmp_path / "old.csv")),
        ("bulk", "pause", "--dry-run"),
    ):
        status, told = await asyncio.to_thread(verb, *words, "--view", "old")
        assert (status, "Status: Gone" in told) == (ExitStatus.USAGE, True), words


def test_the_ways_to_end() -> None:
    """Options name all of them."""
    assert list(ENDS) == [*OtherEnd, NOT_ACTIVE]

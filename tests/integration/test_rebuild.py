"""The database is lost after a rollout: `mfa-rollout rebuild` makes the tables what they were."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Table, select, text

from database.engine import Database, default_url
from database.rollout.marks import is_complete
from database.schema import enrolment, older_token, story, story_day
from demo.commands import CLI
from domain.tracking_token import tracking_token
from settings.values.secrets import key_of
from tests.database.conftest import create_database, drop_database
from tests.support.eventually import eventually
from tests.support.json_documents import read_document
from tests.support.list_hands import hands_on_the_list
from tests.support.product import Product, links, running_product

Rows = list[dict[str, Any]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
async def url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """Give the address of a database that isn't made yet, or has no tables."""
    if request.param == "sqlite":
        yield default_url(tmp_path_factory.mktemp("tables"))
        return
    url = await create_database(request.getfixturevalue("postgresql"))
    yield url
    await drop_database(url)


@pytest.fixture
async def product(url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Start a product whose database this test may delete; a day lasts two seconds."""
    folder = tmp_path_factory.mktemp("rebuild")
    async with running_product(folder, day_seconds=2, database_url=url) as product:
        await product.start_worker()
        yield product


async def lose(url: str) -> None:
    """Delete the database, as a lost disk does: all files at once, while the API has them open."""
    database = Database(url)
    if database.is_sqlite:
        folder = Path(str(database.url.database)).parent
        await asyncio.to_thread(folder.rename, folder.with_name(f"{folder.name}-lost"))
        await asyncio.to_thread(folder.mkdir)
    else:
        async with database.writing() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
    await database.close()


async def rows(database: Database, table: Table) -> Rows:
    """Return a whole table in the order of its key."""
    async with database.reading() as connection:
        found = await connection.execute(select(table).order_by(*table.primary_key))
        return [dict(row) for row in found.mappings()]


async def tables(url: str) -> dict[str, Rows]:
    """Return everything that a rebuild has to bring back; passes and looks count anew."""
    database = Database(url)
    try:
        found = {table.name: await rows(database, table) for table in (enrolment, story, story_day)}
        found["enrolment"] = [{**row, "last_checked_at": None} for row in found["enrolment"]]
        tokens = await rows(database, older_token)
        found["older_token"] = [{**row, "pass_number": 0} for row in tokens]
        return found
    finally:
        await database.close()


async def is_marked(url: str) -> bool:
    """Say whether the tables are complete up to some mark."""
    database = Database(url)
    try:
        async with database.reading() as connection:
            return await is_complete(connection, 1)
    finally:
        await database.close()


@pytest.mark.long
async def test_the_tables_are_what_they_were(product: Product, url: str) -> None:
    """Row by row, events with their numbers, tokens of an older system; once more changes nothing.

    Somebody of whom only the list tells is found again, without a story.
    """
    ada, bob, eve = [await product.add_person(alias) for alias in ("ada.r", "bob.r", "eve.r")]
    await product.import_people(ada, bob, eve, batch_id="lost")
    mail = await product.mail(ada)
    await product.public.post(
        "/api/enrol", data={"token": links(mail)["enrol"].partition("token=")[2]}
    )
    await product.control.post(f"/control/users/{ada}/methods", json={"type": "phone"})
    await product.row_with(ada, InviteStatus="Active")
    await product.mail(bob, count=2)
    await product.run("cancel", eve, "--reason=left")
    old, past = str(uuid4()), str(uuid4())
    async with hands_on_the_list(product.layout) as hands:
        await hands.add(Title="older@contoso.example", TrackingToken=old)
        await hands.add(
            Title="past@contoso.example",
            ObjectId=past,
            TrackingToken=tracking_token(past, key_of(product.environment["TRACKING_TOKEN_KEY"])),
            InviteStatus="Active",
            MFARegistrationDate="2026-01-01T00:00:00Z",
        )
    await product.run("pause", bob, "--reason=quiet")
    await eventually(lambda: settled(url))
    await product.kill_worker()

    status, first = await product.run("rebuild")
    assert status == 0, first
    before = await tables(url)
    assert len(before["enrolment"]) == 4
    assert [row["token"] for row in before["older_token"]] == [old]
    await lose(url)
    assert (await product.run("rebuild"))[0] != 0
    await product.run("migrate")
    assert not await is_marked(url)

    status, output = await product.run("rebuild")

    assert status == 0, output
    assert "3 people" in output
    assert await tables(url) == before
    assert await is_marked(url)
    status, output, _ = await product.run_apart("rebuild", "--json")
    assert status == 0
    read_document("rebuild", output)
    assert await tables(url) == before


@pytest.mark.long
async def test_verbs_that_act(product: Product, url: str) -> None:
    """Import, pause, stop of mail, erasure and audit write and read either engine."""
    ada = await product.add_person("ada.v")
    await product.import_people(ada, batch_id="verbs")
    await product.row_with(ada, InviteStatus="Sent")
    for verb in (
        ("pause", ada),
        ("mail", "stop"),
        ("mail", "start"),
        ("people", "erase", ada, "--yes"),
    ):
        status, output = await product.run(*verb, "--reason=a test")
        assert status == 0, output
    found = await tables(url)
    assert (found["enrolment"], found["story"]) == ([], [])
    assert (await product.run("audit", "verify"))[0] == 0
    _, log, _ = await product.run_apart("audit", "list", "--json")
    done = {(entry["action"], entry["outcome"]) for entry in json.loads(log)}
    actions = ("import", "pause", "stop-mail", "start-mail", "erase")
    assert done >= {(action, "done") for action in actions}


@pytest.mark.long
async def test_a_rebuild_that_does_not_end_marks_nothing(product: Product, url: str) -> None:
    """Without Temporal it begins nothing; without the list, or killed, no mark is left behind."""
    ada = await product.add_person("ada.b")
    await product.import_people(ada, batch_id="broken")
    await product.row_with(ada, InviteStatus="Sent")
    assert (await product.run("rebuild"))[0] == 0
    assert await is_marked(url)

    status, output = await product.run("rebuild", TEMPORAL_ADDRESS="127.0.0.1:1")
    assert (status, await is_marked(url)) == (1, True), output

    await product.fault(method="GET", path="/columns", status=403, times=1)
    status, output = await product.run("rebuild")
    assert (status, await is_marked(url)) == (1, False), output

    assert (await product.run("rebuild"))[0] == 0
    await product.fault(method="GET", path="/columns", status=503, hold_before=30, times=1)
    process = await asyncio.create_subprocess_exec(*CLI, "rebuild", env=product.environment)

    async def begun() -> bool:
        return not await is_marked(url)

    await eventually(begun)
    process.kill()
    await process.wait()
    (await product.control.delete("/control/faults")).raise_for_status()
    assert not await is_marked(url)
    status, output = await product.run("rebuild")
    assert (status, await is_marked(url)) == (0, True), output
    assert (await product.run("audit", "verify"))[0] == 0


async def settled(url: str) -> bool:
    """Say whether everybody is where they stay: one active, one cancelled, one paused."""
    found = (await tables(url))["enrolment"]
    quiet = [row for row in found if row["ended"] or row["paused_by"]]
    return len(quiet) == 3

"""The database is lost after a rollout: `mfa-rollout rebuild` makes the tables what they were."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Table, select

from database.engine import Database, default_url
from database.rollout.marks import is_complete
from database.schema import enrolment, older_token, story, story_day
from domain.tracking_token import tracking_token
from settings.values.secrets import key_of
from tests.support.list_hands import hands_on_the_list
from tests.support.product import Product, links, running_product
from tests.support.world import eventually

Rows = list[dict[str, Any]]


@pytest.fixture
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """Start a product whose database this test may delete; a day lasts two seconds."""
    async with running_product(tmp_path_factory.mktemp("rebuild"), day_seconds=2) as product:
        await product.start_worker()
        yield product


async def rows(database: Database, table: Table) -> Rows:
    """Return a whole table in the order of its key."""
    async with database.reading() as connection:
        found = await connection.execute(select(table).order_by(*table.primary_key))
        return [dict(row) for row in found.mappings()]


async def tables(path: Path) -> dict[str, Rows]:
    """Return everything that a rebuild has to bring back; passes count anew."""
    database = Database(default_url(path))
    try:
        found = {table.name: await rows(database, table) for table in (enrolment, story, story_day)}
        tokens = await rows(database, older_token)
        found["older_token"] = [{**row, "pass_number": 0} for row in tokens]
        return found
    finally:
        await database.close()


async def is_marked(path: Path) -> bool:
    """Say whether the tables are complete up to some mark."""
    database = Database(default_url(path))
    try:
        async with database.reading() as connection:
            return await is_complete(connection, 1)
    finally:
        await database.close()


@pytest.mark.timeout(240)
async def test_the_tables_are_what_they_were(product: Product) -> None:
    """Row by row, events with their numbers, tokens of an older system; once more changes nothing.

    Somebody of whom only the list tells is found again, without a story.
    """
    data = product.layout.folder / "data"
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
    await eventually(lambda: settled(data))
    await product.kill_worker()

    status, first = await product.run("rebuild")
    assert status == 0, first
    before = await tables(data)
    assert len(before["enrolment"]) == 4
    assert [row["token"] for row in before["older_token"]] == [old]
    for file in data.glob("mfa-rollout.sqlite*"):
        file.unlink()
    assert (await product.run("rebuild"))[0] != 0
    await product.run("migrate")
    assert not await is_marked(data)

    status, output = await product.run("rebuild")

    assert status == 0, output
    assert "3 people" in output
    assert await tables(data) == before
    assert await is_marked(data)
    assert (await product.run("rebuild"))[0] == 0
    assert await tables(data) == before


async def settled(data: Path) -> bool:
    """Say whether everybody is where they stay: one active, one cancelled, one paused."""
    found = (await tables(data))["enrolment"]
    quiet = [row for row in found if row["ended"] or row["paused_by"]]
    return len(quiet) == 3

"""A wrong import is taken back by an admin, over a killed worker, and the right one works."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.eventually import eventually
from tests.support.product import Product, button, links, running_product

pytestmark = pytest.mark.long


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Product]:
    """Start a product in which no reminder is due while the test lasts."""
    async with running_product(tmp_path, day_seconds=3600) as product:
        await product.start_worker()
        yield product


async def test_a_wrong_import_is_taken_back(office: Product) -> None:
    """Of one who clicked a cancelled row stays, outside the group; of one without mail nothing.

    The undo is started without a worker, and the first worker is killed. Afterwards both are
    imported again, and paused together.
    """
    ann, ben = await office.add_person("ann"), await office.add_person("ben")
    await office.import_people(ann, batch_id="wrong")
    landing = await office.public.get(links(await office.mail(ann))["enrol"])
    await office.public.post("/api/enrol", data=button(landing.text))
    row = await office.row_with(ann, InviteStatus="AddedToGroup", InGroup=True)
    await office.until_member(row["ObjectId"])
    await office.run("mail", "stop", "--reason=wrong file")
    await office.import_people(ben, batch_id="wrong")
    await office.row_with(ben, InviteStatus="Pending")

    async def both_are_known() -> bool:
        _, said = await office.run("imports", "undo", "wrong", "--dry-run", "--json")
        return bool(json.loads(said)["people"] == 2)

    await eventually(both_are_known)
    _, said = await office.run("imports", "undo", "wrong", "--dry-run")
    assert "brought 2 people" in said
    await office.kill_worker()
    undo = asyncio.create_task(
        office.run_apart("imports", "undo", "wrong", "--reason=wrong file", "--yes", "--json")
    )

    async def has_begun() -> bool:
        _, requests = await office.run("requests", "list", "--json")
        return bool(json.loads(requests))

    await eventually(has_begun)
    await office.start_worker()
    await office.kill_worker()
    await office.start_worker()
    status, report, errors = await undo
    assert status == 0, errors
    outcomes = {one["outcome"]: one for one in json.loads(report)["outcomes"]}
    assert outcomes.keys() == {"erased", "kept"}, report
    assert outcomes["kept"]["reason"] == "removed-from-group"
    assert await office.row(ben) == {}
    kept = await office.row_with(ann, InGroup=False)
    assert kept["ErrorDetails"].endswith("wrong file")
    assert await office.members() == []
    page = await office.public.get(links(await office.mail(ann))["enrol"])
    assert page.status_code == 404

    await office.run("mail", "start", "--reason=the right file")
    again = ("import", str(office.layout.folder / "right.csv"), "--batch-id=right")
    (office.layout.folder / "right.csv").write_text(f"UPN\n{ann}\n{ben}\n")
    status, said = await office.run(*again, "--include-cancelled")
    assert status == 0, said
    await office.mail(ben)
    await office.until_member(row["ObjectId"])

    status, said = await office.run(
        "bulk", "pause", "--everybody", "--reason=a break", "--yes", "--json"
    )
    assert '"state": "done"' in said, said
    assert '"outcome": "done"' in said, said
    _, log = await office.run("audit", "list", COLUMNS="200")
    assert "bulk-pause" in log
    assert "undo-import" in log

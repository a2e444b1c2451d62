"""``compare`` reads a person's item on the list, and says which columns differ."""

import json
from pathlib import Path

import pytest

from cli.terminal import ExitStatus
from database.engine import Database
from graph.tracking_list import TrackingList
from settings import WorkerSettings, settings_from
from simulated_tenant import SimulatedTenant, population
from simulated_tenant.testing import running_tenant
from tests.database.values import object_id, person, put
from tests.support.in_process import run_in_process, settings_of
from worker.graph import open_graph

TOKEN = "a-token-that-nobody-may-see"


@pytest.mark.long
async def test_an_item_is_compared(sqlite_database: Database, tmp_path: Path) -> None:
    """What differs is shown with both values and status 1; a token is compared, not shown."""
    tenant = SimulatedTenant(tenant_id=population.TENANT_ID)
    population.populate(tenant)
    async with running_tenant(tenant) as running:
        settings = settings_of(
            running, tmp_path, temporal_address="127.0.0.1:1", namespace="default"
        )
        of_worker = settings_from(WorkerSettings, settings)
        on_list = {
            "Title": "person1@contoso.com",
            "InviteStatus": "Clicked",
            "TrackingToken": TOKEN,
        }
        async with open_graph(of_worker) as graph:
            tracking_list = TrackingList(graph, of_worker.site_id, of_worker.list_id)
            item = await tracking_list.create(on_list)
        written = on_list | {"InviteStatus": "Sent", "NoSuchColumn": "x"}
        await put(sqlite_database, person(1, item_id=item.id, written=written))
        await put(sqlite_database, person(2))

        async def compare(*words: str) -> tuple[int, str]:
            status, printed, errors = await run_in_process(settings, "compare", *words)
            assert TOKEN not in printed
            return status, printed + errors

        status, told = await compare("person1@contoso.com")
        assert status == ExitStatus.FAILED
        assert "Different columns: 2 of 4." in told
        rows = [line.split() for line in told.splitlines() if line.startswith(" ")]
        assert ["InviteStatus", "Clicked", "Sent", "differs"] in rows
        assert not any(row[0] == "Title" for row in rows)
        _, every = await compare("person1@contoso.com", "--all")
        assert "(secret)" in every
        status, as_json = await compare("person1@contoso.com", "--json")
        found = json.loads(as_json)
        assert (status, found["itemId"], found["differing"]) == (ExitStatus.FAILED, item.id, 2)
        assert {one["name"]: one["verdict"] for one in found["columns"]} == {
            "InviteStatus": "differs",
            "NoSuchColumn": "no-column",
            "Title": "same",
            "TrackingToken": "same",
        }
        await put(sqlite_database, person(1, item_id=item.id, written=on_list, revision=2**52))
        status, told = await compare(object_id(1))
        assert (status, "No column differs; compared: 3." in told) == (ExitStatus.DONE, True)
        status, told = await compare("person2@contoso.com")
        assert (status, "Nothing has been written" in told) == (ExitStatus.FAILED, True)

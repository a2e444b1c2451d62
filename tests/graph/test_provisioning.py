"""Making the tracking list, again and again, on sites in any state, over real https."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from domain.failures import NotFound, PermissionDenied
from domain.tracking_list.columns import COLUMNS, Column, ColumnKind
from graph.http.client import GraphClient
from graph.provisioning import ListProvisioning, Step
from simulated_tenant import SimulatedTenant
from simulated_tenant.population import PROVISION_ROLES, WORKER_ROLES, tracking_columns
from simulated_tenant.sharepoint.columns import new_column
from simulated_tenant.sharepoint.lists import SharePointList
from simulated_tenant.sharepoint.sites import Site
from simulated_tenant.testing import TENANT_ID, running_tenant
from tests.graph.tenant import SECRET, graph_of, token_source

ADMIN = "1d9f3a52-1a8e-4f5e-8b54-0f8a7c9e2d33"
WORKER = "2d9f3a52-1a8e-4f5e-8b54-0f8a7c9e2d33"
NAME = "MFA rollout"
KINDS = {ColumnKind.NOTE: "text"}


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A tenant without a list, and what an admin and the worker reach it by."""

    tenant: SimulatedTenant
    admin: GraphClient
    worker: GraphClient
    sites: list[Site] = field(default_factory=list)

    def site(self) -> Site:
        """Add a site, on which the worker may write."""
        site = self.tenant.add_site(f"/sites/mfa-{len(self.sites)}")
        site.grants[WORKER] = ["write"]
        self.sites.append(site)
        return self.tenant.sites.put(site)

    def lists(self, site: Site) -> list[SharePointList]:
        """Return the lists of a site."""
        return self.tenant.sites.lists(site.id)


@asynccontextmanager
async def _ground() -> AsyncIterator[Ground]:
    tenant = SimulatedTenant(tenant_id=TENANT_ID, page_cap=7)
    tenant.add_app(ADMIN, SECRET, PROVISION_ROLES)
    tenant.add_app(WORKER, SECRET, WORKER_ROLES)
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(running_tenant(tenant))
        admin, worker = [
            await stack.enter_async_context(graph_of(running, token_source(running, client_id=app)))
            for app in (ADMIN, WORKER)
        ]
        yield Ground(tenant=tenant, admin=admin, worker=worker)


@pytest.fixture(scope="module")
async def ground() -> AsyncIterator[Ground]:
    """Serve one tenant to all tests of this file; each has a site of its own."""
    async with _ground() as ground:
        yield ground


async def provisioned(
    client: GraphClient, site: Site, list_id: str | None = None
) -> tuple[str, list[Step]]:
    """Do what ``mfa-rollout provision`` does to the list."""
    provisioning = ListProvisioning(client, site.id)
    found = await provisioning.find(list_id=list_id, name=NAME)
    found = found or await provisioning.create(NAME)
    return found, [step async for step in provisioning.bring_up_to_date(found)]


def holds(made: SharePointList, column: Column) -> bool:
    """Say whether a list has a column with all that was asked for."""
    found = made.column(column.name)
    return (
        found is not None
        and found.kind == KINDS.get(column.kind, column.kind.value)
        and found.is_single_line == (column.kind is ColumnKind.TEXT)
        and found.indexed == column.indexed
        and found.enforce_unique_values == column.unique
        and tuple(found.facet.get("choices", ())) == column.choices
    )


def old_list(ground: Ground, site: Site, *without: str) -> SharePointList:
    """Make the list as somebody made it by hand, without some of its columns."""
    columns = [column for column in tracking_columns() if column.name not in without]
    made = ground.tenant.add_list(site, NAME, columns)
    title = made.column("Title")
    assert title is not None
    title.indexed = title.enforce_unique_values = True
    return made


async def test_a_fresh_site_gets_the_whole_list(ground: Ground) -> None:
    """List, 24 columns with types, indexes and choices, and the unique Title."""
    site = ground.site()

    list_id, steps = await provisioned(ground.admin, site)

    (made,) = ground.lists(site)
    assert made.definition.id == list_id
    assert [column.name for column in COLUMNS if not holds(made, column)] == []
    assert [step.text for step in steps] == ["column Title: added the index, uniqueness"]


async def test_a_second_run_does_nothing(ground: Ground) -> None:
    """The list is found by its name or by its id, and there is nothing to do."""
    site = ground.site()
    list_id, _ = await provisioned(ground.admin, site)

    by_name = await provisioned(ground.admin, site)
    by_id = await provisioned(ground.admin, site, list_id)

    assert by_name == by_id == (list_id, [])
    assert len(ground.lists(site)) == 1


async def test_a_list_id_that_leads_nowhere_is_looked_for_by_name(ground: Ground) -> None:
    """A wrong id doesn't make a second list of the same name."""
    site = ground.site()
    made = old_list(ground, site)

    found, _ = await provisioned(ground.admin, site, "99999999-9999-4999-8999-999999999999")

    assert found == made.definition.id


async def test_what_is_missing_is_added_and_nothing_else_touched(ground: Ground) -> None:
    """A column, an index, a choice and a time of day come; rows and people's choices stay.

    So does uniqueness where each person has a value of their own.
    """
    site = ground.site()
    made = old_list(ground, site, "ObjectId")
    token, status = made.column("TrackingToken"), made.column("InviteStatus")
    date = made.column("ClickedLinkDate")
    assert token
    assert status
    assert date
    token.indexed = False
    status.facet["choices"] = ["On hold", "Pending", "Sent", "Clicked", "AddedToGroup"]
    date.facet["format"] = "dateOnly"
    for name in ("Department", "CorrelationId"):
        unique = made.column(name)
        assert unique
        unique.indexed = unique.enforce_unique_values = True
    now = ground.tenant.clock()
    made.add(
        {"Title": "ada@contoso.example", "InviteStatus": "On hold"}, by="x", now=now, visible_at=now
    )

    _, steps = await provisioned(ground.admin, site)

    assert [step.text for step in steps] == [
        "column InviteStatus: added the missing choices",
        "column TrackingToken: added the index",
        "column ClickedLinkDate: added the time of day",
        "column ObjectId: created",
        "column Department: added room for one value in several rows",
    ]
    assert not any(step.needs_action for step in steps)
    assert status.facet["choices"][0] == "On hold"
    assert status.facet["choices"][-1] == "Active"
    assert [item.fields["InviteStatus"] for item in made.items()] == ["On hold"]
    assert (await provisioned(ground.admin, site))[1] == []


@pytest.mark.parametrize(
    ("name", "kind", "facet", "word"),
    [
        ("ReminderCount", "text", {}, "is text, not number"),
        ("ErrorDetails", "text", {"allowMultipleLines": True}, "is multiple lines of text"),
        ("InviteStatus", "text", {}, "is text, not choice"),
        (
            "ErrorDetails",
            "text",
            {"allowMultipleLines": True, "textType": "richText"},
            "is rich text, not text",
        ),
    ],
)
async def test_a_column_of_another_type_is_told_of(
    ground: Ground, name: str, kind: str, facet: dict[str, Any], word: str
) -> None:
    """It is left alone, the remedy is named, and the columns behind it are done all the same."""
    site = ground.site()
    made = old_list(ground, site, name, "Department")
    made.definition.columns.append(new_column(name, kind, facet=facet))

    _, steps = await provisioned(ground.admin, site)

    wrong, created = steps
    assert wrong.needs_action
    assert word in wrong.text
    assert "delete it" in wrong.text
    assert created.text == "column Department: created"
    column = made.column(name)
    assert column is not None
    assert column.kind == kind


async def test_one_line_of_notes_will_do(ground: Ground) -> None:
    """``Notes`` belongs to people: whether it has one line or several is theirs to decide."""
    site = ground.site()
    made = old_list(ground, site, "Notes")
    made.definition.columns.append(new_column("Notes", "text"))

    assert (await provisioned(ground.admin, site))[1] == []


async def test_names_that_are_there_twice_are_told_of(ground: Ground) -> None:
    """Uniqueness can't be added while two rows have the same name; the remedy is named."""
    site = ground.site()
    made = old_list(ground, site)
    title = made.column("Title")
    assert title is not None
    title.enforce_unique_values = False
    now = ground.tenant.clock()
    for _ in range(2):
        made.add({"Title": "ada@contoso.example"}, by="x", now=now, visible_at=now)

    _, (step,) = await provisioned(ground.admin, site)

    assert step.needs_action
    assert "Remove rows that have the same value twice" in step.text
    assert len(made) == 2


async def test_the_worker_may_not_provision(ground: Ground) -> None:
    """Write access to rows is not enough: the message names what is."""
    site = ground.site()
    old_list(ground, site, "Department")

    with pytest.raises(PermissionDenied, match=r"Sites\.Manage\.All"):
        await provisioned(ground.worker, site)


async def test_a_missing_site_is_named(ground: Ground) -> None:
    """The message says which setting to check."""
    site = ground.site()
    site.id = site.id[:-1] + ("0" if site.id[-1] != "0" else "1")

    with pytest.raises(NotFound, match="SITE_ID"):
        await ListProvisioning(ground.admin, site.id).find(list_id=None, name=NAME)

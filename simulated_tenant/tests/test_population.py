"""Tests of the demo's population."""

import csv
import io

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.personas.kinds import STORIES, Kind
from simulated_tenant.personas.scripts import SCRIPTS
from simulated_tenant.population import (
    API_CLIENT_ID,
    API_ROLES,
    DEMO_SECRET_PREFIX,
    DOMAIN,
    EXCLUDED_GROUP_ID,
    GROUP_ID,
    LIST_ID,
    SENDER,
    SITE_ID,
    TENANT_ID,
    WORKER_CLIENT_ID,
    WORKER_ROLES,
    people,
    populate,
    sample_csv,
)
from simulated_tenant.testing import graph_client


@pytest.fixture
def demo() -> SimulatedTenant:
    """The demo's tenant."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID, domains=(DOMAIN,))
    populate(tenant)
    return tenant


def test_every_kind_of_person_is_there() -> None:
    """Each persona has somebody, a story and a script."""
    assert {person.kind for person in people().values()} == set(Kind)
    assert set(STORIES) == set(SCRIPTS) == set(Kind)
    assert 35 <= len(people()) <= 45


def test_two_populations_are_alike(demo: SimulatedTenant) -> None:
    """Ids and names don't depend on chance, and populating again changes nothing."""
    other = SimulatedTenant(tenant_id=TENANT_ID, domains=(DOMAIN,))
    populate(other)
    populate(other)
    assert [(u.id, u.user_principal_name, u.display_name) for u in demo.users] == [
        (u.id, u.user_principal_name, u.display_name) for u in other.users
    ]


def test_names_are_what_real_life_has() -> None:
    """Quotes, umlauts, right-to-left scripts, an emoji, markup and a long name are among them."""
    names = " ".join(person.name for person in people().values())
    parts = ("'", '"', "ü", "ß", "حداد", "李", "❄", "<Smith>")
    assert [part for part in parts if part not in names] == []
    assert max(len(person.name) for person in people().values()) > 64


def test_the_sample_is_as_untidy_as_real_life(demo: SimulatedTenant) -> None:
    """Everybody is in the CSV, once by mail address, once twice, and one row is nonsense."""
    [header, *rows] = [row[0] for row in csv.reader(io.StringIO(sample_csv()))]
    lowered = [row.lower() for row in rows]
    duplicates = {row for row in lowered if lowered.count(row) == 2}
    addressed = {row for row in lowered if "@" in row}
    known = {row for row in addressed if demo.users.find(row) or demo.users.find_by_address(row)}
    assert header == "UPN"
    assert len(rows) == len(people()) + 2
    assert len(duplicates) == 1
    assert len([row for row in lowered if "@" not in row]) == 1
    assert addressed - known == {f"former.colleague@{DOMAIN}"}
    assert any(demo.users.find(row) is None for row in known)


def test_managers_are_people_with_mailboxes(demo: SimulatedTenant) -> None:
    """Whoever is escalated has a manager who can be told; whoever must not, hasn't."""
    for address, person in people().items():
        user = demo.users.find(address)
        if user is None:
            continue
        manager = demo.users.find(user.manager_id or "")
        assert (manager is None) == (user.manager_id is None)
        if STORIES[person.kind].expected.escalated:
            assert manager is not None
            assert manager.mail is not None
        if person.kind is Kind.NO_MANAGER:
            assert manager is None


async def test_the_workers_app_can_do_its_work_and_no_more(demo: SimulatedTenant) -> None:
    """Its few permissions suffice for every call of the product, and not for other mailboxes."""
    person = demo.user(f"tom.okafor@{DOMAIN}")
    items = f"/sites/{SITE_ID}/lists/{LIST_ID}/items"
    add = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{person.id}"}
    mail = {"subject": "x", "toRecipients": [{"emailAddress": {"address": person.mail}}]}
    sites = {app.client_id: app.roles for app in demo.apps.all()}
    assert sites[WORKER_CLIENT_ID] == list(WORKER_ROLES)
    async with graph_client(demo, WORKER_CLIENT_ID) as graph:
        allowed: list[httpx.Response] = [
            await graph.get("/users?$select=department,accountEnabled&$expand=manager"),
            await graph.get(f"/users/{person.id}/authentication/methods"),
            await graph.get("/reports/authenticationMethods/userRegistrationDetails"),
            await graph.get("/organization"),
            await graph.get(f"/groups/{GROUP_ID}"),
            await graph.post(f"/groups/{GROUP_ID}/members/$ref", json=add),
            await graph.post(
                f"/users/{person.id}/checkMemberGroups", json={"groupIds": [EXCLUDED_GROUP_ID]}
            ),
            await graph.post(items, json={"fields": {"Title": "x", "InviteStatus": "Pending"}}),
            await graph.post(f"/users/{SENDER}/messages", json=mail),
            await graph.post(f"/users/{SENDER}/sendMail", json={"message": mail}),
        ]
        refused = [
            await graph.get(f"/users/{person.id}/messages"),
            await graph.post(f"/sites/{SITE_ID}/lists", json={"displayName": "Other"}),
        ]
    assert [response.status_code for response in allowed if not response.is_success] == []
    assert {response.status_code for response in refused} == {403}


async def test_the_apis_app_reads_the_list_only(demo: SimulatedTenant) -> None:
    """The portal's app sees the list and can't write it, nor read the directory."""
    items = f"/sites/{SITE_ID}/lists/{LIST_ID}/items"
    async with graph_client(demo, API_CLIENT_ID) as graph:
        assert (await graph.get(items)).status_code == 200
        assert (await graph.post(items, json={"fields": {"Title": "x"}})).status_code == 403
        assert (await graph.get("/users")).status_code == 403
    assert API_ROLES == ("Sites.Selected",)


async def test_the_list_has_its_24_columns(demo: SimulatedTenant) -> None:
    """Five of them are indexed, and Title is unique."""
    async with graph_client(demo, WORKER_CLIENT_ID) as graph:
        response = await graph.get(f"/sites/{SITE_ID}/lists/{LIST_ID}/columns")
    columns = [one for one in response.json()["value"] if not one["readOnly"]]
    assert len(columns) == 24
    assert {one["name"] for one in columns if one["indexed"]} == {
        "Title",
        "InviteStatus",
        "MFARegistrationState",
        "TrackingToken",
        "ObjectId",
    }
    assert [one["name"] for one in columns if one["enforceUniqueValues"]] == ["Title"]


def test_the_demos_secrets_can_be_recognised(demo: SimulatedTenant) -> None:
    """All start alike and are long enough, so that the product can refuse them elsewhere."""
    secrets = [secret for app in demo.apps.all() for secret in app.secrets]
    assert len(secrets) == 3
    assert all(secret.startswith(DEMO_SECRET_PREFIX) and len(secret) >= 32 for secret in secrets)

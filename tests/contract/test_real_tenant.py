"""The way to a real tenant works: settings, sign-in, TLS, and nothing is left behind.

The simulated tenant stands in for the real one, behind a socket and with nothing but settings.
"""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.testing import TENANT_ID, running_tenant
from tests.contract.agreements import AGREEMENTS
from tests.contract.real import is_configured, real_scene
from tests.contract.simulated import CLIENT_ID, SENDER, USER, Things, things

SECRET = "the-secret-of-the-real-way-0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """A tenant that listens, and the environment that names it."""

    made: Things
    environment: dict[str, str]


@pytest.fixture
async def configured() -> AsyncIterator[Configured]:
    """Serve a tenant, and write down how to reach it."""
    made = things(SimulatedTenant(tenant_id=TENANT_ID))
    app = made.tenant.apps.get(CLIENT_ID)
    assert app is not None
    app.secrets = [SECRET]
    made.tenant.apps.put(app)
    async with running_tenant(made.tenant) as running:
        settings = {
            "ID": TENANT_ID,
            "CLIENT_ID": CLIENT_ID,
            "CLIENT_SECRET": SECRET,
            "USER": USER,
            "GROUP_ID": made.group_id,
            "SITE_ID": made.site.id,
            "LIST_ID": made.list_id,
            "SENDER": SENDER,
            "AUTHORITY_HOST": running.origin,
            "GRAPH_BASE_URL": running.graph_url,
            "CA_BUNDLE": str(running.ca_path),
        }
        environment = {f"CONTRACT_TENANT_{name}": value for name, value in settings.items()}
        yield Configured(made=made, environment=environment)


async def test_all_agreements_hold_and_leave_nothing_behind(configured: Configured) -> None:
    """After all of them, list, group and mailbox are as empty as before."""
    made = configured.made
    async with real_scene(configured.environment, patience=timedelta(0)) as scene:
        for agreement in AGREEMENTS:
            # Where a licence or an optional permission is missing.
            with contextlib.suppress(pytest.skip.Exception):
                await agreement(scene)

    assert made.tenant.list_items() == []
    assert made.tenant.members(made.group_id) == []
    for folder in ("inbox", "drafts", "sentitems", "deleteditems"):
        assert made.tenant.mailbox(SENDER, folder) == []


async def test_a_member_of_the_group_stays_one(configured: Configured) -> None:
    """Who was in the group before is not taken out of it: the agreement is skipped instead."""
    made = configured.made
    user = made.tenant.user(USER)
    made.tenant.add_member(made.group_id, user.id)
    agreement = next(one for one in AGREEMENTS if one.__name__ == "a_member_is_added_once")
    async with real_scene(configured.environment, patience=timedelta(0)) as scene:
        with pytest.raises(pytest.skip.Exception):
            await agreement(scene)
    assert made.tenant.members(made.group_id) == [user.id]


@pytest.mark.parametrize(
    ("missing", "named"),
    [("SITE_ID", "CONTRACT_TENANT_SITE_ID"), ("CLIENT_SECRET", "CONTRACT_TENANT_CLIENT_SECRET")],
)
async def test_what_is_missing_is_named(configured: Configured, missing: str, named: str) -> None:
    """A half-configured tenant is an error, not a silent skip."""
    environment = configured.environment
    environment.pop(f"CONTRACT_TENANT_{missing}")
    assert is_configured(environment)
    with pytest.raises(ValueError, match=named):
        async with real_scene(environment):
            pass


def test_by_default_no_real_tenant_is_touched() -> None:
    """Without a variable of ours there is nothing to check against, whatever else is set."""
    assert not is_configured({"TENANT_ID": TENANT_ID, "CONTRACT_TENANT_ID": ""})

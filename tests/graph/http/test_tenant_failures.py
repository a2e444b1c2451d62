"""What the simulated tenant refuses or breaks, and what comes of it for the caller."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.failures import PermissionDenied, Throttled
from graph.authentication_methods import AuthenticationMethods
from graph.directory import Directory
from graph.groups import EnforcementGroup, Memberships
from graph.mailbox import Mailbox
from graph.tracking_list import TrackingList
from simulated_tenant.faults import Fault
from tests.graph.tenant import SENDER, Stage, graph_of, token_source


async def test_a_revoked_token_is_renewed(stage: Stage) -> None:
    """A 401 costs the caller nothing but time."""
    user = stage.user("revoked")
    fault = stage.tenant.faults.add(Fault(method="GET", path=f"/users/{user.id}", status=401))

    assert (await Directory(stage.client).user(user.id)).object_id == user.id
    assert fault.hits == 1


@pytest.mark.parametrize(("status", "seconds"), [(429, "17"), (429, "2.128"), (503, "17")])
async def test_long_waits_leave_with_their_length(stage: Stage, status: int, seconds: str) -> None:
    """What the tenant asks to wait is what Temporal will wait."""
    user = stage.user("throttled")
    stage.tenant.faults.add(Fault(path=f"/users/{user.id}", status=status, retry_after=seconds))

    with pytest.raises(Throttled) as raised:
        await Directory(stage.client).user(user.id)
    assert raised.value.retry_after == timedelta(seconds=float(seconds))


async def test_a_gateways_page_is_survived(stage: Stage) -> None:
    """One bad answer in between doesn't reach the caller of a read."""
    user = stage.user("gateway")
    stage.tenant.faults.add(Fault(path=f"/users/{user.id}", status=502, html=True))

    assert (await Directory(stage.client).user(user.id)).object_id == user.id


async def test_a_proxy_that_answers_in_graphs_place_is_survived(stage: Stage) -> None:
    """Whatever it says: nobody is gone for it, no right lacks, and nothing counts as done."""
    people, group = [stage.user("proxied") for _ in range(14)], stage.group()
    stage.tenant.traits.switch("proxy", "2")
    try:
        for user in people:
            assert (await Directory(stage.client).user(user.id)).object_id == user.id
            await EnforcementGroup(stage.client, group.id).add_member(user.id)
    finally:
        stage.tenant.traits.switch("proxy", "off")
    assert set(stage.tenant.members(group.id)) == {user.id for user in people}


async def test_what_is_granted_meanwhile_counts(stage: Stage) -> None:
    """A permission stands in tokens that were made since; who is denied looks for one of these."""
    client_id, user = str(uuid4()), stage.user("granted")
    stage.tenant.add_app(client_id, "s")
    tokens = token_source(stage.running, client_id=client_id, identity="s", young=timedelta(0))
    async with graph_of(stage.running, tokens) as client:
        with pytest.raises(PermissionDenied):
            await Directory(client).user(user.id)
        stage.tenant.add_app(client_id, "s", ["User.Read.All"])
        assert (await Directory(client).user(user.id)).object_id == user.id


async def test_without_permissions_each_refusal_names_its_own(stage: Stage) -> None:
    """An app that was granted nothing is told for each call what to grant."""
    bare = str(uuid4())
    stage.tenant.add_app(bare, "s")
    user, group = stage.user("bare"), stage.group()
    async with graph_of(
        stage.running, token_source(stage.running, client_id=bare, identity="s")
    ) as client:
        with pytest.raises(PermissionDenied, match=r"User\.Read\.All"):
            await Directory(client).user(user.id)
        with pytest.raises(PermissionDenied, match=r"UserAuthenticationMethod\.Read\.All"):
            await AuthenticationMethods(client).methods(user.id)
        with pytest.raises(PermissionDenied, match=r"GroupMember\.ReadWrite\.All"):
            await EnforcementGroup(client, group.id).add_member(user.id)
        with pytest.raises(PermissionDenied, match=r"GroupMember\.Read\.All"):
            await Memberships(client).member_of(user.id, [group.id])
        with pytest.raises(PermissionDenied, match=r"Sites\.Selected"):
            await TrackingList(client, stage.site.id, "x").check()
        with pytest.raises(PermissionDenied, match=r"Mail\.Send"):
            await Mailbox(client, SENDER).send("AAMk")

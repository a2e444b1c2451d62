"""``mfa-rollout provision`` as an admin runs it: what it says, and how it ends."""

import pytest

from demo.layout import free_ports
from simulated_tenant import population
from tests.support.product import Product

ADMIN = {
    "PROVISION_CLIENT_ID": population.PROVISION_CLIENT_ID,
    "PROVISION_CLIENT_SECRET": population.PROVISION_SECRET,
}
NO_SITE = f"contoso.example,{population.GROUP_ID},{population.GROUP_ID}"
WORKER = {
    "PROVISION_CLIENT_ID": population.WORKER_CLIENT_ID,
    "PROVISION_CLIENT_SECRET": population.WORKER_SECRET,
}


async def test_where_all_is_there_nothing_is_done(idle_product: Product) -> None:
    """List, search attributes and schedules are there: it says so, and ends with 0."""
    # The first makes the schedules.
    await idle_product.run("provision", **ADMIN)
    status, output = await idle_product.run("provision", **ADMIN)
    assert status == 0
    assert output.split() == ["nothing", "to", "do"]


@pytest.mark.long
async def test_the_list_is_found_by_its_name(idle_product: Product) -> None:
    """Without LIST_ID it tells which id to put there."""
    status, output = await idle_product.run("provision", **ADMIN, LIST_ID="")
    assert status == 0
    assert f"LIST_ID={population.LIST_ID}" in output


@pytest.mark.long
async def test_without_temporal_the_list_is_done_all_the_same(idle_product: Product) -> None:
    """The list's id is told before the message that Temporal can't be reached; it ends with 1."""
    address = f"127.0.0.1:{free_ports(1)[0]}"
    status, output = await idle_product.run(
        "provision", **ADMIN, LIST_ID="", TEMPORAL_ADDRESS=address
    )
    assert status == 1
    assert f"LIST_ID={population.LIST_ID}" in output
    assert f"Temporal can't be reached at {address}" in output
    assert "Traceback" not in output


async def test_whoever_may_do_nothing_is_told_what_to_grant(idle_product: Product) -> None:
    """With a wrong site it names the setting; Temporal is looked at all the same, ending with 1."""
    status, output = await idle_product.run("provision", **ADMIN, SITE_ID=NO_SITE)
    assert status == 1
    assert "SITE_ID" in output
    assert "1 problem to fix" in output
    status, output = await idle_product.run("provision", **WORKER, LIST_ID="")
    assert status == 0, output


async def test_missing_settings_are_named(idle_product: Product) -> None:
    """Without the tenant it names it and ends with 2."""
    status, output = await idle_product.run("provision", **ADMIN, TENANT_ID="")
    assert status == 2
    assert "TENANT_ID is missing" in output

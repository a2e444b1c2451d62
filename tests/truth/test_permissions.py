"""The permissions that our admin guide asks for are enough, and none of them can be left out."""

from dataclasses import dataclass

import httpx
import pytest

from simulated_tenant.entra.keys import SigningKey
from tests.contract.admin_guide import documented
from tests.contract.simulated import IssuedTokens, Things, simulated_scene
from tests.truth.calls import resolve
from tests.truth.conformance import microsofts_metadata
from tests.truth.exchanges import Exchange
from tests.truth.metadata import Metadata
from tests.truth.permissions import allowing, least, needing
from tests.truth.tour import new_things, toured

OTHER_CLIENT = "7d1f5c1a-88b1-4c55-a3d4-6a4d2d1b0e77"
# The contract takes members out again; our client never does.
NOT_OURS = "DELETE /groups/{id}/members/{id}/$ref"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """A tenant, and one recorded call for each operation of our client."""

    made: Things
    calls: dict[str, Exchange]


@pytest.fixture(scope="module")
async def tour(signing_key: SigningKey) -> Tour:
    """Make every call of our client once."""
    metadata: Metadata = microsofts_metadata()
    made = new_things(signing_key)
    calls: dict[str, Exchange] = {}
    for exchange in await toured(made):
        operation = resolve(metadata, exchange.method, exchange.url).operation
        # A wrong token says nothing about permissions.
        if operation != NOT_OURS and exchange.status != httpx.codes.UNAUTHORIZED:
            calls.setdefault(operation, exchange)
    return Tour(made=made, calls=calls)


async def refused_to(tour: Tour, permissions: tuple[str, ...]) -> set[str]:
    """Repeat every call as another app, and return the operations that this app is refused."""
    tour.made.register(OTHER_CLIENT, permissions)
    tokens = IssuedTokens(tour.made.tenant, OTHER_CLIENT)
    refused = set()
    async with simulated_scene(tour.made) as scene:
        for operation, exchange in tour.calls.items():
            answer = await scene.http.request(
                exchange.method,
                exchange.url,
                json=exchange.request_body,
                headers={"Authorization": f"Bearer {await tokens.token()}"},
            )
            if answer.status_code == httpx.codes.FORBIDDEN:
                refused.add(operation)
    return refused


def test_the_guide_has_a_list() -> None:
    """The admin guide's table is found, and has what each half of the product needs."""
    assert {"User.Read.All", "Mail.Send"} <= set(documented())


async def test_the_documented_permissions_are_enough(tour: Tour) -> None:
    """By Microsoft's data each call is allowed by one of them, and the tenant refuses none."""
    assert {one for one in tour.calls if not allowing(one) & set(documented())} == set()
    assert await refused_to(tour, documented()) == set()


@pytest.mark.parametrize("permission", documented())
async def test_none_can_be_left_out(tour: Tour, permission: str) -> None:
    """Without it Microsoft's data doesn't allow some calls, and the tenant refuses just those."""
    needed_by = needing(permission, tour.calls)
    assert needed_by
    rest = tuple(name for name in documented() if name != permission)
    assert await refused_to(tour, rest) == needed_by


@pytest.mark.parametrize("permission", documented())
async def test_none_is_wider_than_needed(tour: Tour, permission: str) -> None:
    """Some call has it as one of its least privileged permissions."""
    assert [one for one in needing(permission, tour.calls) if permission in least(one)]

"""All agreements of the contract, one after another, recorded: a short way past every call."""

from collections.abc import Sequence

import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.entra.keys import SigningKey
from simulated_tenant.testing import TENANT_ID
from tests.contract.agreements import AGREEMENTS
from tests.contract.simulated import Things, Wrapper, simulated_scene, things
from tests.truth.exchanges import Exchange, Recorder


def new_things(key: SigningKey) -> Things:
    """Return a tenant of one's own; making a signing key for each would take time."""
    return things(SimulatedTenant(tenant_id=TENANT_ID, signing_key=key))


async def toured(made: Things, wrapper: Wrapper = lambda app: app) -> list[Exchange]:
    """Return what was said and heard while every agreement was checked, and held."""
    exchanges, objections = await tried(made, wrapper)
    assert objections == []
    return exchanges


async def tried(made: Things, wrapper: Wrapper) -> tuple[list[Exchange], Sequence[str]]:
    """Return what was said and heard, and the names of the agreements that didn't hold."""
    recorder = Recorder()
    objections = []
    async with simulated_scene(made, wrapper=wrapper) as scene:
        recorder.watch(scene.http)
        for agreement in AGREEMENTS:
            try:
                await agreement(scene)
            except pytest.skip.Exception:
                continue
            except (Exception, pytest.fail.Exception):  # noqa: BLE001 - whatever it objects with
                objections.append(agreement.__name__)
    return recorder.exchanges, objections

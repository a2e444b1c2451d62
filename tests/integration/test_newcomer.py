"""From an empty tenant to the first mail by doing what `mfa-rollout doctor` says, line by line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from cli.terminal import ExitStatus
from domain.doctor.checks import Fault
from simulated_tenant import SimulatedTenant
from simulated_tenant.listener import listening_socket, running
from simulated_tenant.people.app import create_people_app
from simulated_tenant.population import GRAPH_COMMAND_LINE_TOOLS, LOOPBACK
from simulated_tenant.testing import TENANT_ID, running_tenant
from tests.integration.newcomer import (
    CLIENT_ID,
    DEEDS,
    NAME,
    PATIENCE,
    PROCESSES,
    ROUNDS,
    SECRET,
    SENDER,
    WRONG_KIND,
    Newcomer,
)
from tests.support.connect_proxy import connect_proxy
from tests.support.eventually import eventually

pytestmark = pytest.mark.long
PERSON = "ann@contoso.example"
# `provision` makes them in passing, where the server's parts know the new namespace already.
SOMETIMES = {Fault.ATTRIBUTES_MISSING, Fault.SCHEDULES_MISSING}


@pytest.fixture
async def newcomer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporal_address: str
) -> AsyncIterator[Newcomer]:
    """Serve a tenant with people, a site and an app, and nothing that a rollout needs."""
    await asyncio.to_thread(tmp_path.chmod, 0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MFA_ROLLOUT_ENV_FILE", raising=False)
    tenant = SimulatedTenant(tenant_id=TENANT_ID)
    admin = tenant.add_user("admin@contoso.example")
    tenant.add_user(SENDER)
    tenant.add_user(PERSON, manager_id=admin.id)
    tenant.add_app(GRAPH_COMMAND_LINE_TOOLS, public=True, redirect_uris=[LOOPBACK])
    tenant.add_app(CLIENT_ID, SECRET)
    site = tenant.add_site("/sites/mfa", hostname="contoso.sharepoint.example")
    site.owners = [admin.id]
    tenant.sites.put(site)
    tenant.add_group(WRONG_KIND, group_types=["DynamicMembership"])
    tenant.traits.switch("nodevicecode")
    listener = listening_socket("127.0.0.1", 0)
    tenant.people_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(running_tenant(tenant, name=NAME))
        await stack.enter_async_context(running(create_people_app(tenant), listener))
        newcomer = Newcomer(
            running=served,
            proxy=await stack.enter_async_context(connect_proxy()),
            admin=admin,
            folder=tmp_path,
            temporal_address=temporal_address,
        )
        try:
            yield newcomer
        finally:
            for process in newcomer.processes.values():
                if process.returncode is None:
                    process.terminate()
                await process.wait()


async def test_doctor_leads_from_nothing_to_the_first_mail(newcomer: Newcomer) -> None:
    """Who does what its lines say, from top to bottom, needs to know nothing else."""
    for _ in range(ROUNDS):
        lines = await newcomer.doctor()
        if not lines:
            break
        # The processes come last, as the guide says.
        for line in [one for one in lines if one["code"] not in PROCESSES] or lines:
            newcomer.fixed.append(line["code"])
            await DEEDS[line["code"]](newcomer, line)
    assert await newcomer.doctor() == []
    assert set(DEEDS) - set(newcomer.fixed) <= SOMETIMES

    (newcomer.folder / "people.csv").write_text(f"UPN\n{PERSON}\n")
    status, printed, errors = await newcomer.run("import", "people.csv")
    assert status == ExitStatus.DONE, (printed, errors)

    async def arrived() -> bool:
        return len(newcomer.tenant.mailbox(PERSON)) == 1

    await eventually(arrived, seconds=PATIENCE)

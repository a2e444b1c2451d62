"""``mfa-rollout provision`` from an empty tenant: by each sign-in to the lines for the settings."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from simulated_tenant import SimulatedTenant
from simulated_tenant.directory.users import User
from simulated_tenant.listener import listening_socket, running
from simulated_tenant.people.app import create_people_app
from simulated_tenant.population import GRAPH_COMMAND_LINE_TOOLS
from simulated_tenant.sharepoint.sites import Site
from simulated_tenant.testing import TENANT_ID, RunningTenant, running_tenant
from tests.graph.sign_in.people import browser_of
from tests.support.connect_proxy import connect_proxy
from tests.support.json_documents import read_document

SITES = "https://contoso.sharepoint.example/sites"
SITE = f"{SITES}/mfa"
SECRET = "a-secret-of-provisioning-0123456789"
APP = "3d9f3a52-1a8e-4f5e-8b54-0f8a7c9e2d33"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """An empty tenant, its admin, and the command line with the settings that one begins with."""

    running: RunningTenant
    admin: User
    site: Site
    settings: Mapping[str, str]

    async def provision(
        self, *arguments: str, given: str | None = None, **settings: str
    ) -> tuple[int, str]:
        """Run the verb beside the tenant; return its status and all it printed."""
        result = await self.run(*arguments, given=given, **settings)
        return result.exit_code, result.output

    async def run(self, *arguments: str, given: str | None = None, **settings: str) -> Result:
        """Run the verb beside the tenant."""
        return await asyncio.to_thread(
            CliRunner().invoke,
            app,
            ["provision", *arguments],
            input=given,
            env={**self.settings, **settings},
            prog_name="mfa-rollout",
        )


@pytest.fixture(scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """Serve a tenant with a site, two groups of one name, and nothing of ours."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID)
    admin = tenant.add_user("admin@contoso.example")
    tenant.add_app(GRAPH_COMMAND_LINE_TOOLS, public=True, redirect_uris=["http://localhost"])
    tenant.add_app(APP, SECRET, ["Sites.FullControl.All", "GroupMember.Read.All"])
    site = tenant.add_site("/sites/mfa", hostname="contoso.sharepoint.example")
    site.owners = [admin.id]
    tenant.sites.put(site)
    for name in ("MFA enforced", "Sales", "Sales", "MFA pilot"):
        tenant.add_group(name)
    tenant.add_group("Secret", group_types=["Unified"], visibility="HiddenMembership")
    listener = listening_socket("127.0.0.1", 0)
    tenant.people_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    folder: Path = tmp_path_factory.mktemp("provision")
    async with running_tenant(tenant) as served, running(create_people_app(tenant), listener):
        settings = {
            "MFA_ROLLOUT_ENV_FILE": "/dev/null",
            "SIMULATED_TENANT": "on",
            "TENANT_ID": TENANT_ID.upper(),
            "AUTHORITY_HOST": served.origin,
            "GRAPH_BASE_URL": served.graph_url,
            "CA_BUNDLE": str(served.ca_path),
            "DATA_DIR": str(folder),
            # What it does in Temporal is seen elsewhere.
            "TEMPORAL_ADDRESS": "127.0.0.1:1",
        }
        yield Ground(running=served, admin=admin, site=site, settings=settings)


async def test_a_browser_is_all_that_an_admin_needs(ground: Ground) -> None:
    """From the tenant's id, a site's address and a group's name come the lines for the settings."""
    site = ground.running.tenant.add_site("/sites/new", hostname="contoso.sharepoint.example")
    site.owners = [ground.admin.id]
    ground.running.tenant.sites.put(site)
    with browser_of(ground.admin.id) as browser:
        _, output = await ground.provision(
            "--site", f"{SITES}/new/SitePages/Home.aspx?a=b", "--group", "mfa ENFORCED"
        )

    (made,) = ground.running.tenant.sites.lists(site.id)
    (group, *_) = ground.running.tenant.groups.all()
    lines = output.splitlines()
    at = lines.index("Put this into your settings:")
    assert lines[at + 1 : at + 4] == [
        f"ENFORCEMENT_GROUP_ID={group.id}",
        f"SITE_ID={site.id}",
        f"LIST_ID={made.definition.id}",
    ]
    assert len(browser.opened) == 1
    assert 'list "MFA rollout": created' in lines


async def test_a_token_from_another_tool_will_do(ground: Ground) -> None:
    """What ``az`` prints for an app makes the list; a person's token is refused with a reason."""
    tokens = ground.running.tenant.tokens
    good = tokens.issue_for_graph(APP, ["Sites.Manage.All"])
    _, output = await ground.provision(
        "--site", SITE, "--token-stdin", given=json.dumps({"accessToken": good})
    )
    assert f"SITE_ID={ground.site.id}" in output
    result = await ground.run(
        "--site", SITE, "--token-stdin", "--json", given=json.dumps({"accessToken": good})
    )
    told = read_document("provision", result.stdout)
    assert (result.exit_code, told["settings"]["SITE_ID"]) == (1, ground.site.id)
    assert "Temporal can't be reached" in result.stderr

    narrow = tokens.issue_for_person(APP, ground.admin.id, ["Group.ReadWrite.All"])
    status, output = await ground.provision("--site", SITE, "--token-stdin", given=narrow)
    assert status == 1
    assert "may not make lists" in output
    assert narrow not in output


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sales", "2 groups have this name"),
        ("MFA", "Did you mean"),
        ("O'Neil", "no such group."),
        ("Secret", "hides its members"),
    ],
)
async def test_a_group_that_is_not_clear_is_told_with_candidates(
    ground: Ground, name: str, expected: str
) -> None:
    """Several of one name, or none: the candidates stand there with their ids."""
    status, output = await ground.provision(
        "--site", SITE, "--group", name, PROVISION_CLIENT_ID=APP, PROVISION_CLIENT_SECRET=SECRET
    )
    assert status == 1
    assert expected in output
    candidates = [
        group.id
        for group in ground.running.tenant.groups.all()
        if group.display_name.startswith(name)
    ]
    assert all(candidate in output for candidate in candidates)
    assert "ENFORCEMENT_GROUP_ID=" not in output
    assert f"SITE_ID={ground.site.id}" in output


async def test_where_a_proxy_is_the_only_way_out_it_is_taken(
    ground: Ground, tmp_path: Path
) -> None:
    """An app's sign-in and all that follows go through the proxy, whose host alone has a name."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID)
    tenant.add_app(APP, SECRET, ["Sites.FullControl.All"])
    site = tenant.add_site("/sites/mfa", hostname="contoso.sharepoint.example")
    async with running_tenant(tenant, name="tenant.test") as far, connect_proxy() as proxy:
        _, output = await ground.provision(
            "--site",
            SITE,
            AUTHORITY_HOST=far.origin,
            GRAPH_BASE_URL=far.graph_url,
            CA_BUNDLE=str(far.ca_path),
            DATA_DIR=str(tmp_path),
            HTTPS_PROXY_URL=proxy.url,
            PROVISION_CLIENT_ID=APP,
            PROVISION_CLIENT_SECRET=SECRET,
        )
    assert f"SITE_ID={site.id}" in output
    assert set(proxy.asked) == {far.origin.removeprefix("https://")}


@pytest.mark.parametrize(
    ("arguments", "settings", "expected"),
    [
        ((), {}, "SITE_ID is missing: name the site by its address"),
        (("--device-code", "--token-stdin"), {}, "leave one out"),
        (
            ("--site", SITE),
            {"PROVISION_CLIENT_SECRET": SECRET},
            "PROVISION_CLIENT_ID is not: set both",
        ),
        (
            ("--site", SITE),
            {"PROVISION_CLIENT_ID": APP, "PROVISION_CLIENT_SECRET": "x" * 40},
            "into PROVISION_CLIENT_SECRET",
        ),
        (
            ("--site", f"{SITE}-2"),
            {"PROVISION_CLIENT_ID": APP, "PROVISION_CLIENT_SECRET": SECRET},
            "There is no site at this address",
        ),
        (
            ("--site", "contoso"),
            {"PROVISION_CLIENT_ID": APP, "PROVISION_CLIENT_SECRET": SECRET},
            "no address of a site",
        ),
        (
            ("--site", "https://[contoso"),
            {"PROVISION_CLIENT_ID": APP, "PROVISION_CLIENT_SECRET": SECRET},
            "no address of a site",
        ),
    ],
)
async def test_what_is_wrong_is_named(
    ground: Ground, arguments: tuple[str, ...], settings: Mapping[str, str], expected: str
) -> None:
    """Each wrong setting or option is named by its own name, with what to do."""
    status, output = await ground.provision(*arguments, **settings)
    assert status in {1, 2}
    assert expected in output
    assert "Traceback" not in output

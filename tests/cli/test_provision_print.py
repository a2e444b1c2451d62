"""``provision --print``: code that reads, filled in with what is known, which does what it says."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pycep
import pytest
import tree_sitter_powershell
from tree_sitter import Language, Node, Parser
from typer.testing import CliRunner

from cli.main import app
from cli.provision.as_code.graph_json import requests
from cli.provision.as_code.values import MAIL_PERMISSIONS, PERMISSIONS, Values
from domain.microsoft.clouds import CLOUDS, CloudName
from graph.http.client import GraphClient
from graph.http.exchange import HttpxExchange
from graph.provisioning import ListProvisioning
from simulated_tenant import SimulatedTenant, create_app
from simulated_tenant.testing import TENANT_ID
from tests.contract.admin_guide import EXCHANGE, documented
from tests.contract.simulated import GRAPH_URL, IssuedTokens

ADMIN = "2b8a2a52-7a8e-4f5e-8b54-0f8a7c9e2d33"
SITE = "https://contoso.sharepoint.example/sites/mfa"
SETTINGS = {"MFA_ROLLOUT_ENV_FILE": "/dev/null", "TENANT_ID": TENANT_ID}


def printed(form: str, *arguments: str, **settings: str) -> str:
    """Print the set-up in one of its forms."""
    words = ["provision", "--print", form, *arguments]
    result = CliRunner().invoke(app, words, env=SETTINGS | settings, prog_name="mfa-rollout")
    assert result.exit_code == 0, result.output
    return result.stdout


def mistakes(grammar: object, text: str) -> list[str]:
    """Return what a parser of the language can't read."""

    def within(node: Node) -> list[str]:
        own = [f"{node.start_point}: {node.type}"] if node.is_error or node.is_missing else []
        return [*own, *(mistake for child in node.children for mistake in within(child))]

    return within(Parser(Language(grammar)).parse(text.encode()).root_node)


@pytest.mark.parametrize(
    ("cloud", "environments"),
    [
        ("global", ("'Global'", "'O365Default'", "'https://graph.microsoft.com/v1.0'")),
        ("china", ("'China'", "'O365China'", "'https://microsoftgraph.chinacloudapi.cn/v1.0'")),
    ],
)
def test_the_powershell_script_reads(cloud: str, environments: tuple[str, ...]) -> None:
    """Whatever stands in the settings, it is a text in the script, and never a command."""
    script = printed(
        "powershell",
        "--site",
        "https://contoso.sharepoint.example/sites/it's; Remove-Item",
        SENDER_MAILBOXES="o'neil@contoso.com,mfa@contoso.com",
        MICROSOFT_CLOUD=cloud,
        CLIENT_ID=ADMIN,
    )

    assert mistakes(tree_sitter_powershell.language(), script) == []
    assert "$siteUrl = 'https://contoso.sharepoint.example/sites/it''s; Remove-Item'" in script
    assert "$senders = @('o''neil@contoso.com', 'mfa@contoso.com')" in script
    assert f"$tenantId = '{TENANT_ID}'" in script
    assert f"$clientId = '{ADMIN}'" in script
    for environment in environments:
        assert environment in script
    assert '"PrimarySmtpAddress -eq' in script


def test_the_bicep_template_reads() -> None:
    """All of it is Bicep, and it grants the permissions of the guide."""
    template = printed("bicep")
    read = pycep.BicepParser().parse(text=template)

    assert list(read["extensions"]) == ["microsoftGraphV1"]
    assert set(read["resources"]) == {"graph", "app", "federated", "principal", "granted"}
    assert all(f"'{name}'" in template for name in PERMISSIONS)


def test_without_settings_there_are_names_to_fill_in() -> None:
    """It needs no right, no sign-in and no setting; a wrong setting is named."""
    script = printed("powershell", TENANT_ID="")
    assert "$tenantId = '<TENANT_ID>'" in script
    assert "$senders = @('<SENDER>')" in script

    words = ["provision", "--print", "powershell"]
    result = CliRunner().invoke(app, words, env=SETTINGS | {"TENANT_ID": "contoso"})
    assert result.exit_code == 2
    assert "TENANT_ID is not a GUID" in result.output


def test_the_permissions_are_those_of_the_guide() -> None:
    """What is printed grants what the admin guide says, and mail to the senders alone."""
    assert set(PERMISSIONS) == set(documented()) - EXCHANGE
    assert set(MAIL_PERMISSIONS) == EXCHANGE
    consented = [
        request["body"]["appRoleId"]
        for request in requests(Values(cloud=CLOUDS[CloudName.GLOBAL]))
        if "appRoleAssignments" in request["url"]
    ]
    assert consented == list(PERMISSIONS.values())


async def test_the_requests_make_the_list_that_provision_makes() -> None:
    """Sent in their order, those to SharePoint leave nothing for ``provision`` to do."""
    document = json.loads(printed("graph-json", "--site", f"{SITE}/Shared%20Documents"))
    tenant = SimulatedTenant(tenant_id=TENANT_ID)
    tenant.add_app(ADMIN, "x" * 40, ["Sites.FullControl.All"])
    site = tenant.add_site("/sites/mfa", hostname="contoso.sharepoint.example")
    transport = httpx.ASGITransport(app=create_app(tenant))
    headers = {"Authorization": f"Bearer {tenant.access_token(ADMIN)}"}
    ids: dict[str, Any] = {}
    async with httpx.AsyncClient(transport=transport, headers=headers) as http:
        for request in document["requests"]:
            name = request["what"].partition("{")[2].partition(".")[0]
            # Grants on sites are the one part that the simulated tenant is told otherwise.
            if "/sites/" in request["url"] and "/permissions" not in request["url"]:
                answer = await _send(http, request, ids)
                ids[name] = answer["id"]
        graph = GraphClient(HttpxExchange(http), GRAPH_URL, IssuedTokens(tenant, ADMIN))
        provisioning = ListProvisioning(graph, site.id)

        assert ids["site"] == site.id
        assert await provisioning.find(list_id=None, name="MFA rollout") == ids["list"]
        assert [step async for step in provisioning.bring_up_to_date(ids["list"])] == []


async def _send(
    http: httpx.AsyncClient, request: Mapping[str, Any], ids: Mapping[str, str]
) -> dict[str, Any]:
    url = request["url"]
    for name, value in ids.items():
        url = url.replace(f"{{{name}.id}}", value)
    response = await http.request(request["method"], url, json=request.get("body"))
    answer: dict[str, Any] = response.raise_for_status().json()
    return answer

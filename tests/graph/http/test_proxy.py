"""Where a proxy is the only way out: Entra ID and Graph are asked through it, and nothing else."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
import requests
from structlog.testing import capture_logs

from api.admin.signing_keys import KeysUnavailable, SigningKeys
from cli.processes.api_run import sign_in_of
from domain.failures import ServiceUnavailable
from domain.microsoft.connection import Connection
from graph.directory import Directory
from graph.http.client import GraphClient
from graph.http.retries import ONE_TRY
from graph.http.transport import EntraSession, open_exchange, open_http
from graph.sign_in.failures import unreachable
from graph.sign_in.open_graph import open_graph
from settings import ApiSettings, WorkerSettings, settings_from
from simulated_tenant import SimulatedTenant
from simulated_tenant.testing import TENANT_ID, RunningTenant, running_tenant
from tests.contract.simulated import IssuedTokens
from tests.graph.tenant import CLIENT_ID, ROLES
from tests.settings.complete import WORKER
from tests.support.connect_proxy import ConnectProxy, connect_proxy

# Nobody but the proxy knows where this is.
NAME = "login.simulated-tenant.test"
SECRET = "a-secret-of-ours-0123456789-0123456789"
PASSWORD = "p@ss/w0rd: %"
ENCODED = "p%40ss%2Fw0rd%3A%20%25"
ADMINS = {"API_AUDIENCE": "api://mfa-rollout"}


@pytest.fixture(scope="module")
async def tenant() -> AsyncIterator[RunningTenant]:
    """Serve a tenant whose name leads nowhere."""
    tenant = SimulatedTenant(tenant_id=TENANT_ID)
    tenant.add_app(CLIENT_ID, SECRET, ROLES)
    tenant.add_user("ada@contoso.example")
    async with running_tenant(tenant, name=NAME) as running:
        yield running


@pytest.fixture
async def proxy() -> AsyncIterator[ConnectProxy]:
    """Run a proxy that opens every tunnel."""
    async with connect_proxy() as proxy:
        yield proxy


def settings_of(tenant: RunningTenant, proxy_url: str) -> Mapping[str, str]:
    """Return a worker's settings in a network without another way out."""
    return WORKER | {
        "TENANT_ID": TENANT_ID,
        "CLIENT_ID": CLIENT_ID,
        "CLIENT_SECRET": SECRET,
        "SIMULATED_TENANT": "on",
        "AUTHORITY_HOST": tenant.origin,
        "GRAPH_BASE_URL": tenant.graph_url,
        "CA_BUNDLE": str(tenant.ca_path),
        "HTTPS_PROXY_URL": proxy_url,
    }


def connection(tenant: RunningTenant, proxy_url: str) -> Connection:
    """Return the way to the tenant as settings describe it."""
    return settings_from(WorkerSettings, settings_of(tenant, proxy_url)).connection


async def test_entra_graph_and_keys_are_asked_through_the_proxy(
    tenant: RunningTenant, proxy: ConnectProxy
) -> None:
    """Sign-in, a call of Graph and the keys of the API go through it, with user and password."""
    proxy.login = f"rollout:{PASSWORD}"
    login = f"http://rollout:{ENCODED}@127.0.0.1:{proxy.port}/"
    way = connection(tenant, login)

    async with open_graph(way, patience=ONE_TRY) as graph:
        person = await Directory(graph).user("ada@contoso.example")
    through = len(proxy.asked)
    sign_in = sign_in_of(settings_from(ApiSettings, {**settings_of(tenant, login), **ADMINS}))
    assert sign_in is not None
    async with open_http(sign_in.http) as http:
        key = tenant.tenant.key
        keys = SigningKeys(http, f"{tenant.authority}/discovery/v2.0/keys")
        assert await keys.key(key.key_id)

    assert person.user_principal_name == "ada@contoso.example"
    assert through == 2
    assert len(proxy.asked) == 3
    assert set(proxy.asked) == {tenant.origin.removeprefix("https://")}
    assert PASSWORD not in f"{way}"
    assert ENCODED not in f"{way}"


async def test_keys_that_a_proxy_keeps_back_are_told_of_in_the_log(
    tenant: RunningTenant, proxy: ConnectProxy
) -> None:
    """The API's log names the setting, and shows neither the proxy's address nor a password."""
    proxy.login = "another:login"
    way = connection(tenant, f"http://rollout:{ENCODED}@127.0.0.1:{proxy.port}")
    async with open_http(way.http) as http:
        keys = SigningKeys(http, f"{tenant.authority}/discovery/v2.0/keys")
        with capture_logs() as logs, pytest.raises(KeysUnavailable):
            await keys.key("any")
    (line,) = logs
    assert "HTTPS_PROXY_URL" in line["error"]
    assert "w0rd" not in f"{logs}"
    assert "127.0.0.1" not in f"{logs}"


async def test_this_machine_is_reached_without_the_proxy(proxy: ConnectProxy) -> None:
    """A tenant on loopback is asked directly: no proxy knows the way there."""
    proxy.status = 403
    tenant = SimulatedTenant(tenant_id=TENANT_ID)
    tenant.add_app(CLIENT_ID, SECRET, ROLES)
    tenant.add_user("ada@contoso.example")
    async with (
        running_tenant(tenant) as running,
        open_graph(connection(running, proxy.url), patience=ONE_TRY) as graph,
    ):
        assert await Directory(graph).user("ada@contoso.example")
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"login": "another:login"}, r"user name and a password \(407\)"),
        ({"status": 403}, r"does not let us through \(403\)"),
        ({"status": 502}, r"does not let us through \(502\)"),
        ({"is_silent": True}, "HTTPS_PROXY_URL"),
        ({"port": 1}, "can't be reached"),
    ],
    ids=["login", "forbidden", "bad gateway", "silent", "closed"],
)
async def test_what_the_proxy_does_is_said(
    tenant: RunningTenant, proxy: ConnectProxy, change: Mapping[str, object], expected: str
) -> None:
    """Each refusal names the setting, at the sign-in and at Graph; the password stays unsaid."""
    for name, value in change.items():
        setattr(proxy, name, value)
    way = connection(tenant, f"http://rollout:{ENCODED}@127.0.0.1:{proxy.port}")
    # Nothing is waited for where there is an answer, however slow this machine is.
    soon = 0.3 if proxy.is_silent else 60.0
    # The way to Graph, with a token that needs no sign-in.
    issued = IssuedTokens(tenant.tenant, CLIENT_ID)
    async with open_exchange(way.http) as http:
        graph = GraphClient(
            http, way.base_url, issued, patience=ONE_TRY, timeout=httpx.Timeout(soon)
        )
        with pytest.raises(ServiceUnavailable, match=expected) as at_graph:
            await Directory(graph).user("ada@contoso.example")
    with EntraSession(way.http, timeout=(soon, soon)) as session:
        url = f"{tenant.authority}/v2.0/.well-known/openid-configuration"
        with pytest.raises(requests.RequestException) as raw:
            await asyncio.to_thread(session.get, url)
    at_entra = unreachable(raw.value, "")

    assert re.search(expected, str(at_entra))
    for text in (str(at_graph.value), str(at_entra)):
        assert "HTTPS_PROXY_URL" in text
        assert "w0rd" not in text

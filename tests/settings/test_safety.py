"""What settings protect: secrets stay out of sight, and go nowhere but to Microsoft."""

import pytest

from settings import (
    ApiSettings,
    WorkerSettings,
    load_settings,
)
from tests.settings.complete import (
    PUBLIC,
    SIMULATED,
    WORKER,
    faults,
    put,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUTHORITY_HOST", "https://login.microsoftonline.com.evil.example"),
        ("AUTHORITY_HOST", "https://login.microsoftonline.com."),
        ("AUTHORITY_HOST", "https://login.microsoftonline.com:8443"),
        ("GRAPH_BASE_URL", "https://graph.evil.example/v1.0"),
        ("GRAPH_BASE_URL", "https://localhost:8443/v1.0"),
    ],
)
def test_foreign_hosts_are_refused(env: pytest.MonkeyPatch, name: str, value: str) -> None:
    """Secret and tokens go to Microsoft's hosts, over TLS, and nowhere else."""
    put(env, WORKER | {name: value})

    (line,) = faults(WorkerSettings)

    assert line.startswith(f"{name} is not Microsoft's")
    assert value not in line


@pytest.mark.parametrize(
    "value",
    [
        r"https://evil.example\@login.microsoftonline.com",
        r"https://evil.example\.login.microsoftonline.com",
        "https://login.microsoftonline.com@evil.example",
        "https://@login.microsoftonline.com",
        "https://login.microsoftonline.com#@evil.example",
        "https://login.microsoftonline.com?@evil.example",
        "https://login.microsoft\tonline.com",
        "https:/login.microsoftonline.com",
        r"https:\\login.microsoftonline.com",
        "http://login.microsoftonline.com",
    ],
)
def test_urls_that_parsers_read_differently_are_refused(
    env: pytest.MonkeyPatch, value: str
) -> None:
    """No two parsers can disagree about the host that gets the client secret."""
    put(env, WORKER | {"AUTHORITY_HOST": value})

    (line,) = faults(WorkerSettings)

    assert line.startswith("AUTHORITY_HOST ")


@pytest.mark.parametrize(
    "value",
    [
        "https://LOGIN.MicrosoftOnline.com",
        "https://login.microsoftonline.com/",
        "https://login.microsoftonline.com:443",
    ],
)
def test_a_url_is_used_as_it_was_compared(env: pytest.MonkeyPatch, value: str) -> None:
    """Whatever its spelling, one host has one URL."""
    put(env, WORKER | {"AUTHORITY_HOST": value})

    assert load_settings(WorkerSettings).authority_host == "https://login.microsoftonline.com"


@pytest.mark.parametrize(
    "value",
    [
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "http://mfa.localhost:8080",
        "https://mfa.contoso.com:8443",
        "https://mfa.xn--mller-kva.de",
    ],
)
def test_our_own_pages_need_https_but_on_this_machine(env: pytest.MonkeyPatch, value: str) -> None:
    """A demo's links are plain http to loopback; all others are https."""
    put(env, PUBLIC | {"PUBLIC_BASE_URL": value})

    assert load_settings(ApiSettings).public_base_url == value


@pytest.mark.parametrize(
    ("cloud", "authority", "graph"),
    [
        ("US-Government", "https://login.microsoftonline.us", "https://graph.microsoft.us"),
        ("us-government-dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
        (
            "china",
            "https://login.partner.microsoftonline.cn",
            "https://microsoftgraph.chinacloudapi.cn",
        ),
    ],
)
def test_one_setting_names_a_national_cloud(
    env: pytest.MonkeyPatch, cloud: str, authority: str, graph: str
) -> None:
    """Hosts and the permissions' prefix follow from it; hosts of two clouds are refused."""
    put(env, WORKER | {"MICROSOFT_CLOUD": cloud})

    settings = load_settings(WorkerSettings)

    assert settings.connection.authority == f"{authority}/{WORKER['TENANT_ID']}"
    assert settings.connection.base_url == f"{graph}/v1.0"
    assert settings.connection.resource == settings.graph_resource == graph
    put(env, {"GRAPH_BASE_URL": "https://graph.microsoft.com/v1.0"})
    (line,) = faults(WorkerSettings)
    assert line.startswith(
        f"GRAPH_BASE_URL is that of another cloud than MICROSOFT_CLOUD={cloud.lower()}"
    )


def test_a_simulated_tenant_may_be_anywhere_but_at_microsoft(env: pytest.MonkeyPatch) -> None:
    """Foreign hosts need ``SIMULATED_TENANT``, and with it Microsoft's own are refused."""
    put(env, SIMULATED)
    assert load_settings(WorkerSettings).graph_base_url == "https://localhost:8443/v1.0"

    for name in ("AUTHORITY_HOST", "GRAPH_BASE_URL"):
        put(env, SIMULATED)
        env.delenv(name)
        (line,) = faults(WorkerSettings)
        assert line.startswith(f"SIMULATED_TENANT is on, but {name} is Microsoft's")


def test_every_contradiction_has_its_line(env: pytest.MonkeyPatch) -> None:
    """Several at once are told at once."""
    put(env, SIMULATED | {"CLIENT_SECRET": "simulated-tenant-worker-secret-0123456789"})
    env.delenv("SIMULATED_TENANT")

    lines = faults(WorkerSettings)

    assert [line.split()[0] for line in lines] == [
        "CLIENT_SECRET",
        "AUTHORITY_HOST",
        "GRAPH_BASE_URL",
    ]


ADMINS = PUBLIC | {"TENANT_ID": WORKER["TENANT_ID"], "API_AUDIENCE": " api://Mfa , b "}


def test_who_may_import_over_http_is_asked_of_microsoft(env: pytest.MonkeyPatch) -> None:
    """A foreign authority would say who is an admin: it is refused, and so is plain http."""
    put(env, ADMINS)
    assert load_settings(ApiSettings).audiences == ("api://Mfa", "b")

    for more in (
        {"AUTHORITY_HOST": "https://login.evil.example"},
        {"AUTHORITY_HOST": "http://localhost:8443", "SIMULATED_TENANT": "on"},
    ):
        put(env, more)
        (line,) = faults(ApiSettings)
        assert line.startswith("AUTHORITY_HOST is not Microsoft's")


def test_imports_over_http_are_off_without_tenant_or_audience(env: pytest.MonkeyPatch) -> None:
    """Neither the tenant alone nor nothing lets anybody in; an audience without tenant is named."""
    put(env, PUBLIC)
    assert load_settings(ApiSettings).audiences == ()
    env.setenv("TENANT_ID", WORKER["TENANT_ID"])
    assert load_settings(ApiSettings).audiences == ()
    put(env, ADMINS)
    env.delenv("TENANT_ID")
    assert faults(ApiSettings) == ["API_AUDIENCE is set, but TENANT_ID is not: set both."]

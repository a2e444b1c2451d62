"""What settings protect: secrets stay out of sight, and go nowhere but to Microsoft."""

import base64
from pathlib import Path

import pytest

from settings import (
    SECRETS,
    ApiSettings,
    ProvisionSettings,
    TemporalSettings,
    WorkerSettings,
    load_settings,
)
from tests.settings.complete import (
    KEY,
    KEY_BYTES,
    OTHER_KEY,
    PUBLIC,
    SECRET_VALUE,
    WORKER,
    faults,
    put,
)

SIMULATED = WORKER | {
    "SIMULATED_TENANT": "on",
    "AUTHORITY_HOST": "https://localhost:8443",
    "GRAPH_BASE_URL": "https://localhost:8443/v1.0",
}


@pytest.mark.parametrize("name", ["CLIENT_SECRET", "TRACKING_TOKEN_KEY"])
@pytest.mark.parametrize("where", ["environment", ".env"])
def test_a_secret_may_come_from_a_file(
    env: pytest.MonkeyPatch, tmp_path: Path, name: str, where: str
) -> None:
    """``*_FILE`` names the file; the line break at its end is not part of the secret."""
    put(env, WORKER)
    env.delenv(name)
    path = tmp_path / "secret"
    path.write_text(WORKER[name] + "\n")
    if where == ".env":
        (tmp_path / ".env").write_text(f"{name}_FILE={path}\n")
    else:
        env.setenv(f"{name}_FILE", str(path))

    settings = load_settings(WorkerSettings)

    assert settings.client_secret is not None
    assert settings.client_secret.get_secret_value() == WORKER["CLIENT_SECRET"]
    assert settings.token_keys == (KEY_BYTES,)


def test_a_secret_from_two_places_is_refused(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Which of them counts would be a guess."""
    put(env, WORKER | {"CLIENT_SECRET_FILE": str(tmp_path / "secret")})

    assert faults(WorkerSettings) == [
        "CLIENT_SECRET and CLIENT_SECRET_FILE are both set: keep one of them."
    ]


def test_a_file_of_a_secret_that_cannot_be_read_is_named(
    env: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Missing, a folder, empty, or no text: the setting is named, path and content aren't."""
    put(env, WORKER)
    env.delenv("CLIENT_SECRET")
    junk = tmp_path / SECRET_VALUE
    junk.write_bytes(b"\xff\xfe\xfa" + SECRET_VALUE.encode())
    empty = tmp_path / "empty"
    empty.write_text("\n")
    for path in (tmp_path / "absent", tmp_path, junk, empty):
        env.setenv("CLIENT_SECRET_FILE", str(path))
        (line,) = faults(WorkerSettings)
        assert line.startswith("CLIENT_SECRET_FILE ")
        assert str(tmp_path) not in line
        assert SECRET_VALUE not in line


def test_secret_and_certificate_exclude_each_other(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One of them is needed, and only one."""
    (tmp_path / "app.pem").write_text("pem")
    put(env, WORKER)
    env.delenv("CLIENT_SECRET")
    neither = faults(WorkerSettings)
    env.setenv("CLIENT_CERTIFICATE_FILE", str(tmp_path / "app.pem"))
    assert load_settings(WorkerSettings).client_secret is None
    env.setenv("CLIENT_SECRET", WORKER["CLIENT_SECRET"])

    assert len(neither) == 1
    assert neither[0].startswith("None of CLIENT_SECRET, CLIENT_CERTIFICATE_FILE, ")
    assert faults(WorkerSettings) == [
        "CLIENT_SECRET and CLIENT_CERTIFICATE_FILE are set together: keep one of them."
    ]


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


def test_the_demos_secrets_open_no_real_tenant(env: pytest.MonkeyPatch) -> None:
    """They are public: every process that would use them ends with a message."""
    key = base64.b64encode(b"public key of the simulated only").decode()
    put(env, WORKER | {"CLIENT_SECRET": "simulated-tenant-worker-secret-0123456789"})
    assert faults(WorkerSettings) == ["CLIENT_SECRET is the demo's: make your own in Entra ID."]

    put(env, WORKER | {"TRACKING_TOKEN_KEY": f"{KEY},{key}"})
    for kind in (ApiSettings, WorkerSettings):
        (line,) = faults(kind)
        assert line.startswith("TRACKING_TOKEN_KEY is the demo's")
        assert "openssl rand -base64 32" in line

    # Links that others follow need a key that others don't know, in a demo, too.
    put(env, SIMULATED | {"TRACKING_TOKEN_KEY": key})
    (line,) = faults(WorkerSettings)
    assert line.startswith("TRACKING_TOKEN_KEY is the demo's")
    put(env, {"PUBLIC_BASE_URL": "http://mfa.localhost:8080"})
    assert load_settings(WorkerSettings).token_keys[0] == b"public key of the simulated only"


def test_settings_show_no_secret(env: pytest.MonkeyPatch) -> None:
    """Printed by accident, they tell neither the client secret nor a key."""
    put(env, WORKER)

    settings = load_settings(WorkerSettings)

    assert WORKER["CLIENT_SECRET"] not in f"{settings!r}{settings}"
    assert KEY not in f"{settings!r}{settings}"


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


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_secret_is_read_from_a_file_of_any_editor(
    env: pytest.MonkeyPatch, tmp_path: Path, encoding: str
) -> None:
    """PowerShell writes UTF-16, Notepad a byte order mark; neither is part of the secret."""
    put(env, PUBLIC)
    env.delenv("TRACKING_TOKEN_KEY")
    (tmp_path / "key").write_text(f"{OTHER_KEY}\r\n", encoding=encoding)
    env.setenv("TRACKING_TOKEN_KEY_FILE", str(tmp_path / "key"))

    assert load_settings(ApiSettings).tracking_token_key.get_secret_value() == OTHER_KEY


def test_every_secret_can_come_from_a_file() -> None:
    """Whatever is hidden when settings are printed has a ``*_FILE``."""
    kinds = (WorkerSettings, ApiSettings, ProvisionSettings, TemporalSettings)
    hidden = {
        name.upper()
        for kind in kinds
        for name, field in kind.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }
    assert hidden == set(SECRETS)

"""What settings protect: secrets stay out of sight, and go nowhere but to Microsoft."""

import base64
from pathlib import Path

import pytest

from settings import ApiSettings, WorkerSettings, load_settings
from tests.test_settings import (
    KEY,
    PUBLIC,
    SECRET_VALUE,
    WORKER,
    faults,
    nothing_set,  # noqa: F401 - keeps the developer's own environment out
    put,
)

SIMULATED = WORKER | {
    "SIMULATED_TENANT": "true",
    "AUTHORITY_HOST": "https://localhost:8443",
    "GRAPH_BASE_URL": "https://localhost:8443/v1.0",
}


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Set variables of the environment."""
    return monkeypatch


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
    assert settings.token_keys == (b"k" * 32,)


def test_a_secret_from_two_places_is_refused(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Which of them counts would be a guess."""
    put(env, WORKER | {"CLIENT_SECRET_FILE": str(tmp_path / "secret")})

    assert faults(WorkerSettings) == ["Set either CLIENT_SECRET or CLIENT_SECRET_FILE, not both."]


def test_a_file_of_a_secret_that_cannot_be_read_is_named(
    env: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Missing, a folder, or no text: the setting is named, path and content aren't."""
    put(env, WORKER)
    env.delenv("CLIENT_SECRET")
    junk = tmp_path / SECRET_VALUE
    junk.write_bytes(b"\xff\xfe\xfa" + SECRET_VALUE.encode())
    for path in (tmp_path / "absent", tmp_path, junk):
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

    assert neither == faults(WorkerSettings)
    assert neither == ["Set either CLIENT_SECRET or CLIENT_CERTIFICATE_FILE, and only one."]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUTHORITY_HOST", "https://login.microsoftonline.com.evil.example"),
        ("AUTHORITY_HOST", "https://login.microsoftonline.com@evil.example"),
        ("AUTHORITY_HOST", "http://login.microsoftonline.com"),
        ("GRAPH_BASE_URL", "https://graph.evil.example/v1.0"),
        ("GRAPH_BASE_URL", "http://graph.microsoft.com/v1.0"),
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
    ("authority", "graph"),
    [
        ("https://login.microsoftonline.us", "https://graph.microsoft.us/v1.0"),
        ("https://login.microsoftonline.us/", "https://dod-graph.microsoft.us/v1.0"),
        (
            "https://login.partner.microsoftonline.cn",
            "https://microsoftgraph.chinacloudapi.cn/v1.0",
        ),
    ],
)
def test_national_clouds_are_microsofts(
    env: pytest.MonkeyPatch, authority: str, graph: str
) -> None:
    """The other clouds' hosts are as good."""
    put(env, WORKER | {"AUTHORITY_HOST": authority, "GRAPH_BASE_URL": graph})

    assert load_settings(WorkerSettings).graph_base_url == graph


def test_a_simulated_tenant_may_be_anywhere_but_at_microsoft(env: pytest.MonkeyPatch) -> None:
    """Foreign hosts need ``SIMULATED_TENANT``, and with it Microsoft's own are refused."""
    put(env, SIMULATED)
    assert load_settings(WorkerSettings).graph_base_url == "https://localhost:8443/v1.0"

    for name in ("AUTHORITY_HOST", "GRAPH_BASE_URL"):
        put(env, SIMULATED)
        env.delenv(name)
        (line,) = faults(WorkerSettings)
        assert line.startswith("SIMULATED_TENANT is on")


def test_every_contradiction_has_its_line(env: pytest.MonkeyPatch) -> None:
    """Several at once are told at once."""
    put(env, SIMULATED | {"CLIENT_SECRET": "simulated-tenant-worker-secret-0123456789"})
    env.delenv("SIMULATED_TENANT")

    lines = faults(WorkerSettings)

    assert [line.split()[0] for line in lines] == [
        "AUTHORITY_HOST",
        "GRAPH_BASE_URL",
        "CLIENT_SECRET",
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

    put(env, SIMULATED | {"TRACKING_TOKEN_KEY": key})
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
        {"AUTHORITY_HOST": "http://login.microsoftonline.com"},
        {"AUTHORITY_HOST": "http://localhost:8443", "SIMULATED_TENANT": "true"},
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
    assert faults(ApiSettings) == ["API_AUDIENCE is set, but TENANT_ID is not."]

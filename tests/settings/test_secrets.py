"""Secrets: from a file or a variable, never both, and never shown."""

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
    SIMULATED,
    WORKER,
    faults,
    put,
)


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

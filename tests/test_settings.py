"""Settings: each fault is one line that names the setting and the remedy, and never its value."""

import base64
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.enrolment.policy import DAY, Policy
from domain.enrolment.registration import COUNTED
from domain.enrolment.status import MailKind
from settings import (
    ApiSettings,
    PolicySettings,
    SettingsError,
    WorkerSettings,
    load_settings,
)

Kind = type[ApiSettings] | type[WorkerSettings] | type[PolicySettings]

KEY = base64.b64encode(b"k" * 32).decode()
OTHER_KEY = base64.b64encode(b"o" * 32).decode()
PUBLIC = {
    "TRACKING_TOKEN_KEY": KEY,
    "PUBLIC_BASE_URL": "https://mfa.contoso.com/",
    "COMPANY_NAME": "Contoso",
    "SUPPORT_EMAIL": "it@contoso.com",
}
WORKER = PUBLIC | {
    "TENANT_ID": "11111111-2222-4333-8444-555555555555",
    "CLIENT_ID": "0d9f3a52-1a8e-4f5e-8b54-0f8a7c9e2d33",
    "CLIENT_SECRET": "a-secret-of-ours-0123456789-0123456789",
    "ENFORCEMENT_GROUP_ID": "22222222-2222-4333-8444-555555555555",
    "SITE_ID": "contoso.sharepoint.com,a,b",
    "LIST_ID": "33333333-2222-4333-8444-555555555555",
    "SENDER_MAILBOXES": "MFA@Contoso.com",
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's own environment and ``.env`` out of these tests."""
    for name in os.environ:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Set variables of the environment."""
    return monkeypatch


def put(env: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    """Set these variables."""
    for name, value in variables.items():
        env.setenv(name, value)


def faults(kind: Kind) -> list[str]:
    """Return the lines of what is wrong."""
    with pytest.raises(SettingsError) as raised:
        load_settings(kind)
    assert raised.value.__cause__ is None
    return str(raised.value).splitlines()


@pytest.mark.parametrize("kind", [ApiSettings, WorkerSettings])
def test_every_missing_setting_is_named(kind: Kind) -> None:
    """With nothing set, each required setting gets a line that says what it is for."""
    lines = faults(kind)

    required = {
        name.upper(): field.description
        for name, field in kind.model_fields.items()
        if field.is_required()
    }
    assert lines == [f"{name} is missing: {text}" for name, text in required.items()]
    assert set(required) == set(PUBLIC if kind is ApiSettings else WORKER) - {"CLIENT_SECRET"}


@pytest.mark.parametrize("name", sorted(set(WORKER) - {"CLIENT_SECRET"}))
@pytest.mark.parametrize("empty", [False, True], ids=["absent", "empty"])
def test_one_missing_setting_is_named(env: pytest.MonkeyPatch, name: str, *, empty: bool) -> None:
    """One is missing, or stands there empty, as in a template: its line, and no other."""
    put(env, WORKER)
    if empty:
        env.setenv(name, "")
    else:
        env.delenv(name)

    (line,) = faults(WorkerSettings)

    assert line.startswith(f"{name} is missing: ")


def test_what_is_set_is_read(env: pytest.MonkeyPatch) -> None:
    """Complete settings load, with defaults for the rest."""
    put(env, WORKER | {"ENROLMENT_DEADLINE": "2027-03-31", "REMINDER_SUBJECT": "Please, {name}"})

    settings = load_settings(WorkerSettings)

    assert settings.public_base_url == "https://mfa.contoso.com"
    assert settings.token_keys == (b"k" * 32,)
    assert settings.enrolment_deadline == date(2027, 3, 31)
    assert settings.subjects == {MailKind.REMINDER: "Please, {name}"}
    assert settings.mail_domains == {"contoso.com"}
    assert settings.guests == "reject"
    assert settings.authority_host == "https://login.microsoftonline.com"
    assert settings.branding.company_name == "Contoso"


def test_a_file_of_settings_is_read(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``.env`` counts, and the environment counts more."""
    text = "\n".join(f"{name}={value}" for name, value in WORKER.items())
    (tmp_path / ".env").write_text(text)
    env.setenv("COMPANY_NAME", "Fabrikam")

    settings = load_settings(WorkerSettings)

    assert settings.site_id == WORKER["SITE_ID"]
    assert settings.company_name == "Fabrikam"


def test_lists_are_read_in_lower_case(env: pytest.MonkeyPatch) -> None:
    """Names are separated by commas; spaces and case don't matter."""
    put(env, WORKER | {"TENANT_DOMAINS": " Contoso.com, ", "EXCLUDED_USERS": "A@B.com,,c@d.com"})

    settings = load_settings(WorkerSettings)

    assert settings.mail_domains == {"contoso.com"}
    assert settings.excluded_users == ("a@b.com", "c@d.com")


def test_what_counts_is_read(env: pytest.MonkeyPatch) -> None:
    """By default the seven types of the documentation; else those that are named, in any case."""
    put(env, WORKER)
    assert load_settings(WorkerSettings).counted == COUNTED
    env.setenv("COUNTED_METHODS", "FIDO2, phoneAuthenticationMethod")
    assert load_settings(WorkerSettings).counted == {
        "fido2AuthenticationMethod",
        "phoneAuthenticationMethod",
    }


SECRET_VALUE = "qHx9-never-shown"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKING_TOKEN_KEY", SECRET_VALUE),
        ("TRACKING_TOKEN_KEY", base64.b64encode(SECRET_VALUE.encode()).decode()),
        ("TRACKING_TOKEN_KEY", f"{KEY},{SECRET_VALUE}"),
        ("TRACKING_TOKEN_KEY", f"{KEY},"),
        ("PUBLIC_BASE_URL", SECRET_VALUE),
        ("PUBLIC_BASE_URL", f"ftp://{SECRET_VALUE}"),
        ("PUBLIC_BASE_URL", f"https://[{SECRET_VALUE}]"),
        ("PUBLIC_BASE_URL", "https://"),
        ("PRIMARY_COLOUR", SECRET_VALUE),
        ("ENROLMENT_DEADLINE", SECRET_VALUE),
        ("MAIL_PER_MINUTE", SECRET_VALUE),
        ("MAIL_PER_MINUTE", "0"),
        ("REGISTRATION_CHECKS_PER_10S", "-1"),
        ("COUNTED_METHODS", SECRET_VALUE),
        ("COUNTED_METHODS", f"phone,{SECRET_VALUE}"),
        ("COUNTED_METHODS", "password"),
        ("REGISTRATION_SWEEP", SECRET_VALUE),
        ("OPEN_TRACKING", SECRET_VALUE),
        ("GUESTS", SECRET_VALUE),
        ("CA_BUNDLE", f"/nowhere/{SECRET_VALUE}"),
        ("SIMULATED_TENANT", SECRET_VALUE),
    ],
)
def test_a_bad_value_is_named_and_not_shown(env: pytest.MonkeyPatch, name: str, value: str) -> None:
    """One line that begins with the setting's name, and doesn't repeat what was written."""
    put(env, WORKER | {name: value})

    (line,) = faults(WorkerSettings)

    assert line.startswith(f"{name}: ")
    assert len(line) > len(name) + 10
    assert SECRET_VALUE not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_PORT", "0"),
        ("API_PORT", "70000"),
        ("API_PORT", SECRET_VALUE),
        ("ENROL_CONFIRMATION", SECRET_VALUE),
    ],
)
def test_a_bad_value_of_the_api_is_named(env: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The same for the API's own settings."""
    put(env, PUBLIC | {name: value})

    (line,) = faults(ApiSettings)

    assert line.startswith(f"{name}: ")
    assert SECRET_VALUE not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REMINDER_INTERVAL", "PT0S"),
        ("REMINDER_INTERVAL", "-P7D"),
        ("REMINDER_INTERVAL", "7"),
        ("REMINDER_INTERVAL", SECRET_VALUE),
        ("ESCALATION_GRACE", "-PT1S"),
        ("END_DISABLED_AFTER", "PT0S"),
        ("ESCALATE_AFTER", "0"),
        ("MAX_REMINDERS", "-1"),
        ("FOLLOW_UP", SECRET_VALUE),
        ("DAY_LENGTH", "PT0S"),
    ],
)
def test_a_bad_number_of_the_policy_is_named(
    env: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """What would make an enrolment spin, never end or never begin is refused."""
    put(env, {name: value, "SIMULATED_TENANT": "true"})

    (line,) = faults(PolicySettings)

    assert line.startswith(f"{name}: ")
    assert SECRET_VALUE not in line


def test_the_policy_is_read(env: pytest.MonkeyPatch) -> None:
    """Durations may be written as ``7d`` or in ISO 8601; what isn't set is the default."""
    assert load_settings(PolicySettings).policy == Policy()
    put(
        env,
        {
            "REMINDER_INTERVAL": "3d",
            "ESCALATION_GRACE": "PT12H",
            "ESCALATE_AFTER": "4",
            "MAX_REMINDERS": "9",
            "FOLLOW_UP": "off",
            "ADD_REGISTERED_USERS": "off",
            "END_DISABLED_AFTER": "P30D",
        },
    )

    assert load_settings(PolicySettings).policy == Policy(
        reminder_interval=3 * DAY,
        escalation_grace=DAY / 2,
        escalate_after=4,
        max_reminders=9,
        follow_up=False,
        add_registered_users=False,
        end_disabled_after=30 * DAY,
    )


def test_days_are_short_only_in_a_simulated_tenant(env: pytest.MonkeyPatch) -> None:
    """``DAY_LENGTH`` speeds everything up in the demo, and is refused elsewhere."""
    env.setenv("DAY_LENGTH", "PT24S")
    (line,) = faults(PolicySettings)
    assert line.startswith("DAY_LENGTH ")
    assert "leave it out" in line

    env.setenv("SIMULATED_TENANT", "true")
    policy = load_settings(PolicySettings).policy

    assert policy.day == timedelta(seconds=24)
    assert policy.reminder_interval == timedelta(seconds=168)


def test_the_ring_of_keys_is_read_in_order(env: pytest.MonkeyPatch) -> None:
    """The first key makes tokens, all of them are tried; spaces don't matter."""
    put(env, PUBLIC | {"TRACKING_TOKEN_KEY": f"{OTHER_KEY}, {KEY}"})

    assert load_settings(ApiSettings).token_keys == (b"o" * 32, b"k" * 32)

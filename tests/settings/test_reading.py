"""Settings that are right: how each is written, and what is read."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.enrolment.policy import DAY, Policy
from domain.mail.content import Branding
from domain.registration.methods import COUNTED
from domain.status import MailKind
from settings import (
    ApiSettings,
    PolicySettings,
    WorkerSettings,
    load_settings,
    settings_from,
)
from settings.base import Settings
from settings.reader.sentences import example_of
from settings.values.scalars import duration_or_off
from settings.values.spelling import spelled
from templates.authenticator import STORES
from tests.settings.complete import (
    COMPLETE,
    KEY,
    KEY_BYTES,
    OTHER_KEY,
    OTHER_KEY_BYTES,
    PUBLIC,
    WORKER,
    complaints,
    faults,
    put,
)
from tests.support.deadline import DEADLINE


@pytest.mark.parametrize("kind", [ApiSettings, WorkerSettings])
def test_every_missing_setting_is_named(kind: type[Settings]) -> None:
    """With nothing set, each required setting gets a line that says what it is for."""
    lines = faults(kind)

    required = [name for name, field in kind.model_fields.items() if field.is_required()]
    told = [line for line in lines if " is missing: " in line]
    assert [line.split()[0] for line in told] == [name.upper() for name in required]
    for name, line in zip(required, told, strict=True):
        assert f"{name.upper()} is missing: {kind.model_fields[name].description}" in line
    assert {name.upper() for name in required} == set(PUBLIC if kind is ApiSettings else WORKER) - {
        "CLIENT_SECRET"
    }


@pytest.mark.parametrize("name", sorted(set(WORKER) - {"CLIENT_SECRET"}))
@pytest.mark.parametrize("value", [None, "", "  "], ids=["absent", "empty", "blank"])
def test_one_missing_setting_is_named(
    env: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    """One is missing, or stands there empty, as in a template: its line, and no other."""
    put(env, WORKER)
    if value is None:
        env.delenv(name)
    else:
        env.setenv(name, value)

    (line,) = faults(WorkerSettings)

    assert line.startswith(f"{name} is missing: ")


@pytest.mark.parametrize("kind", COMPLETE)
def test_every_example_is_a_right_value(kind: type[Settings], tmp_path: Path) -> None:
    """What a message shows as a right value is read, and only secrets have none to show."""
    for name, field in kind.model_fields.items():
        example = example_of(kind, name)
        addresses = {"database_url", "https_proxy_url"}
        secret = "SecretStr" in str(field.annotation) and name not in addresses
        assert bool(example) is not secret, name
        if "Path" in str(field.annotation):
            if name != "data_dir":
                (tmp_path / name).write_bytes(STORES[0].png if name == "logo_file" else b"")
            example = str(tmp_path / name)
        lines = complaints(kind, {**COMPLETE[kind], name.upper(): example}) if example else []
        # There may be one about another setting that goes with it or excludes it.
        assert not [line for line in lines if "For example: " in line]


def test_what_is_set_is_read(env: pytest.MonkeyPatch) -> None:
    """Complete settings load, with defaults for the rest."""
    put(
        env,
        WORKER | {"ENROLMENT_DEADLINE": DEADLINE.isoformat(), "REMINDER_SUBJECT": "Please, {name}"},
    )

    settings = load_settings(WorkerSettings)

    assert settings.public_base_url == "https://mfa.contoso.com"
    assert settings.token_keys == (KEY_BYTES,)
    assert settings.enrolment_deadline == DEADLINE
    assert settings.subjects == {MailKind.REMINDER: {"*": "Please, {name}"}}
    assert settings.sender_mailboxes == ("mfa@contoso.com",)
    assert settings.mail_domains == {"contoso.com"}
    assert settings.guests == "reject"
    assert settings.authority_host == "https://login.microsoftonline.com"
    assert settings.branding == Branding(
        company_name="Contoso", support_team="IT support", support_email="it@contoso.com"
    )


def test_a_guid_is_read_in_any_case() -> None:
    """Entra ID and SharePoint write GUIDs in lower and in upper case; they are the same."""
    settings = settings_from(
        WorkerSettings, WORKER | {"TENANT_ID": "ABCDEF01-2222-4333-8444-55555555555F"}
    )
    assert settings.tenant_id == "abcdef01-2222-4333-8444-55555555555f"


def test_lists_are_read_in_lower_case() -> None:
    """Commas separate names; spaces and case don't matter."""
    settings = settings_from(
        WorkerSettings,
        WORKER
        | {
            "TENANT_DOMAINS": " Contoso.com, ",
            "EXCLUDED_USERS": "A@B.com,,22222222-2222-4333-8444-55555555555A,x_y.com#EXT#@b.com",
        },
    )

    assert settings.mail_domains == {"contoso.com"}
    assert settings.excluded_users == (
        "a@b.com",
        "22222222-2222-4333-8444-55555555555a",
        "x_y.com#ext#@b.com",
    )


def test_what_counts_is_read() -> None:
    """By default the seven types of the documentation; else those that are named, in any case."""
    assert settings_from(WorkerSettings, WORKER).counted == COUNTED
    chosen = WORKER | {"COUNTED_METHODS": "FIDO2, phoneAuthenticationMethod"}
    assert settings_from(WorkerSettings, chosen).counted == {
        "fido2AuthenticationMethod",
        "phoneAuthenticationMethod",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7d", timedelta(days=7)),
        ("24h", timedelta(hours=24)),
        ("30m", timedelta(minutes=30)),
        ("15s", timedelta(seconds=15)),
        ("1.5h", timedelta(minutes=90)),
        ("3650d", timedelta(days=3650)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, value: timedelta) -> None:
    """Days, hours, minutes and seconds have one spelling."""
    read = settings_from(PolicySettings, {"REMINDER_INTERVAL": text})
    assert read.reminder_interval == value


@pytest.mark.parametrize(
    ("text", "value"), [("30d", timedelta(days=30)), ("off", None), ("OFF", None)]
)
def test_details_are_kept_for_a_duration_or_for_good(text: str, value: timedelta | None) -> None:
    """RETAIN_ENDED is a duration or off; anything else is refused with both."""
    assert duration_or_off(text) == value
    with pytest.raises(ValueError, match=r"h for hours.*or off"):
        duration_or_off("never")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(days=7), "7d"),
        (timedelta(hours=1), "1h"),
        (timedelta(hours=36), "1.5d"),
        (timedelta(minutes=1), "1m"),
        (timedelta(seconds=15), "15s"),
        (timedelta(0), "0s"),
        (True, "on"),
        (False, "off"),
        ((date(2026, 12, 25), date(2027, 1, 1)), "2026-12-25,2027-01-01"),
        (None, ""),
        (25, "25"),
    ],
)
def test_a_value_is_written_as_it_is_read(value: object, text: str) -> None:
    """Documents and messages spell values in the form that the reader takes."""
    assert spelled(value) == text


@pytest.mark.parametrize(("text", "value"), [("on", True), ("off", False), ("OFF", False)])
def test_a_switch_is_on_or_off(text: str, *, value: bool) -> None:
    """A switch has one spelling, in any case."""
    assert settings_from(PolicySettings, {"FOLLOW_UP": text}).follow_up is value


def test_the_policy_is_read() -> None:
    """What is set travels with new enrolments; what isn't is the default."""
    assert settings_from(PolicySettings, {}).policy == Policy()

    settings = settings_from(
        PolicySettings,
        {
            "REMINDER_INTERVAL": "3d",
            "ESCALATION_GRACE": "12h",
            "ESCALATE_AFTER": "4",
            "MAX_REMINDERS": "9",
            "FOLLOW_UP": "off",
            "ADD_REGISTERED_USERS": "off",
            "END_DISABLED_AFTER": "30d",
        },
    )

    assert settings.policy == Policy(
        reminder_interval=3 * DAY,
        escalation_grace=DAY / 2,
        escalate_after=4,
        max_reminders=9,
        follow_up=False,
        add_registered_users=False,
        end_disabled_after=30 * DAY,
    )


def test_the_window_is_read() -> None:
    """Hours, weekdays, dates and zone say together when a mail may leave."""
    window = settings_from(
        PolicySettings,
        {
            "SEND_WINDOW": "08:00-24:00",
            "SEND_DAYS": "Mon,tue",
            "NO_SEND_DATES": "2026-12-28",
            "TIME_ZONE": "Europe/Zurich",
        },
    ).window
    # The Monday is closed, so Tuesday at eight in Zurich.
    asked = datetime(2026, 12, 28, 12, tzinfo=UTC)
    opening = window.next_open(asked)
    assert opening == datetime(2026, 12, 29, 7, tzinfo=UTC)
    assert window.closing_after(opening) == datetime(2026, 12, 29, 23, tzinfo=UTC)


def test_days_are_short_only_in_a_simulated_tenant() -> None:
    """``DAY_LENGTH`` speeds everything up in the demo."""
    policy = settings_from(PolicySettings, {"DAY_LENGTH": "24s", "SIMULATED_TENANT": "on"}).policy

    assert policy.day == timedelta(seconds=24)
    assert policy.reminder_interval == timedelta(seconds=168)


def test_the_ring_of_keys_is_read_in_order() -> None:
    """The first key makes tokens, all of them are tried; spaces don't matter."""
    settings = settings_from(ApiSettings, PUBLIC | {"TRACKING_TOKEN_KEY": f"{OTHER_KEY}, {KEY}"})
    assert settings.token_keys == (OTHER_KEY_BYTES, KEY_BYTES)


def test_a_deadline_that_has_passed_is_told_and_stops_nothing(
    env: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker that starts again the day after the deadline goes on, and its log says so."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    put(env, WORKER | {"ENROLMENT_DEADLINE": f"{yesterday}"})

    assert load_settings(WorkerSettings).enrolment_deadline == yesterday

    (record,) = caplog.records
    assert record.getMessage().startswith("ENROLMENT_DEADLINE is in the past")

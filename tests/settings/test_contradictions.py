"""Settings that do not go together, and everything that is wrong told at once."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from settings import ApiSettings, PolicySettings, TemporalSettings, WorkerSettings
from settings.base import Settings
from tests.settings.complete import COMPLETE, PUBLIC, WORKER, faults_of

TODAY = datetime.now(UTC).date()

# Values that are right by themselves, and the line about two of them together.
TOGETHER: list[tuple[type[Settings], Mapping[str, str], str]] = [
    (
        WorkerSettings,
        {"CLIENT_SECRET": ""},
        "None of CLIENT_SECRET, CLIENT_CERTIFICATE_FILE, FEDERATED_TOKEN_FILE and MANAGED_IDENTITY",
    ),
    (
        WorkerSettings,
        {"CLIENT_CERTIFICATE_FILE": "/etc/passwd"},
        "CLIENT_SECRET and CLIENT_CERTIFICATE_FILE are set together: keep one of them.",
    ),
    (
        WorkerSettings,
        {"FEDERATED_TOKEN_FILE": "/etc/passwd", "MANAGED_IDENTITY": "system"},
        "CLIENT_SECRET, FEDERATED_TOKEN_FILE and MANAGED_IDENTITY are set together: keep one",
    ),
    (
        WorkerSettings,
        {"CLIENT_CERTIFICATE_PASSPHRASE": "open sesame"},
        "CLIENT_CERTIFICATE_PASSPHRASE is set, but CLIENT_CERTIFICATE_FILE is not: set both.",
    ),
    (
        ApiSettings,
        {"API_CLIENT_SECRET": ""},
        "None of API_CLIENT_SECRET, API_CLIENT_CERTIFICATE_FILE, API_FEDERATED_TOKEN_FILE and ",
    ),
    (
        ApiSettings,
        {"API_CLIENT_SECRET": "", "API_CLIENT_ID": "", "API_MANAGED_IDENTITY": "user"},
        "API_MANAGED_IDENTITY is set, but API_CLIENT_ID is not: set both.",
    ),
    (
        WorkerSettings,
        {"CLIENT_SECRET_FILE": "/etc/passwd"},
        "CLIENT_SECRET and CLIENT_SECRET_FILE are both set: keep one of them.",
    ),
    (PolicySettings, {"DAY_LENGTH": "1m"}, "DAY_LENGTH is for the demo, and SIMULATED_TENANT is"),
    (
        PolicySettings,
        {"DAY_ZERO": "2027-01-11T08:00:00+00:00"},
        "DAY_ZERO is for the demo, and SIMULATED_TENANT is off: leave it out.",
    ),
    (
        PolicySettings,
        {"DAYS_END_PATH": "days-end"},
        "DAYS_END_PATH is for the demo, and DAY_ZERO is missing: leave it out.",
    ),
    (
        PolicySettings,
        {
            "SEND_DAYS": "mon",
            "NO_SEND_DATES": ",".join(f"{TODAY + timedelta(days=n)}" for n in range(-2, 370)),
        },
        "SEND_DAYS and NO_SEND_DATES leave no day in the next year",
    ),
    (ApiSettings, {"API_CLIENT_ID": ""}, "API_CLIENT_SECRET is set, but API_CLIENT_ID is not"),
    (ApiSettings, {"LIST_ID": ""}, "API_CLIENT_ID is set, but LIST_ID is not: set all of them."),
    (
        WorkerSettings,
        {"SIMULATED_TENANT": "on", "GRAPH_BASE_URL": "https://localhost:8443/v1.0"},
        "SIMULATED_TENANT is on, but AUTHORITY_HOST is Microsoft's",
    ),
    (
        TemporalSettings,
        {"TEMPORAL_TLS_CLIENT_CERT_PATH": "/etc/passwd"},
        "TEMPORAL_TLS_CLIENT_CERT_PATH is set, but TEMPORAL_TLS_CLIENT_KEY_PATH is not",
    ),
    (
        TemporalSettings,
        {"TEMPORAL_API_KEY": "k" * 40, "TEMPORAL_TLS": "false"},
        "TEMPORAL_API_KEY would be sent without TLS",
    ),
]


@pytest.mark.parametrize(
    ("kind", "values", "line"), TOGETHER, ids=[row[2][:40] for row in TOGETHER]
)
def test_contradictory_settings_are_refused(
    kind: type[Settings], values: Mapping[str, str], line: str
) -> None:
    """One line names the settings that do not go together, and says what to do."""
    (found,) = faults_of(kind, dict(COMPLETE[kind]) | dict(values))
    assert found.startswith(line)


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Missing, wrong, unreadable, misspelt and contradictory settings have their lines together."""
    values = PUBLIC | {
        "TENANT_ID": "contoso.com",
        "GRAPH_BASE_URL": "https://graph.evil.example/v1.0",
        "CLIENT_SECRET_FILE": "/nowhere",
        "CLIENT_CERTIFICATE_FILE": "/nowhere",
        "MAIL_PER_MINTUE": "5",
        "SENDER_MAILBOXES": "a b",
    }
    lines = faults_of(WorkerSettings, values)
    assert [line.split()[0] for line in lines] == [
        "MAIL_PER_MINTUE",
        "TENANT_ID",
        "CLIENT_ID",
        "CLIENT_SECRET_FILE",
        "CLIENT_CERTIFICATE_FILE",
        "ENFORCEMENT_GROUP_ID",
        "SITE_ID",
        "LIST_ID",
        "SENDER_MAILBOXES",
        "GRAPH_BASE_URL",
    ]


def test_two_contradictions_beside_a_wrong_value_are_told() -> None:
    """A wrong value hides only those contradictions in which it has a part."""
    values = WORKER | {
        "CLIENT_SECRET": "",
        "AUTHORITY_HOST": "https://login.evil.example",
        "COMPANY_NAME": "",
        "TENANT_ID": "contoso.com",
    }
    lines = faults_of(WorkerSettings, values)
    assert [line.split()[0] for line in lines] == [
        "COMPANY_NAME",
        "TENANT_ID",
        "None",
        "AUTHORITY_HOST",
    ]

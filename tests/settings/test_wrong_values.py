"""The table of wrong values: each is refused in one plain sentence that shows a right value."""

import base64
from collections.abc import Iterator

import pytest

from settings import (
    ApiSettings,
    PolicySettings,
    ProvisionSettings,
    TemporalSettings,
    WorkerSettings,
    settings_from,
)
from settings.base import Settings
from tests.settings.complete import (
    COMPLETE,
    KEY,
    SECRET_VALUE,
    WORKER,
    faults_of,
)

GUID = "is not a GUID"
SHORT_KEY = base64.b64encode(b"short-0123456789").decode()
ZERO_KEY = base64.b64encode(bytes(32)).decode()

# Kind of process, setting, wrong value, what is said of it.
WRONG: list[tuple[type[Settings], str, str, str]] = [
    # Switches
    (PolicySettings, "FOLLOW_UP", "true", "must be on or off"),
    (PolicySettings, "ADD_REGISTERED_USERS", "0", "must be on or off"),
    (WorkerSettings, "OPEN_TRACKING", "yes", "must be on or off"),
    (ApiSettings, "ENROL_CONFIRMATION", "disabled", "must be on or off"),
    (WorkerSettings, "SIMULATED_TENANT", "True", "must be on or off"),
    # Durations
    (PolicySettings, "REMINDER_INTERVAL", "7", "must be a number and a unit"),
    (PolicySettings, "REMINDER_INTERVAL", "P7D", "must be a number and a unit"),
    (PolicySettings, "REMINDER_INTERVAL", "7 days", "must be a number and a unit"),
    (PolicySettings, "REMINDER_INTERVAL", "-7d", "must be a number and a unit"),
    (PolicySettings, "REMINDER_INTERVAL", "1w", "must be a number and a unit"),
    (PolicySettings, "REMINDER_INTERVAL", "0d", "must be longer than 0s"),
    (PolicySettings, "REMINDER_INTERVAL", "999999999d", "must be at most 3650d"),
    (PolicySettings, "WAVE_INTERVAL", "24:00:00", "must be a number and a unit"),
    (PolicySettings, "ESCALATION_GRACE", "604800", "must be a number and a unit"),
    (PolicySettings, "END_DISABLED_AFTER", "90", "must be a number and a unit"),
    (WorkerSettings, "ATTENTION_AFTER_CLICK", "23h", "must be at least 1d"),
    (WorkerSettings, "ATTENTION_AFTER_CLICK", "365.1d", "must be at most 365d"),
    (WorkerSettings, "ATTENTION_AFTER_CLICK", "off", "must be a number and a unit"),
    # Numbers
    (ApiSettings, "API_PORT", "0", "must be a whole number from 1 to 65535"),
    (ApiSettings, "API_PORT", "70000", "must be a whole number from 1 to 65535"),
    (ApiSettings, "API_PORT", "tcp://10.0.0.7:80", "must be a whole number"),
    (PolicySettings, "ESCALATE_AFTER", "0", "must be a whole number from 1"),
    (PolicySettings, "MAX_REMINDERS", "-1", "must be a whole number from 0"),
    (PolicySettings, "MAX_REMINDERS", "2.5", "must be a whole number"),
    (PolicySettings, "WAVE_SIZE", "1,000", "must be a whole number"),
    (PolicySettings, "WAVE_SIZE", "1_000", "must be a whole number"),
    (PolicySettings, "WAVE_SIZE", "\N{ARABIC-INDIC DIGIT FIVE}", "must be a whole number"),
    (WorkerSettings, "MAIL_PER_DAY", "1e3", "must be a whole number"),
    (WorkerSettings, "MAIL_PER_MINUTE", "0", "must be a number above 0"),
    (WorkerSettings, "MAIL_PER_MINUTE", "inf", "must be a number above 0"),
    (WorkerSettings, "MAIL_PER_MINUTE", "nan", "must be a number above 0"),
    (WorkerSettings, "MAIL_PER_MINUTE", "2,5", "with a decimal point"),
    (WorkerSettings, "REGISTRATION_CHECKS_PER_10S", "-1", "must be a number above 0"),
    # Choices
    (WorkerSettings, "GUESTS", "yes", "must be reject or include"),
    (WorkerSettings, "REGISTRATION_SWEEP", "true", "must be auto, on or off"),
    (WorkerSettings, "COUNTED_METHODS", "password", "number 1 is not a method that can count"),
    (WorkerSettings, "COUNTED_METHODS", "phone sms", "number 1 is not a method that can count"),
    (WorkerSettings, "PRIMARY_COLOUR", "blue", "must be # and six hexadecimal digits"),
    # Dates, hours, days, time zones
    (WorkerSettings, "ENROLMENT_DEADLINE", "31.03.2027", "is not a date"),
    (WorkerSettings, "ENROLMENT_DEADLINE", "20270331", "is not a date"),
    (WorkerSettings, "ENROLMENT_DEADLINE", "2027-02-29", "is not a date"),
    (WorkerSettings, "ENROLMENT_DEADLINE", "2025-03-31", "is in the past"),
    (WorkerSettings, "ENROLMENT_DEADLINE", "2207-03-31", "is more than five years from now"),
    (PolicySettings, "DAY_ZERO", "soon", "is not a date and time with its offset"),
    (PolicySettings, "DAY_ZERO", "2027-01-11T08:00:00", "is not a date and time with its offset"),
    (PolicySettings, "NO_SEND_DATES", "2026-12-25;2027-01-01", "number 1 is not a date"),
    (PolicySettings, "NO_SEND_DATES", "2026-12-25,01-01", "number 2 is not a date"),
    (PolicySettings, "SEND_WINDOW", "8-18", "must be two times of a day"),
    (PolicySettings, "SEND_WINDOW", "08:00\N{EN DASH}18:00", "must be two times of a day"),
    (PolicySettings, "SEND_WINDOW", "08:00-25:00", "must be two times of a day"),
    (PolicySettings, "SEND_WINDOW", "8am-6pm", "must be two times of a day"),
    (PolicySettings, "SEND_WINDOW", "18:00-08:00", "must end later than it begins"),
    (PolicySettings, "SEND_WINDOW", "08:00-08:00", "must end later than it begins"),
    (PolicySettings, "SEND_DAYS", "monday,tuesday", "number 1 is not one of mon, tue, wed"),
    (PolicySettings, "SEND_DAYS", "mon-fri", "number 1 is not one of mon, tue, wed"),
    (PolicySettings, "SEND_DAYS", ",", "has no entry"),
    (PolicySettings, "TIME_ZONE", "Europe/Zurch", "(did you mean Europe/Zurich?)"),
    (PolicySettings, "TIME_ZONE", "Europe", "is not the IANA name of a time zone"),
    (PolicySettings, "TIME_ZONE", "UTC+1", "is not the IANA name of a time zone"),
    (PolicySettings, "TIME_ZONE", "../../etc/passwd", "is not the IANA name of a time zone"),
    (PolicySettings, "TIME_ZONE", "W. Europe Standard Time", "is not the IANA name"),
    # Identifiers
    (WorkerSettings, "TENANT_ID", "contoso.com", GUID),
    (WorkerSettings, "TENANT_ID", "common", GUID),
    (WorkerSettings, "TENANT_ID", "{11111111-2222-4333-8444-555555555555}", GUID),
    (WorkerSettings, "CLIENT_ID", "11111111222243338444555555555555", GUID),
    (WorkerSettings, "ENFORCEMENT_GROUP_ID", "MFA enforced", GUID),
    (WorkerSettings, "EXCLUDED_GROUP_ID", "excluded@contoso.com", GUID),
    (WorkerSettings, "LIST_ID", "MFA Rollout", GUID),
    (ApiSettings, "API_CLIENT_ID", "mfa-api", GUID),
    (ProvisionSettings, "PROVISION_CLIENT_ID", "mfa", GUID),
    (WorkerSettings, "SITE_ID", "https://contoso.sharepoint.com/sites/it", "is not a site id"),
    (WorkerSettings, "SITE_ID", "contoso.sharepoint.com,1,2", "is not a site id"),
    # Addresses
    (WorkerSettings, "SENDER_MAILBOXES", "a b", "number 1 is not a mail address"),
    (WorkerSettings, "SENDER_MAILBOXES", "a@b.com c@b.com", "number 1 is not a mail address"),
    (WorkerSettings, "SENDER_MAILBOXES", "a@b.com;c@b.com", "number 1 is not a mail address"),
    (WorkerSettings, "SENDER_MAILBOXES", "a@b.com,c", "number 2 is not a mail address"),
    (WorkerSettings, "SENDER_MAILBOXES", "a@b.com,A@B.com", "remove number 2"),
    (WorkerSettings, "SUPPORT_EMAIL", "IT <it@contoso.com>", "is not a mail address"),
    (WorkerSettings, "ESCALATION_FALLBACK", "a@b.com,c@b.com", "is not a mail address"),
    (WorkerSettings, "MAIL_REDIRECT_TO", "me", "is not a mail address"),
    (WorkerSettings, "TENANT_DOMAINS", "@contoso.com", "number 1 is not a domain name"),
    (WorkerSettings, "TENANT_DOMAINS", "contoso.com contoso.de", "number 1 is not a domain name"),
    (WorkerSettings, "EXCLUDED_USERS", "Ada Lovelace", "number 1 is neither a UPN nor an ObjectId"),
    (ApiSettings, "TRUSTED_PROXIES", "10.0.0.1,gate", "number 2 is not an address or a network"),
    (ApiSettings, "TRUSTED_PROXIES", "10.0.0.0/33", "number 1 is not an address or a network"),
    (ApiSettings, "API_HOST", "http://0.0.0.0", "is not an address or a host name"),
    (ApiSettings, "API_AUDIENCE", "api://mfa api://b", "number 1 has a space in it"),
    # URLs
    (WorkerSettings, "PUBLIC_BASE_URL", "mfa.contoso.com", "is not a URL"),
    (WorkerSettings, "PUBLIC_BASE_URL", "http://mfa.contoso.com", "must begin with https://"),
    (WorkerSettings, "PUBLIC_BASE_URL", "ftp://mfa.contoso.com", "is not a URL"),
    (WorkerSettings, "PUBLIC_BASE_URL", "https://", "is not a URL"),
    (WorkerSettings, "PUBLIC_BASE_URL", "https://mfa.contoso.com/api", "without a path or query"),
    (WorkerSettings, "PUBLIC_BASE_URL", "https://mfa.contoso.com/?a=b", "without a path or query"),
    (WorkerSettings, "PUBLIC_BASE_URL", "https://a:b@mfa.contoso.com", "user name or password"),
    (WorkerSettings, "PUBLIC_BASE_URL", "https://mfa.contoso.com, https://b", "is not a URL"),
    (WorkerSettings, "PUBLIC_BASE_URL", "https:mfa.contoso.com", "is not a URL"),
    (WorkerSettings, "MFA_SETUP_URL", "javascript:alert(1)", "is not a URL"),
    (WorkerSettings, "MFA_SETUP_URL", "http://aka.ms/mfasetup", "must begin with https://"),
    (WorkerSettings, "LOGO_FILE", "https://contoso.com/logo.png", "does not exist"),
    (WorkerSettings, "LOGO_FILE", "/dev/null", "is not a PNG, JPEG or GIF image"),
    (WorkerSettings, "AUTHORITY_HOST", r"https://evil\@login.microsoftonline.com", "is not a URL"),
    (
        WorkerSettings,
        "AUTHORITY_HOST",
        "https://login.microsoftonline.com/common",
        "without a path or query",
    ),
    (WorkerSettings, "GRAPH_BASE_URL", "https://graph.microsoft.com", "must end in /v1.0"),
    (WorkerSettings, "GRAPH_BASE_URL", "https://graph.microsoft.com/beta", "must end in /v1.0"),
    (
        WorkerSettings,
        "HTTPS_PROXY_URL",
        "proxy.contoso.com:8080",
        "begins with http:// or https://",
    ),
    (WorkerSettings, "HTTPS_PROXY_URL", "socks5://proxy.contoso.com", "begins with http:// or"),
    (WorkerSettings, "HTTPS_PROXY_URL", "http://a:p@ss@proxy.contoso.com", "percent-encoded"),
    (WorkerSettings, "HTTPS_PROXY_URL", "http://a:p/w@proxy.contoso.com", "percent-encoded"),
    (WorkerSettings, "HTTPS_PROXY_URL", r"http://evil\@proxy.contoso.com", "percent-encoded"),
    (WorkerSettings, "HTTPS_PROXY_URL", "http://proxy.contoso.com/pac", "without a path or query"),
    (WorkerSettings, "MANAGED_IDENTITY", "on", "system or user"),
    (WorkerSettings, "MICROSOFT_CLOUD", "germany", "must be global, us-government, us-government-"),
    # Files
    (WorkerSettings, "CA_BUNDLE", "/nowhere/ca.pem", "names a file that does not exist"),
    (WorkerSettings, "CA_BUNDLE", "/tmp", "names a folder, not a file"),  # noqa: S108
    (ApiSettings, "OUTBOX_PATH", "/tmp", "names a folder, not a file"),  # noqa: S108
    (ApiSettings, "OUTBOX_PATH", "/etc/passwd/outbox", "lies in a folder that is a file"),
    (ApiSettings, "OUTBOX_PATH", "x" * 300, "names a place that cannot be used"),
    (ApiSettings, "DATA_DIR", "x" * 300, "names a place that cannot be used"),
    # Secrets
    (WorkerSettings, "CLIENT_SECRET", "too-short", "is shorter than 32 bytes"),
    (WorkerSettings, "CLIENT_SECRET", "two secrets " * 4, "has a space in it"),
    (WorkerSettings, "CLIENT_SECRET", WORKER["CLIENT_ID"], "so it is the secret's ID"),
    (ApiSettings, "API_CLIENT_SECRET", "too-short", "is shorter than 32 bytes"),
    (ProvisionSettings, "PROVISION_CLIENT_SECRET", "too-short", "is shorter than 32 bytes"),
    (TemporalSettings, "TEMPORAL_API_KEY", "too-short", "is shorter than 32 bytes"),
    (ApiSettings, "TRACKING_TOKEN_KEY", "not-base64!", "number 1 is not base64"),
    (ApiSettings, "TRACKING_TOKEN_KEY", SHORT_KEY, "number 1 has 16 bytes, not 32"),
    (ApiSettings, "TRACKING_TOKEN_KEY", ZERO_KEY, "number 1 can be guessed"),
    (ApiSettings, "TRACKING_TOKEN_KEY", f"{KEY},{ZERO_KEY}", "number 2 can be guessed"),
    (ApiSettings, "TRACKING_TOKEN_KEY", f"{KEY},", "has a comma without a key"),
    (ApiSettings, "TRACKING_TOKEN_KEY", f"{KEY},{KEY}", "remove number 2"),
    # Words
    (WorkerSettings, "COMPANY_NAME", "Contoso\nLtd", "has a line break"),
    (WorkerSettings, "COMPANY_NAME", '"Contoso"', "stands in quotes"),
    (WorkerSettings, "SUPPORT_TEAM", "M\udcfcller", "is not UTF-8"),
    (
        WorkerSettings,
        "REMINDER_SUBJECT",
        "{employee} at {company}",
        "unknown placeholder {employee}",
    ),
    (
        WorkerSettings,
        "INVITATION_SUBJECT",
        "Hello {name",
        "subject of the invitation is malformed",
    ),
    (WorkerSettings, "ESCALATION_SUBJECT", "{employee!r}", "unknown placeholder {employee!r};"),
    # Temporal
    (TemporalSettings, "TEMPORAL_ADDRESS", "temporal", "must be a host name, a colon and a port"),
    (TemporalSettings, "TEMPORAL_ADDRESS", "https://a.b:7233", "must be a host name, a colon"),
    (TemporalSettings, "TEMPORAL_TLS", "off", "must be true or false"),
    (TemporalSettings, "TEMPORAL_TLS_SERVER_CA_CERT_PATH", "/nowhere", "does not exist"),
]


def _names() -> Iterator[str]:
    for _, name, value, _ in WRONG:
        yield f"{name}={value.encode('ascii', 'backslashreplace').decode()}"


@pytest.mark.parametrize("row", WRONG, ids=_names())
def test_a_wrong_value_is_refused(row: tuple[type[Settings], str, str, str]) -> None:
    """One line names the setting, says what is wrong, and how to write it right."""
    kind, name, value, says = row
    values = dict(COMPLETE[kind]) | {name: value}

    (line,) = faults_of(kind, values)

    assert line.startswith(f"{name} ")
    assert says in line
    right = (f"For example: {name}=", "openssl rand -base64 32", "copy", "remove")
    assert any(words in line for words in right)
    settings_from(kind, COMPLETE[kind])


@pytest.mark.parametrize("kind", COMPLETE)
def test_no_message_repeats_what_was_written(kind: type[Settings]) -> None:
    """Whatever holds a secret by mistake, the message does not show it."""
    values = {name.upper(): f"{SECRET_VALUE}\n{SECRET_VALUE}" for name in kind.model_fields}
    lines = faults_of(kind, values)
    assert SECRET_VALUE not in "\n".join(lines)
    assert len(lines) == len(values)

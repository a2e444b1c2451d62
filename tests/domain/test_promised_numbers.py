"""Numbers and names that others rely on: limits, waits, ids. Each has its right value here once."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain import identifiers, instants, plain_text
from domain.doctor.permissions import APP_ROLE_IDS, NEEDED
from domain.doctor.sender_domain import SPF_INCLUDES, USUAL_SPF_INCLUDE
from domain.enrolment import transitions
from domain.enrolment.mail import bounces
from domain.imports import address, csv_text, file
from domain.mail import content
from domain.mail.content import Branding, Logo
from domain.microsoft.connection import (
    CertificateFile,
    ClientSecret,
    Connection,
    HttpOptions,
    resource_of,
)
from domain.registration import methods
from domain.tables.erasure import ErasureReport, KnownNames
from domain.tables.sending import LimitsInForce
from domain.tracking_list import after_restore, recovery
from domain.tracking_list.columns import UNKNOWN

IDENTIFIERS = {
    "SWEEP_SCHEDULE_ID": "mfa-registration-sweep",
    "BOUNCE_SCHEDULE_ID": "mfa-bounce-watch",
    "DRAFT_SWEEP_SCHEDULE_ID": "mfa-draft-sweep",
    "ENROLMENT_PREFIX": "mfa-enrolment-",
    "BATCH_PREFIX": "mfa-batch-",
    "DRY_RUN_PREFIX": "mfa-dry-run-",
    "RESEND_REQUEST_PREFIX": "mfa-resend-request-",
    "LEGACY_LINK_PREFIX": "mfa-old-link-",
    "RECONCILE_SCHEDULE_ID": "mfa-reconcile",
    "STUCK_SCHEDULE_ID": "mfa-stuck-enrolments",
    "RECHECK_SCHEDULE_ID": "mfa-recheck-active",
    "RETENTION_SCHEDULE_ID": "mfa-retention",
    "ERASURE_PREFIX": "mfa-erasure-",
    "BULK_PREFIX": "mfa-request-",
    "REPORT_PREFIX": "mfa-report-",
    "REPORT_NOW_PREFIX": "mfa-send-report-",
    "WEBHOOK_PREFIX": "mfa-webhook-",
    "WEBHOOK_TEST_PREFIX": "mfa-test-of-webhook-",
    "SAMPLE_MAIL_PREFIX": "mfa-sample-mail-",
    "OUR_PREFIX": "mfa-",
    "CONTROL_WORKFLOW_ID": "mfa-rollout-control",
    "MAIL_STOPPED": "MailStopped",
    "LIFTED_MAIL_STOPS": "LiftedMailStops",
    "CONTROL_WORKFLOW": "RolloutControlWorkflow",
    "HIGH_WATER_MARK": "HighWaterMark",
    "RAISE_HIGH_WATER": "raise_high_water",
    "HIGH_WATER_SCHEDULE_ID": "mfa-high-water",
    "BATCH_PARTS": "Parts",
    "BATCH_ROWS": "Rows",
    "BATCH_LAST_INVITATION_AT": "LastInvitationAt",
    "BATCH_PACE": "Pace",
    "BATCH_OPTIONS": "Options",
    "BATCH_REQUESTED_BY": "RequestedBy",
    "TASK_QUEUE": "mfa-rollout",
    "ENROLMENT_WORKFLOW": "EnrolmentWorkflow",
    "USER_PRINCIPAL_NAME": "UserPrincipalName",
    "INVITE_STATUS": "InviteStatus",
    "MFA_REGISTRATION_STATE": "MFARegistrationState",
    "SOURCE_BATCH_ID": "SourceBatchId",
    "DEPARTMENT": "Department",
}


def test_no_id_is_left_out() -> None:
    """A new one is put into the table above."""
    there = {name for name, value in vars(identifiers).items() if isinstance(value, str)}
    assert {name for name in there if name.isupper()} == set(IDENTIFIERS)


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_ids_stay_what_they_are(name: str) -> None:
    """Running workflows, schedules and search attributes are found by these."""
    assert getattr(identifiers, name) == IDENTIFIERS[name]


def test_all_parts_of_an_import_have_one_name() -> None:
    """A part's id ends in its number, whatever the batch is called."""
    assert identifiers.import_of("mfa-batch-a-b-0123456789ab-12") == "mfa-batch-a-b-0123456789ab"


PROMISED: tuple[tuple[object, object], ...] = (
    (csv_text.MAX_CELL, 1_000),
    (csv_text.MAX_LINES_OF_ROW, 50),
    (csv_text.MAX_ROWS_BEFORE_HEADER, 20),
    (csv_text.MAX_ROWS_COMPARED, 1_000),
    (csv_text.MAX_HEADERS_SHOWN, 12),
    (csv_text.MAX_HEADER_SHOWN, 40),
    (csv_text.DELIMITERS, (",", ";", "\t", "|")),
    (file.MAX_BYTES, 10_485_760),
    (file.MAX_ROWS, 100_000),
    (file.PART_ROWS, 2_000),
    (file.PART_BYTES, 1_000_000),
    (file.MAX_SHOWN, 200),
    (content.SUPPRESSED, "DR, RN, NRN, OOF, AutoReply"),
    (content.SUBJECT_LIMIT, 255),
    (plain_text.LONGEST, 255),
    (instants.EARLIEST, datetime(2015, 1, 1, tzinfo=UTC)),
    (instants.CLOCKS_DIFFER, timedelta(minutes=5)),
    (instants.BELIEVED_FOR, timedelta(minutes=1)),
    (recovery.LOWEST_REVISION, 1),
    (recovery.NO_RUN, "00000000-0000-0000-0000-000000000000"),
    (after_restore.ACTOR, "after-restore"),
    (after_restore.REASON, "It was so before Temporal's database was restored."),
    (USUAL_SPF_INCLUDE, "spf.protection.outlook.com"),
    (methods.UNKNOWN_NAMED, 5),
    (methods.LONGEST_NAME, 100),
    (methods.ROUTINE_SHARE, 0.5),
    (methods.TIMES_MISSING, 3),
    (bounces.TIMES, 3),
    (bounces.DAYS_APART, 5),
    (transitions.GROUP_BELIEVED, timedelta(minutes=15)),
    (UNKNOWN, "\ufffd"),
)


def test_numbers_and_words() -> None:
    """What the documents promise is what counts."""
    assert [value for value, _ in PROMISED] == [right for _, right in PROMISED]


def test_a_long_address() -> None:
    """An address has 254 characters at most (RFC 5321)."""
    labels = f"{'b' * 60}.{'c' * 60}.{'d' * 59}.contoso.com"
    fits = f"{'a' * (254 - 1 - len(labels))}@{labels}"
    assert len(fits) == 254
    assert address.fault_of(fits) is None
    assert address.fault_of(fits.replace("@", "a@")) is not None


def test_spf_of_the_clouds() -> None:
    """Each cloud has an include of its own."""
    assert SPF_INCLUDES == {
        "graph.microsoft.us": "spf.protection.office365.us",
        "dod-graph.microsoft.us": "spf.protection.office365.us",
        "microsoftgraph.chinacloudapi.cn": "spf.protection.partner.outlook.cn",
    }


def test_permissions_of_the_worker() -> None:
    """The ids are Microsoft's, and what would do as well is known."""
    assert APP_ROLE_IDS == {
        "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
        "UserAuthenticationMethod.Read.All": "38d9df27-64da-44fd-b7c5-a6fbac20248f",
        "GroupMember.ReadWrite.All": "dbaae8cf-10b5-4b86-a4a1-f871c94c6695",
        "Sites.Selected": "883ea226-0bf2-4a8f-9f9d-92c9162a727d",
        "AuditLog.Read.All": "b0afded3-3588-46d8-8b3d-9842eff778da",
    }
    assert (
        ("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
        ("UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All"),
        (
            *("GroupMember.ReadWrite.All", "GroupMember.Read.All"),
            *("Group.ReadWrite.All", "Group.Read.All"),
            *("Directory.ReadWrite.All", "Directory.Read.All"),
        ),
        ("Sites.Selected", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All"),
    ) == NEEDED


def test_a_logo_is_fitted() -> None:
    """It keeps its shape within the box, and is never enlarged."""
    assert Logo(content_type="image/png", content=b"", width=400, height=100).fitted(200, 80) == (
        200,
        50,
    )
    assert Logo(content_type="image/png", content=b"", width=100, height=400).fitted(200, 80) == (
        20,
        80,
    )
    assert Logo(content_type="image/png", content=b"", width=1000, height=1).fitted(200, 80) == (
        200,
        1,
    )
    assert Logo(content_type="image/png", content=b"", width=10, height=4).fitted(200, 80) == (
        10,
        4,
    )


@pytest.mark.parametrize(
    "value",
    [
        ClientSecret(value="hidden"),
        CertificateFile(path=Path("app.pem"), passphrase="hidden"),
        HttpOptions(proxy="http://hidden@proxy"),
        Logo(content_type="image/png", content=b"hidden", width=1, height=1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_secret_or_long_is_not_shown(value: object) -> None:
    """Neither secrets nor files stand in what Python shows of a value."""
    assert "hidden" not in repr(value)


def test_defaults_of_a_connection() -> None:
    """Without more it is a real tenant in the public cloud, reached directly."""
    connection = Connection(
        authority="https://login.microsoftonline.com/t",
        base_url="https://graph.microsoft.com/v1.0",
        client_id="c",
        identity=ClientSecret(value="s"),
    )
    assert connection.is_simulated is False
    assert connection.prefix == ""
    assert connection.http == HttpOptions(ca_bundle=None, proxy=None)
    assert connection.resource == "https://graph.microsoft.com"
    assert CertificateFile(path=Path("app.pem")).passphrase is None
    assert resource_of("https://graph.microsoft.us/v1.0", is_simulated=False) == (
        "https://graph.microsoft.us"
    )
    assert resource_of("https://localhost:1/v1.0", is_simulated=True) == (
        "https://graph.microsoft.com"
    )


def test_defaults_of_a_brand() -> None:
    """English, and a blue of ours."""
    brand = Branding(company_name="c", support_team="s", support_email="e")
    assert (brand.default_language, brand.primary_colour) == ("en", "#0b5cad")
    assert brand.logo is None
    assert brand.support_phone is None


def test_an_erasure_begins_with_nothing() -> None:
    """Nothing is ended or deleted before it is, and names are kept once each."""
    report = ErasureReport()
    assert [getattr(report, field.name) for field in fields(report)] == [
        *(False, False, {}),
        *([0] * 5),
        *((), 0),
    ]
    both = KnownNames(upns=("a", "b"), batch_ids=("x",)).and_also(
        KnownNames(upns=("b", "c"), batch_ids=("x", "y"))
    )
    assert both == KnownNames(upns=("a", "b", "c"), batch_ids=("x", "y"))
    assert KnownNames() == KnownNames(upns=(), batch_ids=())


def test_limits_are_stored_by_name() -> None:
    """What is stored of the limits in force."""
    assert LimitsInForce(per_minute=25.0, per_hour=500, per_day=9_000).as_json() == {
        "per_minute": 25.0,
        "per_hour": 500,
        "per_day": 9_000,
    }

"""`mfa-rollout doctor`: everything in order, and one thing wrong at a time."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType

from cli.doctor.settings import see_settings
from domain.doctor.checks import Check, Fault
from simulated_tenant import population
from tests.cli.doctor import breaking
from tests.cli.doctor.breaking import Broken
from tests.cli.doctor.rollout import Rollout

NOBODY = "99999999-9999-4999-8999-999999999999"
NO_SITE = f"contoso.example,{NOBODY},{NOBODY}"
# Nothing listens there, and nothing ever will while tests run.
NO_PORT = 1
PRIVATE = 0o600
EVERYBODYS = 0o644

# What is looked at without being asked for; this app signs in with a secret.
ALWAYS = set(Check) - {Check.SEND_TEST, Check.CERTIFICATE}


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is broken, the line that says so, and what its remedy has to name."""

    broken: Broken
    check: Check
    fault: Fault
    names: str


CASES = {
    "a misspelt setting": Case(
        breaking.settings(MAIL_PER_MINUT="5"), Check.SETTINGS, Fault.SETTING, "MAIL_PER_MINUTE"
    ),
    "a wrong value": Case(
        breaking.settings(SEND_DAYS="someday"), Check.SETTINGS, Fault.SETTING, "SEND_DAYS"
    ),
    "a missing setting": Case(
        breaking.settings(COMPANY_NAME=""), Check.SETTINGS, Fault.SETTING, "COMPANY_NAME"
    ),
    "a contradiction": Case(
        breaking.settings(API_AUDIENCE="api://x", TENANT_DOMAINS="", API_CLIENT_SECRET="x" * 40),
        Check.SETTINGS,
        Fault.SETTING,
        "API_CLIENT_ID",
    ),
    "a secret for everybody": Case(
        breaking.file("CLIENT_SECRET_FILE", mode=EVERYBODYS, content=population.WORKER_SECRET),
        Check.FILES,
        Fault.FILE_READABLE,
        "chmod go= ",
    ),
    "no tables": Case(
        breaking.settings(DATA_DIR="/nowhere"), Check.DATABASE, Fault.SCHEMA, "mfa-rollout migrate"
    ),
    "older tables": Case(
        breaking.older_schema, Check.DATABASE, Fault.SCHEMA, "mfa-rollout migrate"
    ),
    "no database": Case(
        breaking.settings(DATABASE_URL=f"postgresql+asyncpg://a:b@127.0.0.1:{NO_PORT}/c"),
        Check.DATABASE,
        Fault.DATABASE_AWAY,
        "ConnectionRefusedError",
    ),
    "mail is stopped": Case(
        breaking.mail_stopped, Check.MAIL_SWITCH, Fault.MAIL_STOPPED, "mfa-rollout mail start"
    ),
    "no Temporal": Case(
        breaking.settings(TEMPORAL_ADDRESS=f"127.0.0.1:{NO_PORT}"),
        Check.TEMPORAL,
        Fault.TEMPORAL,
        "TEMPORAL_ADDRESS",
    ),
    "no namespace": Case(
        breaking.settings(TEMPORAL_NAMESPACE="nowhere"),
        Check.TEMPORAL,
        Fault.TEMPORAL,
        "temporal operator namespace create --namespace nowhere",
    ),
    "a short retention": Case(
        breaking.retention(timedelta(days=1)),
        Check.TEMPORAL,
        Fault.SHORT_RETENTION,
        "--retention 30d",
    ),
    "a search attribute is missing": Case(
        breaking.search_attribute(None),
        Check.SEARCH_ATTRIBUTES,
        Fault.ATTRIBUTES_MISSING,
        "mfa-rollout provision",
    ),
    "a search attribute of another type": Case(
        breaking.search_attribute(IndexedValueType.INDEXED_VALUE_TYPE_INT),
        Check.SEARCH_ATTRIBUTES,
        Fault.ATTRIBUTE_TYPE,
        "--name Department",
    ),
    "a schedule is missing": Case(
        breaking.schedule_missing,
        Check.SCHEDULES,
        Fault.SCHEDULES_MISSING,
        "mfa-rollout provision",
    ),
    "a schedule is paused": Case(
        breaking.schedule_paused,
        Check.SCHEDULES,
        Fault.SCHEDULES_PAUSED,
        "--schedule-id mfa-bounce-watch --unpause",
    ),
    "no worker for a mailbox": Case(
        breaking.second_sender, Check.WORKERS, Fault.NO_WORKER, "mfa-rollout-mail-1"
    ),
    "no proxy": Case(
        breaking.settings(HTTPS_PROXY_URL=f"http://127.0.0.1:{NO_PORT}"),
        Check.MICROSOFT,
        Fault.MICROSOFT,
        "HTTPS_PROXY_URL",
    ),
    "a proxy that wants a password": Case(
        breaking.https_proxy(login="ada:secret"),
        Check.MICROSOFT,
        Fault.MICROSOFT,
        "HTTPS_PROXY_URL",
    ),
    "a proxy that refuses": Case(
        breaking.https_proxy(status=403), Check.MICROSOFT, Fault.MICROSOFT, "HTTPS_PROXY_URL"
    ),
    "a wrong secret": Case(
        breaking.settings(CLIENT_SECRET="not-the-secret-of-this-app-at-all"),
        Check.SIGN_IN,
        Fault.SIGN_IN,
        "CLIENT_SECRET",
    ),
    "a certificate that expires tomorrow": Case(
        breaking.app_certificate,
        Check.CERTIFICATE,
        Fault.CERTIFICATE_EXPIRES,
        f"az ad app credential reset --id {population.WORKER_CLIENT_ID}",
    ),
    "a permission is missing": Case(
        breaking.roles(without="UserAuthenticationMethod.Read.All"),
        Check.PERMISSIONS,
        Fault.PERMISSIONS_MISSING,
        "38d9df27-64da-44fd-b7c5-a6fbac20248f=Role",
    ),
    "no permission to read groups": Case(
        breaking.roles(without="GroupMember.ReadWrite.All"),
        Check.PERMISSIONS,
        Fault.PERMISSIONS_MISSING,
        "dbaae8cf-10b5-4b86-a4a1-f871c94c6695=Role",
    ),
    "a permission that is too wide": Case(
        breaking.roles(more="Directory.ReadWrite.All"),
        Check.PERMISSIONS,
        Fault.PERMISSIONS_TOO_WIDE,
        population.WORKER_CLIENT_ID,
    ),
    "every mailbox is open": Case(
        breaking.roles(more="Mail.Send"),
        Check.PERMISSIONS,
        Fault.MAIL_CONSENTED,
        population.WORKER_CLIENT_ID,
    ),
    "no group": Case(
        breaking.settings(ENFORCEMENT_GROUP_ID=NOBODY),
        Check.ENFORCEMENT_GROUP,
        Fault.GROUP,
        "ENFORCEMENT_GROUP_ID",
    ),
    "a dynamic group": Case(
        breaking.group(group_types=["DynamicMembership"]),
        Check.ENFORCEMENT_GROUP,
        Fault.GROUP,
        "dynamic",
    ),
    "a synced group": Case(
        breaking.group(on_premises_sync_enabled=True),
        Check.ENFORCEMENT_GROUP,
        Fault.GROUP,
        "synced",
    ),
    "a role-assignable group": Case(
        breaking.group(is_assignable_to_role=True),
        Check.ENFORCEMENT_GROUP,
        Fault.GROUP,
        "role-assignable",
    ),
    "no excluded group": Case(
        breaking.settings(EXCLUDED_GROUP_ID=NOBODY),
        Check.EXCLUDED_GROUP,
        Fault.GROUP,
        "EXCLUDED_GROUP_ID",
    ),
    "no site": Case(
        breaking.answer("GET", "/sites/[^/]+$", status=404), Check.SITE, Fault.SITE, "SITE_ID"
    ),
    "no site that the app may see": Case(
        breaking.settings(SITE_ID=NO_SITE), Check.SITE, Fault.SITE_NOT_GRANTED, NO_SITE
    ),
    "no grant on the site": Case(
        breaking.site_grant(), Check.SITE, Fault.SITE_NOT_GRANTED, '"roles":["write"]'
    ),
    "a grant for reading only": Case(
        breaking.site_grant("read"),
        Check.TRACKING_LIST,
        Fault.SITE_NOT_WRITABLE,
        '"roles":["write"]',
    ),
    "no list": Case(
        breaking.settings(LIST_ID=NOBODY), Check.TRACKING_LIST, Fault.LIST, "mfa-rollout provision"
    ),
    "a column is missing": Case(
        breaking.column("Department"), Check.TRACKING_LIST, Fault.COLUMNS_LACKING, "Department"
    ),
    "a column of another type": Case(
        breaking.column("InGroup", kind="text"),
        Check.TRACKING_LIST,
        Fault.COLUMN_TYPE,
        "InGroup",
    ),
    "an index is missing": Case(
        breaking.column("ObjectId", kind="text"),
        Check.TRACKING_LIST,
        Fault.COLUMNS_LACKING,
        "ObjectId",
    ),
    "no mailbox": Case(
        breaking.settings(SENDER_MAILBOXES=f"nobody@{population.DOMAIN}"),
        Check.SENDER,
        Fault.MAILBOX,
        "SENDER_MAILBOXES",
    ),
    "no grant for the mailbox": Case(
        breaking.mailbox_scopes(),
        Check.SENDER,
        Fault.MAILBOX_NOT_GRANTED,
        f"Test-ServicePrincipalAuthorization -Identity {population.WORKER_CLIENT_ID}",
    ),
    "no grant to send": Case(
        breaking.mailbox_scopes("Mail.ReadWrite"),
        Check.SENDER,
        Fault.MAILBOX_CANNOT_SEND,
        "Mail.Send",
    ),
    "a blocked mailbox": Case(
        breaking.sender_blocked, Check.SENDER, Fault.SENDER_BLOCKED, "Restricted entities"
    ),
    "a mailbox that was taken away": Case(
        breaking.sender_removed,
        Check.SENDER,
        Fault.SENDER_REMOVED,
        "SENDER_MAILBOXES",
    ),
    "no SPF": Case(
        breaking.names(spf=["something else"]),
        Check.SENDER_DOMAIN,
        Fault.SPF_MISSING,
        "v=spf1 include:spf.protection.outlook.com",
    ),
    "SPF twice": Case(
        breaking.names(spf=["v=spf1 -all", "v=spf1 ~all"]),
        Check.SENDER_DOMAIN,
        Fault.SPF_TWICE,
        "v=spf1 include:",
    ),
    "no DMARC": Case(
        breaking.names(dmarc=[]),
        Check.SENDER_DOMAIN,
        Fault.DMARC_MISSING,
        f"_dmarc.{population.DOMAIN}",
    ),
    "no licence for the report": Case(
        breaking.not_licensed,
        Check.REGISTRATION_REPORT,
        Fault.REPORT_NOT_LICENSED,
        "REGISTRATION_SWEEP=off",
    ),
    "no permission for the report": Case(
        breaking.roles(without="AuditLog.Read.All"),
        Check.REGISTRATION_REPORT,
        Fault.REPORT_NOT_PERMITTED,
        "b0afded3-3588-46d8-8b3d-9842eff778da=Role",
    ),
    "nothing at the public URL": Case(
        breaking.settings(PUBLIC_BASE_URL=f"http://127.0.0.1:{NO_PORT}"),
        Check.PUBLIC_URL,
        Fault.URL_UNREACHABLE,
        "Connection refused",
    ),
    "a certificate that nobody trusts": Case(
        breaking.certificate, Check.PUBLIC_URL, Fault.URL_CERTIFICATE, "localhost"
    ),
    "another rollout at the public URL": Case(
        breaking.another_database, Check.PUBLIC_URL, Fault.URL_OTHER_ROLLOUT, "http://127.0.0.1:"
    ),
    "a clock that is slow": Case(
        breaking.clock(timedelta(minutes=10)), Check.CLOCK, Fault.CLOCK, "timedatectl"
    ),
    "a proxy that is not trusted": Case(
        breaking.proxy_not_trusted,
        Check.CLIENT_ADDRESS,
        Fault.PROXY_NOT_TRUSTED,
        "TRUSTED_PROXIES=127.0.0.1",
    ),
    "a header that nobody may write": Case(
        breaking.forged_header,
        Check.CLIENT_ADDRESS,
        Fault.FORWARDED_FOR_NOT_TRUSTED,
        "+00:00",
    ),
}


async def test_contradicting_credentials_are_sent_nowhere(rollout: Rollout) -> None:
    """Where the host of the sign-in isn't Microsoft's, it isn't asked for a token.

    It comes first: a call that a test leaves hanging would be answered meanwhile.
    """
    log = rollout.tenant.exchanges
    log.enabled = True
    status, lines = await rollout.lines(SIMULATED_TENANT="off")
    log.enabled = False
    wrong = {line["check"] for line in lines if line["verdict"] == "needs_fixing"}
    assert wrong == {Check.SETTINGS}
    authorized = [one for one in log.all() if one.client_request_id]
    assert authorized == [], "only the clock was asked for, by a request without a token"
    assert status == 1


async def test_nothing_needs_fixing(rollout: Rollout) -> None:
    """Where everything is in order every line says so, and the status is 0."""
    status, lines = await rollout.lines()
    assert [line for line in lines if line["verdict"] != "ok"] == []
    assert status == 0


def test_a_folder_without_settings_is_told_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever begins, or is in another folder than the settings, reads that before all else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MFA_ROLLOUT_ENV_FILE", raising=False)
    monkeypatch.delenv("TENANT_ID", raising=False)
    assert see_settings().findings[0].what is Fault.NO_SETTINGS
    (tmp_path / ".env").write_text("COMPANY_NAME=Contoso\n")
    assert Fault.NO_SETTINGS not in {one.what for one in see_settings().findings}


async def test_a_wrong_setting_hides_nothing_else(rollout: Rollout) -> None:
    """Only what needs the setting can't be looked at; the site of the list is looked at."""
    status, lines = await rollout.lines(LIST_ID="my list")
    verdicts = {line["check"]: line["verdict"] for line in lines}
    assert status == 1
    assert verdicts.pop(Check.SETTINGS) == "ok", "the last of the settings' lines: the simulation"
    assert verdicts.pop(Check.TRACKING_LIST) == "could_not_look"
    assert set(verdicts.values()) == {"ok"}
    assert set(verdicts) == ALWAYS - {Check.SETTINGS, Check.TRACKING_LIST}


async def test_what_hangs_is_not_waited_for(rollout: Rollout) -> None:
    """A look that gets no answer could not look, and the others are shown all the same."""
    hangs = breaking.answer("GET", "/groups/", hold_before=timedelta(seconds=3))
    async with hangs(rollout):
        status, lines = await replace(rollout, seconds=1).lines()
    line = next(line for line in lines if line["check"] == Check.ENFORCEMENT_GROUP)
    assert (line["verdict"], line["code"]) == ("could_not_look", "too_slow")
    assert {line["check"] for line in lines} == ALWAYS
    assert status == 0


@pytest.mark.wording
async def test_lines_fit_a_terminal(rollout: Rollout) -> None:
    """Lines are broken at 80 columns, commands never; no secret is among them."""
    async with breaking.site_grant("read")(rollout):
        _, printed = await rollout.doctor(COMPANY_NAME="")
    lines = printed.splitlines()
    command = [line for line in lines if len(line) > 80]
    assert [line.split()[:2] for line in command] == [["Invoke-MgGraphRequest", "-Method"]]
    assert lines[0].startswith("needs fixing    Settings: COMPANY_NAME is missing")
    assert lines[-1] == "21 ok, 2 to fix, 0 not looked at."
    assert population.WORKER_SECRET not in printed


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_one_line_needs_fixing(case: Case, rollout: Rollout) -> None:
    """What is wrong turns its own line red and no other, with its remedy; the status is 1."""
    async with case.broken(rollout) as changes:
        status, lines = await rollout.lines(**changes)
    wrong = [line for line in lines if line["verdict"] == "needs_fixing"]
    assert [(line["check"], line["code"]) for line in wrong] == [(case.check, case.fault)], wrong
    told = " ".join((wrong[0]["text"], wrong[0]["remedy"], wrong[0]["command"]))
    assert case.names in told
    assert status == 1

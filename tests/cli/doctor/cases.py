"""What may be wrong with a rollout, one thing at a time, and the line by which doctor says so."""

from datetime import timedelta

from temporalio.api.enums.v1 import IndexedValueType

from domain.doctor.checks import Check, Fault
from simulated_tenant import population
from tests.cli.doctor import breaking
from tests.cli.doctor.breaking import Case
from tests.cli.doctor.tenant_cases import TENANT_CASES

NOBODY = "99999999-9999-4999-8999-999999999999"
NO_SITE = f"contoso.example,{NOBODY},{NOBODY}"
# Nothing listens there, and nothing ever will while tests run.
NO_PORT = 1
PRIVATE = 0o600
EVERYBODYS = 0o644


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
        breaking.mail_stopped,
        Check.MAIL_SWITCH,
        Fault.MAIL_STOPPED,
        "by Ada: phishing alarm. When mail may leave again: mfa-rollout mail start",
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
    "no group": Case(
        breaking.settings(ENFORCEMENT_GROUP_ID=NOBODY),
        Check.ENFORCEMENT_GROUP,
        Fault.GROUP,
        "ENFORCEMENT_GROUP_ID",
    ),
    "no excluded group": Case(
        breaking.settings(EXCLUDED_GROUP_ID=NOBODY),
        Check.EXCLUDED_GROUP,
        Fault.GROUP,
        "EXCLUDED_GROUP_ID",
    ),
    "no site that the app may see": Case(
        breaking.settings(SITE_ID=NO_SITE), Check.SITE, Fault.SITE_NOT_GRANTED, NO_SITE
    ),
    "no list": Case(
        breaking.settings(LIST_ID=NOBODY), Check.TRACKING_LIST, Fault.LIST, "mfa-rollout provision"
    ),
    "no mailbox": Case(
        breaking.settings(SENDER_MAILBOXES=f"nobody@{population.DOMAIN}"),
        Check.SENDER,
        Fault.MAILBOX,
        "SENDER_MAILBOXES",
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
} | TENANT_CASES
